"""Dates of the timeline that assessors wrote."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from corvana.store.models import TimelineDate
from corvana.store.written import revised, sealing


def of_engagement(engine: Engine, engagement_id: str) -> Sequence[TimelineDate]:
    """Return the dates, the oldest first."""
    query = (
        select(TimelineDate)
        .where(TimelineDate.engagement_id == engagement_id)
        .order_by(col(TimelineDate.happened_on), col(TimelineDate.id))
    )
    with Session(engine, expire_on_commit=False) as session:
        return sealing.opened(engine, session.exec(query).all())


def save(engine: Engine, row: TimelineDate, *, by: str, now: datetime, connection_id: str) -> int:
    """Save a date, `row.revision` being the one that was read, 0 for a new one.

    Raises `ChangedMeanwhile`, and `NotFound` when the connection was deleted meanwhile.
    """
    return revised.save(engine, row, by=by, now=now, connection_id=connection_id)


def remove(engine: Engine, row: TimelineDate) -> None:
    """Delete a date. Raises `ChangedMeanwhile` if somebody changed it since it was read."""
    revised.remove(engine, row)
