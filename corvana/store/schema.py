"""Bringing a database to the revision this code was written for."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
import structlog
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from corvana.errors import ConfigError

_REVISIONS: Final = Path(__file__).parent / "migrations" / "versions"
HEAD: Final = max(path.stem.partition("_")[0] for path in _REVISIONS.glob("[0-9]*.py"))
"""The newest revision, read from the file names, because asking Alembic takes long."""

_LOCK: Final = 0x436F7276616E61
_WAITS_FOR_A_TABLE: Final = 2.0
"""Seconds. While a change waits for a table in PostgreSQL, everybody else waits behind it."""

_BETWEEN_ATTEMPTS: Final = 1.0
_LONGEST: Final = 600.0
_log = structlog.get_logger()


def bring_up_to_date(engine: Engine) -> None:
    """Create or upgrade the tables; one query when there is nothing to do.

    A table that others use all the time is tried again and again for ten minutes; between two
    attempts they go on.

    Raises `ConfigError` when the database is newer than this code, and when a table was in use all
    the time.
    """
    if _revision(engine) == HEAD:
        return
    until = time.monotonic() + _LONGEST
    while not _is_upgraded(engine):
        if time.monotonic() > until:
            raise ConfigError(
                "the database's tables could not be brought up to date, because other processes "
                "use them: stop all web processes and workers, and start one of them first"
            )
        _log.warning("waiting for tables that are in use", seconds=_WAITS_FOR_A_TABLE)
        time.sleep(_BETWEEN_ATTEMPTS)


def _is_upgraded(engine: Engine) -> bool:
    """Upgrade the tables; False, and nothing is changed, when one of them was in use."""
    # Importing Alembic is slow and seldom needed, so it would delay the start of every process.
    from corvana.store import migrations  # noqa: PLC0415

    try:
        with alone(engine) as connection:
            if engine.dialect.name == "postgresql":
                milliseconds = f"{_WAITS_FOR_A_TABLE * 1_000:.0f}"
                connection.execute(text(f"SET LOCAL lock_timeout = {milliseconds}"))
            migrations.upgrade(connection)
    except OperationalError as error:
        if not isinstance(error.orig, psycopg.errors.LockNotAvailable):
            raise
        return False
    return True


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """A transaction that waits until no other process changes tables of this database."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection
    else:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # The driver begins a transaction before a change of rows, but not before one of tables.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("COMMIT")


def _revision(engine: Engine) -> object:
    """The database's revision; None when it has none or cannot be read now."""
    try:
        with engine.connect() as connection:
            return connection.scalar(text("SELECT version_num FROM alembic_version"))
    except (OperationalError, ProgrammingError):
        return None
