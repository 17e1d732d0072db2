"""Engagements: create, list, close, reopen. The first start creates one engagement."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from corvana.errors import EngagementNotActive, NotFound
from corvana.store.models import Connection, Engagement
from corvana.store.upsert import upsert

FIRST_NAME = "First engagement"
_FIRST_ID = "first"


def ensure_first(engine: Engine, now: datetime) -> None:
    """Make sure that one engagement exists; safe to call from two processes at once."""
    first = {"id": _FIRST_ID, "name": FIRST_NAME, "status": "active", "created_at": now}
    with Session(engine) as session:
        if session.exec(select(Engagement).limit(1)).first() is None:
            upsert(session, Engagement, [first])
            session.commit()


def create(engine: Engine, name: str, now: datetime) -> str:
    """Create an active engagement and return its id. Raises `ValueError` for a blank name."""
    name = name.strip()
    if not name or len(name) > 80:
        raise ValueError("an engagement needs a name of 1 to 80 characters")
    with Session(engine) as session:
        engagement = Engagement(id=uuid4().hex[:12], name=name, created_at=now)
        session.add(engagement)
        session.commit()
        return engagement.id


def listed(engine: Engine) -> Sequence[Engagement]:
    """All engagements, active ones first, then newest first."""
    with Session(engine, expire_on_commit=False) as session:
        return session.exec(
            select(Engagement).order_by(col(Engagement.status), col(Engagement.created_at).desc())
        ).all()


def get(engine: Engine, engagement_id: str) -> Engagement:
    """Return the engagement. Raises `NotFound`."""
    with Session(engine, expire_on_commit=False) as session:
        engagement = session.get(Engagement, engagement_id)
    if engagement is None:
        raise NotFound("no such engagement")
    return engagement


def require_active(engine: Engine, engagement_id: str) -> Engagement:
    """Return the engagement. Raises `NotFound`, or `EngagementNotActive` when it is closed."""
    engagement = get(engine, engagement_id)
    if engagement.status != "active":
        raise EngagementNotActive("the engagement is closed")
    return engagement


def close(engine: Engine, engagement_id: str, now: datetime) -> None:
    """Close the engagement. Its connections stay until a disconnect; no new data is collected."""
    with Session(engine) as session:
        engagement = session.get(Engagement, engagement_id)
        if engagement is None:
            raise NotFound("no such engagement")
        engagement.status, engagement.closed_at = "closed", now
        session.add(engagement)
        session.commit()


def reopen(engine: Engine, engagement_id: str) -> None:
    """Make a closed engagement active again."""
    with Session(engine) as session:
        engagement = session.get(Engagement, engagement_id)
        if engagement is None:
            raise NotFound("no such engagement")
        engagement.status, engagement.closed_at = "active", None
        session.add(engagement)
        session.commit()


def delete_after(engine: Engine, engagement_id: str, days: int | None) -> None:
    """Say after how many days from closing the data is deleted; None: not by itself.

    Raises `NotFound`, and `ValueError` for less than a day.
    """
    if days is not None and days < 1:
        raise ValueError("data is kept for a day at least")
    with Session(engine) as session:
        engagement = session.get(Engagement, engagement_id)
        if engagement is None:
            raise NotFound("no such engagement")
        engagement.delete_after_days = days
        session.add(engagement)
        session.commit()


def deletion_at(engagement: Engagement, closed_at: datetime | None = None) -> datetime | None:
    """When what the engagement collected is deleted; None: not by itself.

    `closed_at` is the time of closing to assume for one that is not closed yet.
    """
    closed = engagement.closed_at or closed_at
    if closed is None or engagement.delete_after_days is None:
        return None
    return closed + timedelta(days=engagement.delete_after_days)


def past_retention(engine: Engine, now: datetime) -> Sequence[str]:
    """The ids of connections of closed engagements whose day of deletion has come."""
    with Session(engine) as session:
        found = session.exec(
            select(Engagement, Connection.id)
            .join(Connection, col(Connection.engagement_id) == col(Engagement.id))
            .where(
                Engagement.status == "closed",
                col(Engagement.delete_after_days).is_not(None),
                Connection.status != "deleting",
            )
        ).all()
    days = ((deletion_at(engagement), connection_id) for engagement, connection_id in found)
    return sorted(connection_id for at, connection_id in days if at is not None and at <= now)


def let_viewers_take_report(engine: Engine, engagement_id: str, *, allowed: bool) -> None:
    """Say whether viewers of the engagement may download the report. Raises `NotFound`."""
    with Session(engine) as session:
        engagement = session.get(Engagement, engagement_id)
        if engagement is None:
            raise NotFound("no such engagement")
        engagement.viewers_take_report = allowed
        session.add(engagement)
        session.commit()
