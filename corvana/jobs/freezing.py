"""Freezing: the present data version is kept whole, under a name, until it is deleted."""

from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

import structlog
from sqlalchemy import Engine

from corvana import __version__
from corvana.config import Settings, load_settings
from corvana.errors import ChangedMeanwhile, NotFound, VersionMissing
from corvana.snapshot_folder import Folder
from corvana.store import connections
from corvana.store.engine import open_database
from corvana.store.models import Baseline, Connection
from corvana.store.people import audit
from corvana.store.written import baselines as written
from corvana.store.written import revised
from corvana.versions import baselines
from corvana.versions.files import count_rows
from corvana.versions.manifest import read_manifest

_ATTEMPTS: Final = 3
_log = structlog.get_logger()


def freeze(connection_id: str, name: str, by: str) -> Baseline:
    """Keep the data version that pages show under a name; return the baseline.

    The files come first and the row last, so that a baseline that is listed is whole. `by` goes to
    the audit trail.

    Raises
    ------
    NotFound
        There is no such connection, nothing was analysed yet, or it was deleted meanwhile.
    VersionMissing
        The version was replaced again and again.
    OSError
        The disk is full. Nothing is kept then.
    SnapshotsAway
        The store of data versions cannot be reached. Nothing is kept then.
    """
    settings = load_settings()
    engine, folder = open_database(settings.database_url), settings.versions
    connection = connections.get(engine, connection_id)
    baseline = _frozen(settings, engine, connection, name)
    try:
        revised.save(engine, baseline, by=by, now=datetime.now(UTC), connection_id=connection_id)
    except BaseException:
        baselines.delete(folder, connection_id, baseline.id)
        raise
    _note(engine, "baseline frozen", by, connection.engagement_id)
    return written.get(engine, connection.engagement_id, baseline.id)


def delete_baseline(connection_id: str, baseline: Baseline, by: str) -> None:
    """Delete a baseline, first its row and then its files. One that is gone already is no error.

    Raises `SnapshotsAway`; its files are then deleted as soon as the store can be reached.
    """
    settings = load_settings()
    engine = open_database(settings.database_url)
    try:
        revised.remove(engine, baseline)
    except ChangedMeanwhile:
        return
    baselines.delete(settings.versions, connection_id, baseline.id)
    _note(engine, "baseline deleted", by, baseline.engagement_id)


def delete_interrupted(engine: Engine, folder: Folder) -> None:
    """Delete the files of baselines that were interrupted while they were written or deleted."""
    for connection in connections.listed(engine):
        if not baselines.has_any(folder, connection.id):
            continue
        known = {one.id for one in written.listed(engine, connection.engagement_id)}
        deleted = baselines.delete_unknown(folder, connection.id, known)
        if deleted:
            _log.info("interrupted baselines deleted", connection=connection.id, n=deleted)


def _frozen(settings: Settings, engine: Engine, connection: Connection, name: str) -> Baseline:
    folder, baseline_id = settings.versions, uuid4().hex
    for _ in range(_ATTEMPTS):
        version = connections.get(engine, connection.id).shown_version
        try:
            manifest = read_manifest(folder, connection.id, version)
            if manifest.analysed_as_of is None or manifest.covered_since is None:
                raise NotFound("nothing was analysed yet")
            baselines.freeze(folder, connection.id, version, baseline_id)
        except VersionMissing:  # replaced by a newer version in between
            continue
        return Baseline(
            engagement_id=connection.engagement_id,
            id=baseline_id,
            name=name,
            version=version,
            as_of=manifest.as_of,
            covered_since=manifest.covered_since,
            incidents=count_rows(
                folder, baselines.place_of(connection.id, baseline_id), version, "incidents"
            ),
            release=__version__,
            concluded_by=manifest.concluded_by,
            built_by=manifest.built_by,
            settings=written.settings_now(engine, connection.engagement_id),
        )
    raise VersionMissing("this data version has been replaced")


def _note(engine: Engine, action: audit.Action, by: str, engagement_id: str) -> None:
    audit.record(engine, action, by, datetime.now(UTC), engagement_id=engagement_id)
