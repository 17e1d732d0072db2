"""Heartbeats of the workers."""

from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session, col, delete

from corvana.store.models import WorkerHeartbeat

_FORGOTTEN_AFTER = timedelta(days=1)


def beat(engine: Engine, worker_id: str, started_at: datetime, now: datetime) -> None:
    """Note that this worker is alive, and delete workers silent for a day."""
    with Session(engine) as session:
        session.merge(WorkerHeartbeat(worker_id=worker_id, started_at=started_at, seen_at=now))
        session.exec(
            delete(WorkerHeartbeat).where(col(WorkerHeartbeat.seen_at) < now - _FORGOTTEN_AFTER)
        )
        session.commit()
