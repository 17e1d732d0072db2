"""Bringing a database to the revision this code was written for."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

_REVISIONS: Final = Path(__file__).parent / "migrations" / "versions"
HEAD: Final = max(path.stem.partition("_")[0] for path in _REVISIONS.glob("[0-9]*.py"))
"""The newest revision, read from the file names, because asking Alembic takes long."""

_LOCK: Final = 0x436F7276616E61


def bring_up_to_date(engine: Engine) -> None:
    """Create or upgrade the tables; one query when there is nothing to do.

    Raises `ConfigError` when the database is newer than this code.
    """
    if _revision(engine) == HEAD:
        return
    # Importing Alembic is slow and seldom needed, so it would delay the start of every process.
    from corvana.store import migrations  # noqa: PLC0415

    with alone(engine) as connection:
        migrations.upgrade(connection)


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
