"""What a run against the simulated account counts, over real HTTP."""

import os
import socket
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from benchmarks.running_app import free_port
from corvana import jobs, worker
from corvana.config import Settings
from corvana.errors import Interrupted, LeaseLost
from corvana.metrics import exposed, watched_run
from corvana.sandbox.api.running import RunningSandbox
from corvana.store import connections
from tests.builders.conclusions import conclude_nothing
from tests.builders.processes.forked import running
from tests.builders.processes.scraped import Series, scraped, series, value
from tests.conftest import Connected, join

FINISHED = series("corvana_run_seconds_count", outcome="finished", error="")
ANSWERED = series("corvana_pagerduty_requests_total", status="2xx")
STORED = series("corvana_rows_stored_total")


def runs(outcome: str, error: str = "") -> float:
    return value("corvana_run_seconds_count", {"outcome": outcome, "error": error})


def requests(status: str) -> float:
    return value("corvana_pagerduty_requests_total", {"status": status})


def ask(port: int) -> str:
    return httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=20).text


def wait_for(port: int, wanted: Series, seconds: float = 90) -> str:
    deadline = time.monotonic() + seconds
    while True:
        try:
            text = ask(port)
            if wanted in scraped(text):
                return text
        except httpx.HTTPError:
            pass  # the worker is not there yet
        assert time.monotonic() < deadline, f"no {wanted}"
        time.sleep(0.1)


@pytest.fixture
def port() -> int:
    return free_port()


def test_a_worker_tells_on_its_port_what_its_run_did_and_no_word_of_the_client(
    configure: Callable[..., Settings], sandbox: RunningSandbox, port: int
) -> None:
    connected = join(configure(sandbox, CORVANA_METRICS_PORT=str(port)), sandbox)
    with running(worker.run, os.environ):
        text = wait_for(port, FINISHED)
    found, run = scraped(text), connected.latest_run
    assert found[FINISHED] == 1
    assert found[ANSWERED] == run.requests
    assert found[STORED] == run.rows
    assert found[series("corvana_database_up")] == 1
    assert found[series("corvana_queue_connections")] == 0
    world, connection = sandbox.world, connected.connection
    known: tuple[Any, ...] = (
        *world.services,
        *world.users,
        *world.escalation_policies,
        *world.teams,
    )
    named = {
        connection.id,
        connected.vault.account_of(connection) or "",
        world.account_id,
        *(one.id for one in known),
        *(one.name for one in known),
    }
    assert [one for one in named if one and one in text] == []


@pytest.mark.parametrize(("named", "opened"), [(None, []), (9123, [(9123, "127.0.0.1")])])
def test_a_worker_opens_a_port_only_if_it_is_set_and_then_for_this_computer(
    named: int | None, opened: list[tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, str]] = []
    monkeypatch.setattr(
        worker, "start_http_server", lambda port, host, _: asked.append((port, host))
    )
    worker._open_metrics(Settings(metrics_port=named))
    assert asked == opened


def test_a_port_that_is_taken_does_not_stop_a_worker(
    port: int, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", port)):
        worker._open_metrics(Settings(metrics_port=port))
    assert "metrics not opened" in "".join(capfd.readouterr())


def test_a_failed_run_is_counted_with_the_class_of_its_error(connected: Connected) -> None:
    before, refused = runs("failed", "Forbidden"), requests("4xx")
    connected.sandbox.faults.update({"forbidden": True})
    jobs.collect_connection(connected.id, analyse=conclude_nothing)
    assert connected.latest_run.error == "Forbidden"
    assert runs("failed", "Forbidden") == before + 1
    assert requests("4xx") > refused


def test_a_request_that_the_rate_limit_refuses_has_a_class_of_its_own(connected: Connected) -> None:
    refused = requests("429")
    waited = value("corvana_pagerduty_limiter_wait_seconds_total")
    connected.sandbox.faults.update({"rate_limited": 2, "rate_limit_reset": 1})
    jobs.collect_connection(connected.id, analyse=conclude_nothing)
    assert requests("429") == refused + 2
    assert value("corvana_pagerduty_limiter_wait_seconds_total") > waited + 1


def test_a_request_without_an_answer_is_counted_too(connected: Connected) -> None:
    before = requests("none")
    connected.sandbox.faults.update({"dropped": 1})
    jobs.collect_connection(connected.id, analyse=conclude_nothing)
    assert requests("none") == before + 1


@pytest.mark.parametrize(
    ("error", "outcome", "name"),
    [
        (LeaseLost("x"), "lease lost", ""),
        (Interrupted("x"), "interrupted", ""),
        (ValueError("pdus+_secret"), "failed", "ValueError"),
    ],
)
def test_every_other_end_of_a_run_is_counted_and_its_message_is_not_kept(
    error: Exception, outcome: str, name: str
) -> None:
    before = runs(outcome, name)
    with pytest.raises(type(error)), watched_run():
        raise error
    assert runs(outcome, name) == before + 1
    assert b"secret" not in exposed()


def test_a_disconnect_is_counted_once(connected: Connected) -> None:
    before = value("corvana_deletions_done_total")
    jobs.disconnect(connected.id)
    jobs.finish_deletions()
    assert value("corvana_deletions_done_total") == before + 1
    assert connections.of_engagement(connected.engine, "first") is None


def test_waiting_for_a_connection_to_the_database_is_measured(connected: Connected) -> None:
    before = value("corvana_database_wait_seconds_count")
    with connected.engine.connect():
        pass
    assert value("corvana_database_wait_seconds_count") == before + 1
