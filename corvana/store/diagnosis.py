"""The doctor's queries: counts and times, no data of the account."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from corvana.store import noun_statuses
from corvana.store.models import CollectionWindow, Incident, NounStatus, WorkerHeartbeat


def worker_seen_at(engine: Engine) -> datetime | None:
    """When any worker was last seen. Workers silent for a day are not stored any more."""
    with Session(engine) as session:
        return session.exec(
            select(WorkerHeartbeat.seen_at).order_by(col(WorkerHeartbeat.seen_at).desc()).limit(1)
        ).first()


def nouns(engine: Engine, connection_id: str) -> Sequence[NounStatus]:
    """The status of every noun that a run has tried to read."""
    with Session(engine, expire_on_commit=False) as session:
        return noun_statuses.listed(session, connection_id)


def incomplete_windows(engine: Engine, connection_id: str) -> tuple[tuple[str, int], ...]:
    """(noun, number of its windows for which PagerDuty did not give every row)."""
    with Session(engine) as session:
        rows = session.exec(
            select(CollectionWindow.noun, func.count())
            .where(
                CollectionWindow.connection_id == connection_id,
                col(CollectionWindow.incomplete).is_(True),
            )
            .group_by(CollectionWindow.noun)
            .order_by(CollectionWindow.noun)
        ).all()
    return tuple((noun, n) for noun, n in rows)


def has_incidents(engine: Engine, connection_id: str) -> bool:
    """Whether any incident is stored. Counting a million incidents would delay the page."""
    with Session(engine) as session:
        found = session.exec(
            select(Incident.id).where(Incident.connection_id == connection_id).limit(1)
        ).first()
    return found is not None
