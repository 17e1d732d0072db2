"""Compute in advance the results that pages will need of a connection's newest data version."""

from datetime import datetime, timedelta

from sqlalchemy import Engine

from corvana.config import Settings
from corvana.errors import NotFound, VersionMissing
from corvana.questions import prepared, usual
from corvana.questions.assessment import written
from corvana.questions.cache import Cache
from corvana.questions.view import view_of
from corvana.store import connections
from corvana.store.vault import Vault
from corvana.versions.announcing import note_prepared
from corvana.versions.files import delete_versions, open_version


def prepare(
    settings: Settings, engine: Engine, vault: Vault, connection_id: str, now: datetime
) -> int:
    """Write the results that pages will need beside the newest data version, which pages show from
    then on; return the number of results.

    Raises
    ------
    NotFound
        There is no such connection.
    VersionMissing
        Its newest data version was replaced, or the connection deleted meanwhile.
    KeyMissing
        The connection is sealed and its key is not here.
    """
    connection = connections.get(engine, connection_id)
    folder, version = settings.versions, connection.data_version
    if not version:
        return 0
    cache = Cache(most_results=None)
    view = view_of(
        open_version(folder, connection_id, version),
        connection,
        connections.latest_run(engine, connection_id),
        backfill=timedelta(days=settings.backfill_days),
        now=now,
        cache=cache,
        seal=vault.seal_of(connection),
    )
    view = written.added_to(view, engine, connection.engagement_id, folder)
    usual.ask(view, usual.selections(view), usual.time_zones(view))
    results = cache.results.all(connection_id)
    vault.seal_of(connection)  # raises when the key was destroyed meanwhile
    prepared.write(folder, connection_id, version, vault, results, view.settings.digest)
    if _is_gone(engine, connection_id):
        # An object store takes results also after everything else was deleted there.
        delete_versions(folder, connection_id)
        raise VersionMissing("the connection was deleted meanwhile")
    note_prepared(engine, connection_id, version)
    return len(results)


def _is_gone(engine: Engine, connection_id: str) -> bool:
    try:
        return connections.get(engine, connection_id).status == "deleting"
    except NotFound:
        return True
