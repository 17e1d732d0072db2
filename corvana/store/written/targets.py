"""The client's response targets."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from corvana.store.models import ResponseTarget
from corvana.store.written import revised, sealing


def of_engagement(engine: Engine, engagement_id: str) -> Sequence[ResponseTarget]:
    """Return the targets in a lasting order; none is empty."""
    query = select(ResponseTarget).where(ResponseTarget.engagement_id == engagement_id)
    order = (
        col(ResponseTarget.by),
        col(ResponseTarget.level),
        col(ResponseTarget.service_id),
    )
    with Session(engine, expire_on_commit=False) as session:
        return sealing.opened(engine, session.exec(query.order_by(*order)).all())


def write(
    engine: Engine, target: ResponseTarget, *, by: str, now: datetime, connection_id: str
) -> None:
    """Save the target, or delete it where both times are empty. `target.revision` is the one that
    was read, 0 for a new target.

    Raises `ChangedMeanwhile`, and `NotFound` when the connection was deleted meanwhile.
    """
    if target.acknowledge_seconds is None and target.resolve_seconds is None:
        if target.revision:
            revised.remove(engine, target)
        return
    revised.save(engine, target, by=by, now=now, connection_id=connection_id)
