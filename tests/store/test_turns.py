"""Whose turn it is: what is due, in which order, and who takes it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, update
from sqlmodel import Session, col

from corvana.store import connections, engagements, turns
from corvana.store.connections import LEASE
from corvana.store.engine import open_database
from corvana.store.models import Connection
from corvana.store.turns import FIRST_RUNS_STAND_BACK, FOLLOW_UPS_STAND_BACK, Waiting
from tests.builders.stored.waiting import connection

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def engine(database_url: str) -> Engine:
    return open_database(database_url)


@pytest.fixture
def joined(engine: Engine) -> str:
    return connection(engine, connected_at=NOW)


def follow_up(engine: Engine, *, since: datetime) -> str:
    return connection(engine, connected_at=NOW - 99 * HOUR, has_run=True, next_run_at=since)


def in_turn(engine: Engine, now: datetime) -> list[str]:
    """What one worker after the other takes, until nothing is due."""
    taken: list[str] = []
    while (one := turns.take(engine, f"worker-{len(taken)}", now)) is not None:
        taken.append(one)
    return taken


def test_a_new_connection_is_due_at_once(engine: Engine, joined: str) -> None:
    assert turns.due(engine, NOW) == [joined]


def test_however_long_a_connection_waits_it_waits_once(engine: Engine, joined: str) -> None:
    assert turns.due(engine, NOW + HOUR) == [joined]
    assert turns.take(engine, "one", NOW + HOUR) == joined
    assert turns.take(engine, "two", NOW + HOUR) is None
    assert connections.get(engine, joined).lease_holder == "one"


def test_after_a_run_it_is_due_when_its_time_has_come(engine: Engine, joined: str) -> None:
    next_run = NOW + timedelta(minutes=15)
    assert turns.take(engine, "w", NOW) == joined
    connections.release(engine, joined, "w", started_at=NOW, next_run_at=next_run)
    connection = connections.get(engine, joined)
    assert (connection.lease_holder, connection.lease_until) == (None, None)
    assert turns.due(engine, next_run - SECOND) == []
    assert turns.due(engine, next_run) == [joined]


def test_a_run_answers_the_request_it_followed_and_no_later_one(
    engine: Engine, joined: str
) -> None:
    next_run = NOW + HOUR
    assert turns.take(engine, "w", NOW + SECOND) == joined
    connections.request_run(engine, joined, NOW + 2 * SECOND)
    connections.release(engine, joined, "w", started_at=NOW + SECOND, next_run_at=next_run)
    assert connections.get(engine, joined).requested_at == NOW + 2 * SECOND
    assert turns.take(engine, "w", NOW + 3 * SECOND) == joined
    connections.release(engine, joined, "w", started_at=NOW + 3 * SECOND, next_run_at=next_run)
    assert connections.get(engine, joined).requested_at is None
    assert turns.due(engine, NOW + 4 * SECOND) == []


def test_a_dead_workers_connection_is_due_when_its_lease_lapses(
    engine: Engine, joined: str
) -> None:
    next_run = NOW + HOUR
    connections.acquire(engine, joined, "w", NOW)
    connections.release(engine, joined, "w", started_at=NOW, next_run_at=next_run)
    connections.acquire(engine, joined, "dead", NOW)
    assert turns.due(engine, NOW + LEASE) == []
    assert turns.due(engine, NOW + LEASE + SECOND) == [joined]


def test_a_request_outlives_the_worker_that_took_it(engine: Engine, joined: str) -> None:
    """A worker that is killed answers no request: it is still *Collect now* afterwards."""
    connections.request_run(engine, joined, NOW + SECOND)
    assert turns.take(engine, "dead", NOW + SECOND) == joined
    assert connections.get(engine, joined).requested_at == NOW + SECOND
    before = follow_up(engine, since=NOW)
    assert turns.due(engine, NOW + LEASE + 2 * SECOND) == [joined, before]


def test_a_closed_engagement_is_not_due_until_it_is_open_again(engine: Engine, joined: str) -> None:
    engagement = connections.get(engine, joined).engagement_id
    engagements.close(engine, engagement, NOW)
    assert turns.due(engine, NOW) == []
    engagements.reopen(engine, engagement)
    assert turns.due(engine, NOW) == [joined]


@pytest.mark.parametrize("reason", ["token_refused", "key_changed"])
def test_a_disconnected_connection_is_not_due_and_not_to_be_had(
    engine: Engine, joined: str, reason: str
) -> None:
    connections.mark_disconnected(engine, joined, reason)
    assert connections.get(engine, joined).status_reason == reason
    assert turns.due(engine, NOW) == []
    assert turns.take(engine, "w", NOW) is None
    assert not connections.acquire(engine, joined, "w", NOW)


def test_what_was_asked_for_goes_before_follow_ups_and_these_before_first_runs(
    engine: Engine,
) -> None:
    now = NOW + 5 * MINUTE
    first = connection(engine, connected_at=NOW)
    later_first = connection(engine, connected_at=NOW + MINUTE)
    follow = follow_up(engine, since=NOW + 2 * MINUTE)
    asked = connection(
        engine,
        connected_at=NOW - HOUR,
        has_run=True,
        next_run_at=NOW + HOUR,
        requested_at=NOW + 3 * MINUTE,
    )
    asked_first = connection(engine, connected_at=NOW - MINUTE, requested_at=NOW + 4 * MINUTE)
    expected = [asked, asked_first, follow, first, later_first]
    assert turns.due(engine, now) == expected
    assert in_turn(engine, now) == expected


def test_nobody_waits_for_ever(engine: Engine) -> None:
    """Who stands back has a place that comes closer, however many others are due meanwhile."""
    first = connection(engine, connected_at=NOW)
    late = NOW + FIRST_RUNS_STAND_BACK - FOLLOW_UPS_STAND_BACK
    follow_ups = [follow_up(engine, since=late + minute * MINUTE) for minute in (-1, 1)]
    asked = connection(
        engine,
        connected_at=NOW - HOUR,
        has_run=True,
        next_run_at=NOW + 99 * HOUR,
        requested_at=NOW + FIRST_RUNS_STAND_BACK + MINUTE / 2,
    )
    assert turns.due(engine, NOW + HOUR) == [follow_ups[0], first, asked, follow_ups[1]]


def test_asking_for_what_is_overdue_does_not_put_it_off(engine: Engine) -> None:
    overdue = follow_up(engine, since=NOW - HOUR)
    connections.request_run(engine, overdue, NOW)
    asked = follow_up(engine, since=NOW + HOUR)
    connections.request_run(engine, asked, NOW - MINUTE)
    assert turns.due(engine, NOW) == [overdue, asked]


def test_the_length_and_the_age_of_the_queue_are_told(engine: Engine) -> None:
    assert turns.waiting(engine, NOW) == Waiting(0, None)
    follow_up(engine, since=NOW - 3 * MINUTE)
    follow_up(engine, since=NOW + HOUR)
    died = follow_up(engine, since=NOW - 9 * HOUR)
    assert turns.waiting(engine, NOW) == Waiting(2, NOW - 9 * HOUR)
    with Session(engine) as session:
        session.connection().execute(
            update(Connection)
            .where(col(Connection.id) == died)
            .values(lease_holder="dead", lease_until=NOW - MINUTE)
        )
        session.commit()
    assert turns.waiting(engine, NOW) == Waiting(2, NOW - 3 * MINUTE)
