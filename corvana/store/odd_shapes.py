"""The shapes of what could not be read: counted over the runs of a connection, without a value."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from corvana.store.models import OddShape


def add(session: Session, connection_id: str, counts: Counter[Any]) -> None:
    """Add to the counts stored before. Keys: path of the request, field, problem, kind of value."""
    for shape, times in (+counts).items():
        key = (connection_id, *shape)
        known = session.get(OddShape, key)
        if known is None:
            path, field, problem, given = shape
            known = OddShape(
                connection_id=connection_id,
                path=path,
                field=field,
                problem=problem,
                given=given,
                times=0,
            )
        known.times += times
        session.add(known)


def listed(engine: Engine, connection_id: str) -> Sequence[OddShape]:
    """Every shape of the connection, the most frequent first."""
    with Session(engine, expire_on_commit=False) as session:
        return session.exec(
            select(OddShape)
            .where(OddShape.connection_id == connection_id)
            .order_by(col(OddShape.times).desc(), OddShape.path, OddShape.field, OddShape.problem)
        ).all()
