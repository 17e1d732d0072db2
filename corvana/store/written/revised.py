"""Saving a row that two assessors may change at once: neither overwrites the other silently.

Rows are sealed on the way to the database, and opened on the way back (`sealing`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Engine, Executable, delete, insert, inspect, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from corvana.errors import ChangedMeanwhile, NotFound
from corvana.store.models import Connection
from corvana.store.models.written import Revised, Written
from corvana.store.written import sealing

Row = TypeVar("Row", bound=Revised)


def save(
    engine: Engine,
    row: Row,
    *,
    by: str,
    now: datetime,
    connection_id: str | None = None,
    also: Sequence[Written] = (),
    then: Executable | None = None,
) -> int:
    """Save the row if nobody changed it since it was read; return its new revision.

    `row.revision` is the revision that was read, 0 for a row that did not exist. With a
    `connection_id`, the row is about the account of that connection: it is only saved while the
    connection exists and is not being deleted. `also` are rows that are added in the same
    transaction, such as its history, and `then` a statement of what follows from the change: a
    process that is killed leaves both or neither.

    Raises
    ------
    ChangedMeanwhile
        Somebody else changed, added or deleted the row. The error has the present row.
    NotFound
        The connection was deleted meanwhile, or the key of what was written before is not here.
    """
    model = type(row)
    values = row.model_dump() | {
        "revision": row.revision + 1,
        "changed_at": now,
        "changed_by": by,
    }
    with Session(engine) as session:
        _require(session, connection_id)
        seal = sealing.seal_to_write(session, row.engagement_id, connection_id)
        values = sealing.sealed(model, values, seal)
        if row.revision == 0:
            changed = _added(session, model, values)
        else:
            changed = _changed(session, model, _is(row), row.revision, values)
        if not changed:
            session.rollback()
            raise ChangedMeanwhile(_present(engine, row))
        for one in also:
            stored = sealing.sealed(type(one), one.model_dump(), seal)
            session.connection().execute(insert(type(one)).values(**stored))
        if then is not None:
            session.connection().execute(then)
        session.commit()
    return row.revision + 1


def remove(engine: Engine, row: Revised) -> None:
    """Delete the row if nobody changed it since it was read. Raises `ChangedMeanwhile`."""
    statement = delete(type(row)).where(*_is(row), col(type(row).revision) == row.revision)
    with Session(engine) as session:
        if not session.connection().execute(statement).rowcount:
            session.rollback()
            raise ChangedMeanwhile(_present(engine, row))
        session.commit()


def _require(session: Session, connection_id: str | None) -> None:
    """Hold the connection until the end of the transaction, so that it is not deleted before."""
    if connection_id is None:
        return
    held = (
        update(Connection)
        .where(col(Connection.id) == connection_id, col(Connection.status) != "deleting")
        .values(id=connection_id)
    )
    if not session.connection().execute(held).rowcount:
        session.rollback()
        raise NotFound("the connection was deleted meanwhile")


def _added(session: Session, model: type[Revised], values: dict[str, Any]) -> bool:
    try:
        session.connection().execute(insert(model).values(**values))
    except IntegrityError:
        return False
    return True


def _changed(
    session: Session,
    model: type[Revised],
    is_row: list[Any],
    revision: int,
    values: dict[str, Any],
) -> bool:
    statement = update(model).where(*is_row, col(model.revision) == revision).values(**values)
    return bool(session.connection().execute(statement).rowcount)


def _present(engine: Engine, row: Row) -> Row | None:
    model = type(row)
    with Session(engine, expire_on_commit=False) as session:
        found = session.get(model, tuple(getattr(row, name) for name in _key(model)))
    return sealing.opened_one(engine, found)


def _is(row: Revised) -> list[Any]:
    model = type(row)
    return [col(getattr(model, name)) == getattr(row, name) for name in _key(model)]


def _key(model: type[Revised]) -> list[str]:
    return [column.key for column in inspect(model).primary_key]
