"""Opening the database: SQLite by default, PostgreSQL by URL, the same code."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel, create_engine

from corvana.store import models

__all__ = ["open_database"]


def _configure_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "secure_delete=ON",
        "busy_timeout=30000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@lru_cache(maxsize=8)
def open_database(url: str) -> Engine:
    """Return the engine of this process for `url`, with every table in place.

    Statements are never shown with their values: a failing insert must not print rows.
    """
    parsed = make_url(url)
    is_sqlite = parsed.get_backend_name() == "sqlite"
    if is_sqlite and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, hide_parameters=True, pool_pre_ping=not is_sqlite)
    if is_sqlite:
        event.listen(engine, "connect", _configure_sqlite)
    SQLModel.metadata.create_all(engine, tables=[t.__table__ for t in _tables()])  # type: ignore[attr-defined]
    return engine


def _tables() -> list[type[SQLModel]]:
    return [*models.COLLECTED, *_OWN]


_OWN: tuple[type[SQLModel], ...] = (
    models.Engagement,
    models.OAuthState,
    models.Connection,
    models.Secret,
    models.WorkerHeartbeat,
    models.Receipt,
)
