"""Opening a data version, and the cache that everything in this process shares.

Pages and the routes of files read the same frames and results, so that neither is kept twice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from sqlalchemy import Engine

from corvana.config import Settings
from corvana.questions.cache import Cache, Key
from corvana.questions.prepared import PreparedFiles
from corvana.questions.view import View, view_of
from corvana.store import connections
from corvana.store.models import Connection
from corvana.store.vault import Vault
from corvana.versions.files import open_version


@dataclass
class _Kept:
    """The cache of this process, and the folder of data versions that it is of."""

    folder: Path | None = None
    cache: Cache | None = None


_lock = Lock()
_kept = _Kept()


def shared_cache(folder: Path, vault: Vault) -> Cache:
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
    """Return the view of a connection's data version, by default of its newest.

    Raises `VersionMissing` when the version was replaced or deleted.
    """
    folder = settings.versions_dir
    number = connection.data_version if version is None else version
    data = cache.versions.get(
        Key(connection.id, number), lambda: open_version(folder, connection.id, number)
    )
    return view_of(
        data,
        connection,
        connections.latest_run(engine, connection.id),
        backfill=timedelta(days=settings.backfill_days),
        now=now,
        cache=cache,
    )
