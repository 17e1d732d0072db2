"""Runs of a connection share PagerDuty's rate limit, at whatever worker they are."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from corvana import jobs
from corvana.jobs import collecting
from corvana.pagerduty.client import Client
from corvana.pagerduty.limiter import UNSPENT, Spent
from corvana.runs.rate_limit import spent_before, used
from corvana.store import connections, models
from tests.builders.conclusions import conclude_nothing
from tests.conftest import Connected

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def store_run(connected: Connected, run_id: str, connection_id: str, **used_of_limit: Any) -> None:
    with Session(connected.engine) as session:
        session.add(
            models.CollectionRun(
                id=run_id, connection_id=connection_id, started_at=NOON, until=NOON,
                status="interrupted", **used_of_limit,
            )
        )  # fmt: skip
        session.commit()


def test_without_an_earlier_run_nothing_is_used(connected: Connected) -> None:
    assert spent_before(connected.engine, connected.id, NOON) == UNSPENT


def test_the_last_request_and_the_longest_pause_of_all_runs_count(connected: Connected) -> None:
    store_run(connected, "a", connected.id, **used(Spent(30.0, 90.0), NOON))
    store_run(connected, "b", connected.id, **used(Spent(10.0), NOON))
    store_run(connected, "c", connected.id, **used(Spent(), NOON))
    store_run(connected, "d", "another", **used(Spent(1.0, 100.0), NOON))
    later = NOON + 5 * SECOND
    assert spent_before(connected.engine, connected.id, later) == Spent(15.0, 85.0)


def test_a_pause_that_is_over_holds_nobody(connected: Connected) -> None:
    store_run(connected, "a", connected.id, **used(Spent(0.0, 20.0), NOON))
    spent = spent_before(connected.engine, connected.id, NOON + 100 * SECOND)
    assert spent == Spent(100.0, 0.0)


def test_a_run_tells_the_next_one_what_it_has_used(
    connected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Spent] = []

    def client(*arguments: Any, **named: Any) -> Client:
        given.append(named["before"])
        return Client(*arguments, **named)

    monkeypatch.setattr(collecting, "Client", client)
    for _ in range(2):
        jobs.collect_connection(connected.id, analyse=conclude_nothing)
    run = connections.latest_run(connected.engine, connected.id)
    assert run is not None
    assert run.status == "finished"
    assert run.last_request_at is not None
    first, second = given
    assert first == UNSPENT
    assert second.sent_ago is not None
    assert 0 <= second.sent_ago < 60
