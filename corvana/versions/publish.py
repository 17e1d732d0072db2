"""From stored rows to a new data version. Changed months are rebuilt; other months are kept."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

import pandas as pd
import structlog
from sqlmodel import Session

from corvana.assessment.settings import DEFAULT_BASIS
from corvana.collectors import incidents, log_entries, schedules, windows
from corvana.collectors.context import Context, Held
from corvana.collectors.noun import Frames
from corvana.collectors.nouns import NOUNS
from corvana.collectors.windows import Window
from corvana.errors import LeaseLost, SnapshotsAway, VersionMissing, is_disk_full
from corvana.snapshot_folder import Folder
from corvana.store import configuration_frames, noun_statuses, unknown_zones
from corvana.store.models import Connection
from corvana.store.noun_statuses import has_failed
from corvana.store.written import settings
from corvana.versions import files, finding_seen, freshness
from corvana.versions.analyse import Analyse, analyse
from corvana.versions.announcing import announce, begin, deleting_when_lost, newest, nothing_else
from corvana.versions.code_digest import BUILDING, code_digest
from corvana.versions.kept.places import kept_in
from corvana.versions.manifest import Manifest, publish_manifest, read_manifest
from corvana.versions.rebuild import Month, rebuild

Files = dict[str, dict[str, str]]
"""Frame name → part (a month, or `all`) → file name."""

_WHOLE: Final[Frames] = {
    "labels": configuration_frames.labels,
    **{name: read for noun in NOUNS for name, read in noun.frames.items()},
}
"""The frames that are written in full every time, and the functions that read them."""

_DECIDING_LEVELS: Final = ("escalation_policies", "services")

_log = structlog.get_logger()


def months(spans: Iterable[tuple[datetime, datetime]]) -> set[str]:
    """The calendar months (UTC, `2026-11`) the spans touch."""
    touched: set[str] = set()
    for since, until in spans:
        month = _first_of(since) if since < until else until
        while month < until:
            touched.add(f"{month:%Y-%m}")
            month = _next(month)
    return touched


def publish(context: Context, folder: Folder, touched: set[str], as_of: datetime) -> int:
    """Write and announce a new version; return its number.

    The version has only incidents whose whole history lies in collected windows. The conclusions
    of the previous version are carried over; `publish_analysis` renews them. Raises `LeaseLost`
    when another worker holds the lease; the written files are then deleted.
    """
    before, version = begin(context)
    with Session(context.engine) as session:
        covered = _covered_since(session, context.connection_id, as_of)
        holes = (
            *(
                f"{row.noun} {row.since:%Y-%m-%d %H:%M}–{row.until:%Y-%m-%d %H:%M}"
                for row in windows.incomplete(session, context.connection_id)
            ),
            *_not_whole(session, context.connection_id),
        )
        zones = unknown_zones.count(session.connection(), context.connection_id)
        known = noun_statuses.known(session, context.connection_id, _DECIDING_LEVELS)
    carried = _carried(folder, context.connection_id, before)
    manifest = Manifest(
        version,
        as_of,
        covered,
        holes,
        carried.files if carried else {},
        carried.analysed_as_of if carried else None,
        code_digest(*BUILDING),
        known,
        zones,
        carried.concluded_by if carried else "",
        carried.rests_on if carried else DEFAULT_BASIS,
        carried.analysed_incidents if carried else 0,
        carried.analysed_configuration if carried else "",
        carried.checks if carried else {},
    )
    rebuilt = touched | _newly_covered(carried, covered, as_of) | _outdated(carried, manifest)
    return _publish(
        context,
        folder,
        manifest,
        lambda: {
            **_rebuilt(context, folder, manifest, rebuilt),
            **_small_frames(context, folder, version),
        },
    )


def publish_analysis(context: Held, folder: Folder, analyse: Analyse = analyse) -> int:
    """Analyse the newest version, announce a version with the result, return the newest number.

    All other frames are carried over. The pages can therefore show the figures before the
    analysis has ended. Conclusions that still hold are kept (`freshness`), unless somebody asked
    for this run. When the analysis fails, the former conclusions stay. Raises `LeaseLost`.
    """
    with Session(context.engine) as session:
        version = newest(session, context)
        connection = session.get_one(Connection, context.connection_id)
        basis = settings.of_session(session, connection.engagement_id).basis
        is_asked_for = connection.requested_at is not None
    carried = _carried(folder, context.connection_id, version)
    if carried is None or carried.covered_since is None:
        return version
    is_fresh = freshness.is_fresh(folder, context.connection_id, carried, basis)
    if is_fresh and not (is_asked_for and freshness.is_behind(carried)):
        return version
    _, number = begin(context)
    concluded: dict[str, pd.DataFrame] = {}
    made = freshness.concluded(folder, context.connection_id, carried, basis)
    before, after = ((each.rests_on.digest, each.concluded_by) for each in (carried, made))

    def write() -> Files:
        concluded.update(analyse(folder, context.connection_id, version, basis))
        return _written(folder, context.connection_id, number, concluded)

    try:
        return _publish(
            context,
            folder,
            replace(made, version=number),
            write,
            also=partial(finding_seen.note, concluded, carried.as_of, is_alike=before == after),
        )
    except (LeaseLost, SnapshotsAway):
        raise
    except Exception as error:
        if is_disk_full(error):
            raise
        # Any other error must not undo the published figures.
        _log.warning("not analysed", connection=context.connection_id, error=type(error).__name__)
        return version


def _publish(
    context: Held,
    folder: Folder,
    manifest: Manifest,
    write: Callable[[], Files],
    also: Callable[[Session, str], None] = nothing_else,
) -> int:
    """Write a version and announce it. `also` is done in the transaction that announces it."""
    try:
        publish_manifest(folder, context.connection_id, manifest, write())
    except (FileNotFoundError, VersionMissing):
        with deleting_when_lost(context, folder), context.transaction():
            raise  # `LeaseLost` instead, when a disconnect deleted the folder
    pages_show = announce(context, folder, manifest, also)
    files.prune_versions(folder, context.connection_id, manifest.version, pages_show)
    return manifest.version


def _rebuilt(context: Context, folder: Folder, manifest: Manifest, touched: set[str]) -> Files:
    """Write new files for the touched months, and for months that lack the file of a frame."""
    if manifest.covered_since is None:
        return {}
    lacking = {
        month
        for month in manifest.files.get("incidents", {})
        if any(month not in manifest.files.get(name, {}) for name in files.PARTITIONED)
    }
    months = {
        month: Month(
            context.connection_id,
            _visible(month, manifest.covered_since, manifest.as_of),
            manifest.as_of,
            files.month_parts(folder, context.connection_id, month, manifest.version),
        )
        for month in sorted(touched | lacking)
    }
    return rebuild(context.engine, months)


def _small_frames(context: Context, folder: Folder, version: int) -> Files:
    with context.engine.connect() as connection:
        frames = {name: read(connection, context.connection_id) for name, read in _WHOLE.items()}
    return _written(folder, context.connection_id, version, frames)


def _written(
    folder: Folder, connection_id: str, version: int, frames: Mapping[str, pd.DataFrame]
) -> Files:
    return {
        name: {"all": files.Part(folder, connection_id, name, "all", version).write(frame)}
        for name, frame in frames.items()
    }


def _newly_covered(carried: Manifest | None, covered: datetime | None, as_of: datetime) -> set[str]:
    """Months that become visible, fully or partly, because collection reaches further back."""
    if covered is None:
        return set()
    before = (carried and carried.covered_since) or as_of
    return months([(min(covered, before), max(covered, before))])


def _outdated(carried: Manifest | None, manifest: Manifest) -> set[str]:
    """All months, when other code built them, or when policies or services that decide levels were
    not known then."""
    if carried is None:
        return set()
    if carried.built_by == manifest.built_by and carried.known == manifest.known:
        return set()
    return set(carried.files.get("incidents", {}))


def _carried(folder: Folder, connection_id: str, version: int) -> Manifest | None:
    """The version whose files the next one carries over; None if there is none, or if one of its
    files is lost: then everything is made anew."""
    if version == 0:
        return None
    try:
        manifest = read_manifest(folder, connection_id, version)
    except VersionMissing:
        return None
    checks = {
        file: manifest.checks.get(file)
        for parts in manifest.files.values()
        for file in parts.values()
    }
    return manifest if kept_in(folder).are_there(connection_id, checks) else None


def _not_whole(session: Session, connection_id: str) -> list[str]:
    """The nouns that are incomplete, in words for people."""
    incomplete = noun_statuses.incomplete_ones(session, connection_id)
    return [noun.words for noun in NOUNS if noun.name in incomplete]


def _covered_since(session: Session, connection_id: str, until: datetime) -> datetime | None:
    """The start of the time that all dated nouns cover without a gap; None while a noun has none.

    When PagerDuty refuses the schedules, the account is shown without schedules.
    """
    reaches = [
        windows.covered_since(until, windows.finished(session, connection_id, noun.name))
        for noun in (incidents.NOUN, log_entries.NOUN, schedules.NOUN)
        if noun.is_essential or not has_failed(session, connection_id, noun.name)
    ]
    known = [reach for reach in reaches if reach is not None]
    return max(known) if len(known) == len(reaches) else None


def _visible(month: str, covered: datetime, as_of: datetime) -> Window:
    since = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    return Window(max(since, covered), min(_next(since), as_of))


def _first_of(instant: datetime) -> datetime:
    return datetime(instant.year, instant.month, 1, tzinfo=UTC)


def _next(month: datetime) -> datetime:
    return datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=UTC)
