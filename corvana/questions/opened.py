"""Opening a data version, and the cache that everything in this process shares.

Pages and the routes of files read the same frames and results, so that neither is kept twice.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import Engine

from corvana.config import EU_AUDIENCE, Settings
from corvana.errors import VersionMissing
from corvana.held import held
from corvana.questions.assessment import written
from corvana.questions.cache import Cache, Key
from corvana.questions.prepared import PreparedFiles
from corvana.questions.view import View, view_of
from corvana.seal import NOT_SEALED, Seal
from corvana.snapshot_folder import Folder
from corvana.store import connections
from corvana.store.models import Connection
from corvana.store.vault import Vault
from corvana.versions.announcing import drop_prepared
from corvana.versions.files import DataVersion, open_version


@dataclass
class _Kept:
    """The cache of this process, and the folder of data versions that it is of."""

    folder: Folder | None = None
    cache: Cache | None = None


_lock = Lock()
_kept = _Kept()


def shared_cache(folder: Folder, vault: Vault) -> Cache:
    """Return the cache of this process for the folder of data versions."""
    with _lock:
        if _kept.cache is None or _kept.folder != folder:
            _kept.folder, _kept.cache = folder, Cache(PreparedFiles(folder, vault))
        return _kept.cache


def forget() -> None:
    """Empty the cache and replace it by a new one, so that nothing of a deleted account remains.

    What is still being worked out at this moment goes into the old cache, which nobody reads.
    """
    with _lock:
        old, _kept.cache = _kept.cache, None
    if old is not None:
        old.clear()


def open_view(
    settings: Settings,
    engine: Engine,
    cache: Cache,
    connection: Connection,
    *,
    now: datetime,
    version: int | None = None,
) -> View:
    """Return the view of a connection's data version, by default of the one that pages show, with
    what assessors wrote.

    Raises `VersionMissing` when the version was replaced or deleted, and `KeyMissing` when the
    connection is sealed and its key is not here.
    """
    held.note(connection.id)
    folder = settings.versions
    number = connection.shown_version if version is None else version
    try:
        data = _data(folder, cache, connection.id, number)
    except VersionMissing:
        # A backup of the folder that is older than the database lacks what pages showed.
        if version is not None or number == connection.data_version:
            raise
        drop_prepared(engine, connection.id, number)
        data = _data(folder, cache, connection.id, connection.data_version)
    seal = Vault.of(settings).seal_of(connection) if connection.is_sealed else NOT_SEALED
    view = view_of(
        data,
        connection,
        connections.latest_run(engine, connection.id),
        backfill=timedelta(days=settings.backfill_days),
        now=now,
        cache=cache,
        seal=seal,
    )
    view = replace(view, site=site_of(settings, connection, seal))
    return written.added_to(view, engine, connection.engagement_id, folder)


def _data(folder: Folder, cache: Cache, connection_id: str, number: int) -> DataVersion:
    key = Key(connection_id, number)
    return cache.versions.get(key, lambda: open_version(folder, connection_id, number))


def view_by_itself(settings: Settings, engine: Engine, connection: Connection) -> View:
    """Return the view of the data version that pages show for a command, with a cache of its own.

    Raises `VersionMissing` and `KeyMissing`.
    """
    seal = Vault.of(settings).seal_of(connection)
    data = open_version(settings.versions, connection.id, connection.shown_version)
    return written.added_to(
        View.of_version(data, seal=seal), engine, connection.engagement_id, settings.versions
    )


def site_of(settings: Settings, connection: Connection, seal: Seal = NOT_SEALED) -> str:
    """Return the address of the account in PagerDuty, such as `https://acme.eu.pagerduty.com`.

    It is made from subdomain and audience of the verified proof of identity, and of nothing that
    anybody typed. It is empty where the proof named no subdomain (the account's id then stands for
    it), where the account is not asked at PagerDuty itself (the simulated account), and where the
    connection does not hold: the account may have been connected under other settings.
    """
    subdomain, audience = seal.opened(connection.account_label), connection.audience
    is_pagerduty = settings.api_urls.get(audience) == audience
    has_subdomain = connection.account_label != connection.account_id
    if connection.status != "connected" or not is_pagerduty or not has_subdomain:
        return ""
    region = ".eu" if audience == EU_AUDIENCE and not subdomain.endswith(".eu") else ""
    return f"https://{subdomain}{region}.pagerduty.com"
