"""From SQLite to PostgreSQL: every row, sealed on its way, and every data version and baseline.

Everything is written and proven before anything counts. The rows are copied in one transaction, so
a process that is killed leaves an empty database, and can be begun again. Data versions are written
beside the present ones; they change places once the rows are there.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection as DatabaseConnection
from sqlalchemy import Engine, NullPool, create_engine, select
from sqlalchemy.exc import OperationalError

from corvana.config import Settings, load_settings
from corvana.errors import ConfigError, MoveRefused
from corvana.jobs import wishes
from corvana.jobs.database.copying import Compared, compare, copy, has_rows
from corvana.jobs.database.rows import Seals, prepare_seals
from corvana.jobs.database.versions import seal_versions
from corvana.store import address, clock, connections, purge
from corvana.store.engine import open_database
from corvana.store.keys import in_use
from corvana.store.keys.key_file import Step
from corvana.store.models import every_table
from corvana.store.vault import Vault
from corvana.versions import baselines

_BUSY_MILLISECONDS: Final = 2_000
_UNFINISHED: Final = "snapshots-sealing"
_SEALED: Final = "snapshots-sealed"
_BEFORE: Final = "snapshots-before-move"


@dataclass(frozen=True, slots=True)
class Moved:
    """What was compared: every table, and every frame of the data versions that were sealed."""

    tables: list[Compared]
    frames: list[Compared]

    @property
    def is_equal(self) -> bool:
        """Whether both sides say the same."""
        return all(one.is_equal for one in (*self.tables, *self.frames))


def move_database(to: str, step: Step = lambda _: None) -> Moved:
    """Copy everything from SQLite to the PostgreSQL database at `to`, and compare both.

    Nothing is kept there if anything is different. When everything was moved before, it is only
    compared again. `step` is called after every step with what was done.

    Raises
    ------
    ConfigError
        The present database is not SQLite, or the other one is not PostgreSQL.
    MoveRefused
        Processes are at work, a deletion is not finished, or the other database is not empty.
    VaultError
        Something is stored that the key does not open.
    """
    settings = load_settings()
    if address.is_postgresql(settings.database_url) or not address.is_postgresql(to):
        raise ConfigError("a move goes from SQLite, as it is set now, to an address of PostgreSQL")
    engine = open_database(settings.database_url)
    _refuse_unfinished(settings, engine)
    engine.dispose()
    vault, target = Vault.of(settings), open_database(to)
    in_use.use(to, vault.keys)
    with _alone(engine) as source, target.connect() as copied:
        seals = prepare_seals(source, vault)
        if has_rows(copied):
            moved = Moved(list(compare(source, copied, seals)), [])
            if not moved.is_equal:
                raise MoveRefused("the database at the address is not empty")
        else:
            moved = _move(settings, source, copied, seals, step)
            if not moved.is_equal:
                return moved
            copied.commit()
            step("the rows are in PostgreSQL")
    _exchange_folders(settings, step)
    return moved


def _move(
    settings: Settings,
    source: DatabaseConnection,
    target: DatabaseConnection,
    seals: Seals,
    step: Step,
) -> Moved:
    """Copy and compare. Nothing of it counts before the caller commits."""
    if (settings.data_dir / _BEFORE).exists():
        raise MoveRefused(f"{settings.data_dir / _BEFORE} is of an earlier move: move it away")
    copy(source, target, seals, step)
    tables = list(compare(source, target, seals))
    step("every row was compared")
    unfinished, sealed = (settings.data_dir / name for name in (_UNFINISHED, _SEALED))
    for folder in (unfinished, sealed):
        shutil.rmtree(folder, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    frames = []
    for connection_id, homes in _homes(source).items():
        account = seals.accounts[connection_id]
        frames += seal_versions(settings.versions_dir, unfinished, account, homes, step)
    unfinished.rename(sealed)
    step("data versions are sealed")
    return Moved(tables, frames)


def _homes(source: DatabaseConnection) -> dict[str, dict[str, set[int]]]:
    """Return, by connection, where versions lie and which ones pages can show."""
    table = {one.name: one for one in every_table()}
    kept, frozen = table["connection"], table["baseline"]
    found = {}
    for one in source.execute(select(kept)).all():
        versions = {one.data_version, one.prepared_version} - {0}
        places = {one.id: versions} if versions else {}
        written = select(frozen.c.id, frozen.c.version)
        for baseline in source.execute(written.where(frozen.c.engagement_id == one.engagement_id)):
            places[baselines.place_of(one.id, baseline.id)] = {baseline.version}
        found[one.id] = places
    return found


def _exchange_folders(settings: Settings, step: Step) -> None:
    """Put the sealed data versions in the place of the others, which stay beside them."""
    sealed, before = settings.data_dir / _SEALED, settings.data_dir / _BEFORE
    if not sealed.exists():
        return
    if settings.versions_dir.exists() and not before.exists():
        settings.versions_dir.rename(before)
    sealed.rename(settings.versions_dir)
    step("sealed data versions are in their place")


def _refuse_unfinished(settings: Settings, engine: Engine) -> None:
    now = clock.now(engine)
    if connections.worker_alive(engine, now) or any(
        one.lease_until and one.lease_until > now for one in connections.listed(engine)
    ):
        raise MoveRefused("a worker is at work: stop web processes and workers, wait 30 seconds")
    if purge.pending(engine) or wishes.pending(settings.wishes_dir):
        raise MoveRefused("a deletion is not finished: see `corvana doctor`")


@contextmanager
def _alone(engine: Engine) -> Iterator[DatabaseConnection]:
    """Read the database while nobody else has it open.

    SQLite leaves its write-ahead log only for a process that has the database alone, so a web
    process that is at work is noticed, too.
    """
    alone = create_engine(
        engine.url,
        hide_parameters=True,
        poolclass=NullPool,
        connect_args={"timeout": _BUSY_MILLISECONDS / 1000},
    )
    with alone.connect() as source:
        try:
            source.exec_driver_sql("PRAGMA locking_mode=EXCLUSIVE")
            source.exec_driver_sql("PRAGMA journal_mode=DELETE")
            source.exec_driver_sql("BEGIN EXCLUSIVE")
        except OperationalError as error:
            raise MoveRefused(
                "another process has the database open: stop web processes and workers"
            ) from error
        yield source
