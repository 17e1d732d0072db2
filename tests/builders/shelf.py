"""Accounts that are collected once per run. Every test that starts with one gets a copy.

Collecting a small account takes one or two seconds, and seven with conclusions; copying its data
directory takes milliseconds. The processes of a run share the folder.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

from sqlmodel import Session

from corvana.config import Settings
from corvana.sandbox.api.running import RunningSandbox
from corvana.store import connections
from corvana.store.engine import open_database
from corvana.store.models import Connection
from corvana.store.vault import Vault
from corvana.tokens import Tokens
from tests.builders.connected import Connected, consent, join
from tests.builders.databases import Server


@dataclass(frozen=True, slots=True)
class Kept:
    """A database on PostgreSQL that keeps what an account's first collection stored."""

    server: Server
    url: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """Data directories by name, in a folder that all processes of a run share."""

    folder: Path

    def take(
        self,
        name: str,
        settings: Settings,
        sandbox: RunningSandbox,
        collect: Callable[[Connected], object],
        database: Kept | None = None,
    ) -> Connected:
        """Return a connected application with the data directory that `collect` leaves.

        Only the first call with a name collects. Later calls copy its data directory, with the
        database's log, and get their own tokens, so that a test cannot change another test's data.
        A database outside the data directory is kept in `database` and copied from there. Every
        process has a server of its own, and so a data directory of its own that belongs to it.
        """
        kept = self.folder / (f"{name}, {os.getpid()}" if database else name)
        with one_at_a_time(kept):
            if not kept.exists():
                made = join(settings, sandbox)
                collect(made)
                _copy(settings.data_dir, kept)
                if database:
                    made.engine.dispose()
                    database.server.copy(settings.database_url, to=database.url)
                return made
        _copy(kept, settings.data_dir)
        if database:
            database.server.copy(database.url, to=settings.database_url)
        return _reopened(settings, sandbox)


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Only one process at a time makes what is at the path. The others wait for it."""
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _copy(data_dir: Path, to: Path) -> None:
    # A copy that was interrupted must not be taken for the account.
    unfinished = to.with_name(f"{to.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    # SQLite rebuilds the index of its log. The old index belongs to the processes that use it.
    shutil.copytree(data_dir, unfinished, ignore=shutil.ignore_patterns("*-shm"))
    unfinished.rename(to)


def _reopened(settings: Settings, sandbox: RunningSandbox) -> Connected:
    engine = open_database(settings.database_url)
    vault = Vault.of(settings)
    (connection,) = connections.listed(engine)
    with Session(engine) as session:
        vault.save(
            session,
            session.get_one(Connection, connection.id),
            Tokens(*astuple(consent(settings).tokens)),
        )
        session.commit()
    return Connected(settings, engine, vault, connection.id, sandbox)
