"""Loading and pruning of configuration, which is always read in full."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, tuple_
from sqlmodel import Session, SQLModel

from corvana.store.upsert import upsert

_CHUNK = 500


def load(session: Session, model: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
    """Store the rows, replacing what they replace."""
    upsert(session, model, rows)


def prune(
    session: Session, model: type[SQLModel], connection_id: str, rows: Sequence[dict[str, Any]]
) -> None:
    """Delete the connection's rows that were not read this time."""
    table = model.__table__  # type: ignore[attr-defined]
    keys = [column for column in table.primary_key if column.name != "connection_id"]
    wanted = {tuple(row[key.name] for key in keys) for row in rows}
    stored = session.connection().execute(
        table.select().with_only_columns(*keys).where(table.c.connection_id == connection_id)
    )
    gone = [tuple(row) for row in stored if tuple(row) not in wanted]
    for start in range(0, len(gone), _CHUNK):
        session.connection().execute(
            delete(table).where(
                table.c.connection_id == connection_id,
                tuple_(*keys).in_(gone[start : start + _CHUNK]),
            )
        )
