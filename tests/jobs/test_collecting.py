"""Runs on request and by turn: who begins what, by whose clock, how often."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, func, select

from corvana import jobs
from corvana.assessment.settings import DEFAULTS
from corvana.config import Settings
from corvana.jobs import collecting
from corvana.sandbox.api.running import RunningSandbox
from corvana.store import clock, connections
from corvana.store.models import CollectionRun
from corvana.store.written import settings as written
from tests.builders.conclusions import conclude_nothing
from tests.builders.stored.waiting import connection
from tests.conftest import Connected, join

SECONDS = timedelta(seconds=5)


@pytest.fixture
def connected(
    configure: Callable[..., Settings],
    sandbox: RunningSandbox,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Connected:
    """Three days are collected; runs by turn draw no conclusions, as none are looked at here."""
    monkeypatch.setattr(collecting, "analyse", conclude_nothing)
    url, days = {"CORVANA_DATABASE_URL": database_url}, {"CORVANA_BACKFILL_DAYS": "3"}
    return join(configure(sandbox, **url, **days), sandbox)


@pytest.fixture
def ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine's clock is an hour ahead of the database's."""
    monkeypatch.setattr(collecting, "_now", lambda: datetime.now(UTC) + timedelta(hours=1))


def runs(engine: Engine) -> int:
    with Session(engine) as session:
        return session.exec(select(func.count()).select_from(CollectionRun)).one()


def test_the_database_has_the_present_time(connected: Connected) -> None:
    assert abs(clock.now(connected.engine) - datetime.now(UTC)) < SECONDS


@pytest.mark.usefixtures("ahead")
def test_a_machine_whose_clock_is_ahead_takes_nobodys_lease(connected: Connected) -> None:
    assert connections.acquire(connected.engine, connected.id, "w", clock.now(connected.engine))
    jobs.collect_connection(connected.id)
    jobs.collect_due()
    assert runs(connected.engine) == 0


@pytest.mark.usefixtures("ahead")
def test_a_lease_and_the_time_of_the_next_run_are_by_the_databases_clock(
    connected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[datetime] = []
    acquire = connections.acquire

    def spy(engine: Engine, connection_id: str, holder: str, now: datetime) -> bool:
        taken.append(now)
        return acquire(engine, connection_id, holder, now)

    monkeypatch.setattr(connections, "acquire", spy)
    jobs.collect_connection(connected.id, analyse=conclude_nothing)
    assert len(taken) > 1
    assert all(abs(now - datetime.now(UTC)) < timedelta(minutes=1) for now in taken)
    every = timedelta(minutes=connected.settings.collect_every_minutes)
    assert connected.connection.next_run_at is not None
    assert abs(connected.connection.next_run_at - every - datetime.now(UTC)) < 2 * SECONDS


@pytest.mark.usefixtures("ahead")
def test_runs_began_and_ended_by_the_databases_clock(connected: Connected) -> None:
    """Otherwise the run of a worker whose clock is ahead would be the latest one for a while."""
    jobs.collect_connection(connected.id)
    run, now = connected.latest_run, clock.now(connected.engine)
    assert run.status == "finished"
    assert run.finished_at is not None
    assert now - timedelta(minutes=2) < run.started_at <= run.finished_at <= now + SECONDS


def test_a_task_that_finds_nothing_due_ends(connected: Connected) -> None:
    jobs.collect_due()
    assert runs(connected.engine) == 1
    jobs.collect_due()
    assert runs(connected.engine) == 1


def test_however_often_one_looks_the_queue_holds_no_more_than_there_are_hands(
    connected: Connected,
) -> None:
    for _ in range(5):
        connection(connected.engine, connected_at=datetime.now(UTC))
    for _ in range(10):
        jobs.enqueue_due()
    assert jobs.queue().pending_count() == jobs.HANDS


def test_nothing_is_enqueued_while_nothing_is_due(connected: Connected) -> None:
    jobs.collect_due()
    jobs.enqueue_due()
    assert jobs.queue().pending_count() == 0


def test_a_change_of_what_findings_rest_on_wakes_a_hand(connected: Connected) -> None:
    jobs.collect_due()
    engagement = connected.connection.engagement_id
    late = DEFAULTS.with_hours(sleep_start=time(23))
    written.save(connected.engine, engagement, late, over=written.Read(), by="p1")
    jobs.enqueue_due()
    assert jobs.queue().pending_count() == 1
