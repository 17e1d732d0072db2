"""Whose turn it is: the connections that wait for a run, the most urgent one first.

The table of connections is the queue. A connection is one row, so it waits once, however long it
waits, and its turn is worked out anew whenever a worker is free. An analysis of data that is there
waits for itself, and its lease is held also while nothing can be collected.
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

from corvana.errors import LeaseLost
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
    return _take(engine, col(Connection.id) == next_one, holder, now)


def analyses_due(engine: Engine, now: datetime) -> Sequence[str]:
    """The ids of the connections whose data is to be analysed anew, longest waiting first."""
    with Session(engine) as session:
        return session.exec(
            select(Connection.id)
            .where(_is_to_be_analysed(now))
            .order_by(col(Connection.analyse_at), col(Connection.id))
        ).all()


def take_analysis(engine: Engine, holder: str, now: datetime) -> str | None:
    """Take the lease of the connection that has waited longest for an analysis of the data that it
    has; None when none waits. Nothing need be collectable for that."""
    next_one = (
        select(Connection.id)
        .where(_is_to_be_analysed(now))
        .order_by(col(Connection.analyse_at), col(Connection.id))
        .limit(1)
        .with_for_update(skip_locked=True, of=Connection)
        .scalar_subquery()
    )
    return _take(engine, col(Connection.id) == next_one, holder, now)


def renew_analysis(engine: Engine, connection_id: str, holder: str, now: datetime) -> bool:
    """Extend the lease; False once it is lost."""
    with Session(engine) as session:
        result = session.connection().execute(
            update(Connection)
            .where(
                col(Connection.id) == connection_id,
                col(Connection.lease_holder) == holder,
                col(Connection.status) != "deleting",
            )
            .values(lease_until=now + LEASE)
        )
        session.commit()
        return result.rowcount == 1


def release_analysis(
    engine: Engine, connection_id: str, holder: str, *, finished: datetime | None
) -> None:
    """Give back the lease of an analysis. Do nothing when the lease was lost.

    `finished` is when an analysis that came to its end had begun: requests until then are
    fulfilled. None: it was interrupted and stays due.
    """
    asked_at = col(Connection.analyse_at)
    stays = asked_at if finished is None else case((asked_at > finished, asked_at), else_=None)
    with Session(engine) as session:
        session.connection().execute(
            update(Connection)
            .where(col(Connection.id) == connection_id, col(Connection.lease_holder) == holder)
            .values(lease_holder=None, lease_until=None, analyse_at=stays)
        )
        session.commit()


def fence_analysis(session: Session, connection_id: str, holder: str) -> None:
    """Lock the connection for this transaction, so that nothing is written without the lease, also
    while nothing can be collected.

    Raises `LeaseLost` when another worker has it or the connection is being deleted.
    """
    result = session.connection().execute(
        update(Connection)
        .where(
            col(Connection.id) == connection_id,
            col(Connection.lease_holder) == holder,
            col(Connection.status) != "deleting",
        )
        .values(lease_holder=holder)
    )
    if result.rowcount != 1:
        raise LeaseLost("the connection is not ours to write to any more")


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


def _take(engine: Engine, is_next: ColumnElement[bool], holder: str, now: datetime) -> str | None:
    with Session(engine) as session:
        taken = session.connection().execute(
            update(Connection)
            .where(is_next, _is_free(now))
            .values(lease_holder=holder, lease_until=now + LEASE)
            .returning(col(Connection.id))
        )
        connection_id: str | None = taken.scalar()
        session.commit()
        return connection_id


def _is_to_be_analysed(now: datetime) -> ColumnElement[bool]:
    return and_(
        col(Connection.analyse_at).is_not(None),
        col(Connection.status) != "deleting",
        col(Connection.data_version) > 0,
        _is_free(now),
    )


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
