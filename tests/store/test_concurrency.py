"""Two at once: a claim, a lease and the right to write are one worker's alone."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from corvana.config import US_AUDIENCE
from corvana.errors import ConnectRefused, LeaseLost
from corvana.store import connections, engagements, purge, turns
from corvana.store.connections import LEASE, PagerDutyAccount
from corvana.store.engine import open_database
from corvana.store.models import Connection, Engagement, Team
from corvana.store.upsert import upsert
from corvana.store.vault import Vault
from corvana.tokens import Tokens

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACCOUNT = PagerDutyAccount("PACC1", "acme", "US", US_AUDIENCE, "owner")
TOKENS = Tokens("access", "refresh", NOW + timedelta(days=10))
RACERS = 6
ROUNDS = 10
T = TypeVar("T")


@pytest.fixture
def engine(database_url: str) -> Engine:
    engine = open_database(database_url)
    engagements.ensure_first(engine, NOW)
    return engine


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.open(None, tmp_path)


def connect(engine: Engine, vault: Vault, account: PagerDutyAccount = ACCOUNT) -> str:
    return connections.connect(
        engine, vault, engagement_id="first", account=account, tokens=TOKENS, now=NOW
    )


@pytest.fixture
def joined(engine: Engine, vault: Vault) -> str:
    return connect(engine, vault)


def race(act: Callable[[int], T]) -> list[T]:
    """What each of the racers, let go at the same moment, got."""
    gate = threading.Barrier(RACERS)

    def run(number: int) -> T:
        gate.wait()
        return act(number)

    with ThreadPoolExecutor(RACERS) as threads:
        return list(threads.map(run, range(RACERS)))


def take(engine: Engine, now: datetime, racer: int) -> str | None:
    return turns.take(engine, f"worker-{racer}", now)


def acquire(engine: Engine, connection_id: str, now: datetime, racer: int) -> bool:
    return connections.acquire(engine, connection_id, f"worker-{racer}", now)


def test_the_turn_of_a_connection_is_taken_by_one_of_many(engine: Engine, joined: str) -> None:
    for number in range(ROUNDS):
        now = NOW + number * 2 * LEASE
        taken = race(partial(take, engine, now))
        assert [one for one in taken if one is not None] == [joined]


def test_a_lease_is_taken_by_one_of_many(engine: Engine, joined: str) -> None:
    for number in range(ROUNDS):
        now = NOW + number * 2 * LEASE
        taken = race(partial(acquire, engine, joined, now))
        assert taken.count(True) == 1
        assert connections.get(engine, joined).lease_holder == f"worker-{taken.index(True)}"


def test_a_second_writer_waits_for_the_first_and_is_then_refused(
    engine: Engine, joined: str
) -> None:
    """The fence is held to the end of the transaction; the lease changes hands only after it."""
    late = NOW + LEASE + timedelta(seconds=1)
    assert connections.acquire(engine, joined, "first", NOW)
    taking_over = threading.Thread(
        target=connections.acquire, args=(engine, joined, "second", late)
    )
    with Session(engine) as session:
        connections.fence(session, joined, "first")
        taking_over.start()
        taking_over.join(timeout=0.5)
        assert taking_over.is_alive()
        assert connections.get(engine, joined).lease_holder == "first"
        upsert(session, Team, [{"connection_id": joined, "id": "T", "label": "written"}])
        session.commit()
    taking_over.join()
    assert connections.get(engine, joined).lease_holder == "second"
    with Session(engine) as session, pytest.raises(LeaseLost):
        connections.fence(session, joined, "first")
    with Session(engine) as session:
        connections.fence(session, joined, "second")
        assert session.get_one(Team, (joined, "T")).label == "written"


def test_two_writers_of_one_lease_write_one_after_the_other(engine: Engine, joined: str) -> None:
    assert connections.acquire(engine, joined, "w", NOW)

    def write(number: int) -> None:
        with Session(engine) as session:
            connections.fence(session, joined, "w")
            connection = session.get_one(Connection, joined)
            connection.data_version += 1
            session.add(connection)
            session.commit()

    for _ in range(ROUNDS):
        race(write)
    assert connections.get(engine, joined).data_version == ROUNDS * RACERS


def test_a_deletion_waits_for_the_writer_and_leaves_nothing_of_it(
    engine: Engine, joined: str
) -> None:
    assert connections.acquire(engine, joined, "w", NOW)
    deleting = threading.Thread(target=_delete, args=(engine, joined))
    with Session(engine) as session:
        connections.fence(session, joined, "w")
        deleting.start()
        upsert(session, Team, [{"connection_id": joined, "id": "T", "label": "written"}])
        session.commit()
    deleting.join()
    assert sum(purge.counts(engine, joined).values()) == 0
    with Session(engine) as session, pytest.raises(LeaseLost):
        connections.fence(session, joined, "w")


def _delete(engine: Engine, connection_id: str) -> None:
    receipt = purge.begin(engine, connection_id, NOW)
    purge.finish(engine, connection_id, receipt, snapshot_files=0, now=NOW)


def test_one_engagement_gets_one_account_whoever_comes_at_once(
    engine: Engine, vault: Vault
) -> None:
    def attempt(number: int) -> str:
        try:
            connect(engine, vault, replace(ACCOUNT, account_id=f"P{number}"))
        except ConnectRefused as error:
            return error.reason
        return "connected"

    outcomes = race(attempt)
    assert sorted(outcomes) == ["connected"] + ["other_account"] * (RACERS - 1)
    assert len(connections.listed(engine)) == 1


def test_the_first_engagement_is_made_once_whoever_starts_at_once(database_url: str) -> None:
    engine = open_database(database_url)
    race(lambda _: engagements.ensure_first(engine, NOW))
    with Session(engine) as session:
        assert [each.id for each in session.exec(select(Engagement))] == ["first"]
