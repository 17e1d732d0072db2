"""Collection runs: the progress of the present run and the end of the last run."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import Engine, func, update
from sqlmodel import Session, col, select

from corvana.store import connections
from corvana.store.models import CollectionRun


def begin(
    engine: Engine, connection_id: str, *, trigger: str, now: datetime, run_id: str | None = None
) -> str:
    """Open a run and return its id. A run left open by a dead worker is closed as interrupted."""
    with Session(engine) as session:
        _interrupt(session, connection_id, now)
        run = CollectionRun(
            id=run_id or uuid4().hex,
            connection_id=connection_id,
            trigger=trigger,
            started_at=now,
            until=now,
        )
        session.add(run)
        session.commit()
        return run.id


def interrupt(engine: Engine, connection_id: str, holder: str, now: datetime) -> None:
    """Close the open run of whoever holds the lease. Raises `LeaseLost` when it is not `holder`."""
    with Session(engine) as session:
        connections.fence(session, connection_id, holder)
        _interrupt(session, connection_id, now)
        session.commit()


def _interrupt(session: Session, connection_id: str, now: datetime) -> None:
    session.connection().execute(
        update(CollectionRun)
        .where(
            col(CollectionRun.connection_id) == connection_id,
            col(CollectionRun.status) == "running",
        )
        .values(status="interrupted", finished_at=now, activity="")
    )


def advance(engine: Engine, run_id: str, **values: object) -> None:
    """Record progress. Do nothing when the run was deleted in the meantime."""
    with Session(engine) as session:
        session.connection().execute(
            update(CollectionRun).where(col(CollectionRun.id) == run_id).values(**values)
        )
        session.commit()


def end(
    engine: Engine, run_id: str, *, status: str, now: datetime, error: str | None = None
) -> None:
    """Close a run; `error` is the name of an error class, never its message."""
    advance(engine, run_id, status=status, finished_at=now, error=error, activity="")


def used_of_rate_limit(
    engine: Engine, connection_id: str
) -> tuple[datetime | None, datetime | None]:
    """When the connection's runs sent their last request, and until when none may be sent."""
    with Session(engine) as session:
        sent_at, paused_until = session.exec(
            select(
                func.max(CollectionRun.last_request_at), func.max(CollectionRun.paused_until)
            ).where(CollectionRun.connection_id == connection_id)
        ).one()
        return sent_at, paused_until
