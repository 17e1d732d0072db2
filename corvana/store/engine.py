"""Opening the database: SQLite by default, PostgreSQL by URL, the same code."""

import time
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from weakref import WeakSet

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.pool import PoolProxiedConnection, QueuePool
from sqlmodel import create_engine

from corvana.config import load_settings
from corvana.metrics import connection_wait
from corvana.store import address, schema

__all__ = ["open_database", "pools"]
_CONNECT_SECONDS = 10
_KEPT_CONNECTIONS = 5
"""So many stay open while nobody needs them."""


pools: "Final[WeakSet[MeasuredPool]]" = WeakSet()
"""The pools of this process."""


class MeasuredPool(QueuePool):
    """A pool that measures how long a connection is waited for, be it free or newly opened."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        pools.add(self)

    def connect(self) -> PoolProxiedConnection:
        began = time.monotonic()
        try:
            return super().connect()
        finally:
            connection_wait.observe(time.monotonic() - began)


@lru_cache(maxsize=8)
def open_database(url: str) -> Engine:
    """Return the engine of this process for `url`, with every table in place.

    No error message shows a value: no parameters of a statement, and no row that PostgreSQL quotes.
    Raises `ConfigError` when `url` is not supported, the database is newer than this code, or a
    setting is malformed.
    """
    parsed = address.parse(url)
    is_sqlite = parsed.get_backend_name() == "sqlite"
    if is_sqlite and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        parsed,
        hide_parameters=True,
        **_pool(is_sqlite=is_sqlite, is_file=bool(parsed.database)),
        # A database that is away must be known to be away, not waited for without end.
        connect_args={} if is_sqlite else {"connect_timeout": _CONNECT_SECONDS, **parsed.query},
    )
    if is_sqlite:
        event.listen(engine, "connect", _configure_sqlite)
    else:
        event.listen(engine, "handle_error", _silence)
    schema.bring_up_to_date(engine)
    return engine


def _pool(*, is_sqlite: bool, is_file: bool) -> dict[str, Any]:
    """How many connections a process keeps and opens at most, and how long one is waited for."""
    if is_sqlite:
        # A database in memory is gone with its connection, so SQLAlchemy has another pool for it.
        return {"poolclass": MeasuredPool} if is_file else {}
    settings = load_settings()
    most = settings.database_connections
    kept = min(_KEPT_CONNECTIONS, most)
    return {
        "poolclass": MeasuredPool,
        "pool_pre_ping": True,
        "pool_size": kept,
        "max_overflow": most - kept,
        "pool_timeout": settings.database_wait_seconds,
    }


def _configure_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        "busy_timeout=30000",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _silence(context: ExceptionContext) -> None:
    """Keep only the part of PostgreSQL's message without values; the rest may quote a row."""
    error = context.original_exception
    if not isinstance(error, psycopg.Error) or error.sqlstate is None:
        return
    place = (error.diag.table_name, error.diag.column_name, error.diag.constraint_name)
    error.args = (" ".join(filter(None, (type(error).__name__, error.sqlstate, *place))),)
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = error.args
