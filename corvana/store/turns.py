"""Whose turn it is: the connections that wait for a run, the most urgent one first.

The table of connections is the queue. A connection is one row, so it waits once, however long it
waits, and its turn is worked out anew whenever a worker is free.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Engine,
    and_,
    case,
    exists,
    func,
    or_,
    type_coerce,
    update,
)
from sqlmodel import Session, col, select

from corvana.store.connections import LEASE
from corvana.store.models import CollectionRun, Connection, Engagement

FOLLOW_UPS_STAND_BACK: Final = timedelta(minutes=10)
"""A requested run goes before a follow-up, unless the follow-up has waited so much longer."""

FIRST_RUNS_STAND_BACK: Final = timedelta(minutes=30)
"""The same for the first run of a connection, which takes long."""

_MICROSECOND: Final = timedelta(microseconds=1)


class Waiting(NamedTuple):
    """How many connections wait for a run, and since when the first of them does."""

    connections: int
    since: datetime | None


def due(engine: Engine, now: datetime) -> Sequence[str]:
    """The ids of the connections that wait for a run, in the order of their turns.

    A connected connection of an active engagement waits when a run was requested, when the time of
    its next run has come, or when its worker died with the lease.

    *Collect now* comes before follow-ups, and follow-ups before first runs. The place of a
    connection is the time since which it waits plus the time for which it stands back. The place
    does not change when others come, so nobody waits for ever.
    """
    with Session(engine) as session:
        return session.exec(
            select(Connection.id).where(_is_due(now)).order_by(_place(), col(Connection.id))
        ).all()


def take(engine: Engine, holder: str, now: datetime) -> str | None:
    """Take the lease of the connection whose turn it is; None when no connection is due."""
    next_one = (
        select(Connection.id)
        .where(_is_due(now))
        .order_by(_place(), col(Connection.id))
        .limit(1)
        .with_for_update(skip_locked=True, of=Connection)
        .scalar_subquery()
    )
    with Session(engine) as session:
        taken = session.connection().execute(
            update(Connection)
            .where(col(Connection.id) == next_one, _is_free(now))
            .values(lease_holder=holder, lease_until=now + LEASE)
            .returning(col(Connection.id))
        )
        connection_id: str | None = taken.scalar()
        session.commit()
        return connection_id


def waiting(engine: Engine, now: datetime) -> Waiting:
    """The length of the queue and the time since which its first connection waits."""
    since = case(
        (col(Connection.lease_until).is_not(None), col(Connection.lease_until)),
        else_=func.coalesce(
            Connection.requested_at, Connection.next_run_at, Connection.connected_at
        ),
    )
    with Session(engine) as session:
        count, first = session.exec(select(func.count(), func.min(since)).where(_is_due(now))).one()
    return Waiting(count, first)


def _is_due(now: datetime) -> ColumnElement[bool]:
    active = select(Engagement.id).where(Engagement.status == "active")
    return and_(
        col(Connection.status) == "connected",
        col(Connection.engagement_id).in_(active),
        _is_free(now),
        or_(
            col(Connection.requested_at).is_not(None),
            col(Connection.lease_holder).is_not(None),
            col(Connection.next_run_at).is_(None),
            col(Connection.next_run_at) <= now,
        ),
    )


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(col(Connection.lease_until).is_(None), col(Connection.lease_until) < now)


def _place() -> ColumnElement[Any]:
    """The place in the queue, in microseconds since 1970; the lowest is first.

    Connecting requests a run, too. Only a request after that is *Collect now*.
    """
    has_run = exists().where(
        col(CollectionRun.connection_id) == col(Connection.id),
        col(CollectionRun.status) == "finished",
    )
    stands_back = case(
        (has_run, FOLLOW_UPS_STAND_BACK // _MICROSECOND),
        else_=FIRST_RUNS_STAND_BACK // _MICROSECOND,
    )
    requested = type_coerce(col(Connection.requested_at), BigInteger)
    unasked = (
        func.coalesce(
            type_coerce(col(Connection.next_run_at), BigInteger),
            type_coerce(col(Connection.connected_at), BigInteger),
        )
        + stands_back
    )
    is_asked = col(Connection.requested_at) > col(Connection.connected_at)
    return case((and_(is_asked, requested < unasked), requested), else_=unasked)
