"""Connections as rows, in the states in which they wait for a run."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import Engine
from sqlmodel import Session

from corvana.store.models import CollectionRun, Connection, Engagement


def connection(
    engine: Engine,
    *,
    connected_at: datetime,
    has_run: bool = False,
    next_run_at: datetime | None = None,
    requested_at: datetime | None = None,
) -> str:
    """A connection of an engagement of its own. Without a run, connecting has requested one."""
    connection_id, engagement_id = uuid4().hex, uuid4().hex
    with Session(engine) as session:
        session.add(Engagement(id=engagement_id, name=engagement_id, created_at=connected_at))
        session.add(
            Connection(
                id=connection_id,
                engagement_id=engagement_id,
                account_id="P",
                account_label="acme",
                region="US",
                audience="",
                connected_role="owner",
                connected_at=connected_at,
                next_run_at=next_run_at,
                requested_at=requested_at or (None if has_run else connected_at),
            )
        )
        if has_run:
            session.add(
                CollectionRun(
                    id=uuid4().hex,
                    connection_id=connection_id,
                    status="finished",
                    started_at=connected_at,
                    until=connected_at,
                )
            )
        session.commit()
    return connection_id
