"""Whichever database is configured: connect, collect, publish, queue, disconnect."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import add

import pandas as pd
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlmodel import Session

from corvana import jobs
from corvana.config import Settings
from corvana.errors import ConfigError
from corvana.frames import LIFECYCLES, conform
from corvana.runs.work import SETTLED
from corvana.sandbox.api.running import RunningSandbox
from corvana.store import address, connections, purge
from corvana.store.engine import open_database
from corvana.store.models import Incident, Team
from corvana.store.upsert import upsert
from tests.builders.connected_account import DAYS
from tests.builders.simulated_truth import truth
from tests.conftest import Connected, collect_at, join

PATIENCE = 60.0
T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def connected(
    configure: Callable[..., Settings], sandbox: RunningSandbox, database_url: str
) -> Connected:
    return join(configure(sandbox, CORVANA_DATABASE_URL=database_url), sandbox)


def test_what_is_collected_twice_is_what_happened_and_a_disconnect_leaves_nothing(
    connected: Connected,
) -> None:
    world = connected.sandbox.world
    for seconds in (-1, 0):  # the truth is told as of the end, where somebody may be snoozing
        collect_at(
            connected,
            clock=partial(add, world.end + SETTLED, timedelta(seconds=seconds)),
            days=DAYS,
        )
        connections.release(connected.engine, connected.id, "test", started_at=T0)
    data = connected.data()
    in_order = connected.frame("incidents").sort_values("number")
    collected = conform(in_order, LIFECYCLES)
    assert data.covered_since is not None
    lived = truth(world, connected, data.covered_since)
    pd.testing.assert_frame_equal(collected, lived[list(LIFECYCLES)], check_exact=True)

    counted = purge.counts(connected.engine, connected.id)
    assert counted["incident"] == len(world.incidents)
    receipt = jobs.disconnect(connected.id)
    assert (receipt.counts["rows_left"], receipt.revoked) == (0, True)
    assert sum(purge.counts(connected.engine, connected.id).values()) == 0


def test_the_queue_hands_a_run_to_a_consumer(connected: Connected) -> None:
    """The sweep enqueues what is due; a consumer of the same queue does it."""
    consumer = jobs.queue().create_consumer(
        workers=1, periodic=False, initial_delay=0.05, max_delay=0.1
    )
    jobs.collect_task()
    jobs.sweep()
    assert jobs.queue().pending_count() == 1
    consumer.start()
    try:
        wait_until(lambda: finished(connected), "the run")
    finally:
        consumer.stop(graceful=True)
    assert purge.counts(connected.engine, connected.id)["incident"] > 0
    assert jobs.queue().pending_count() == 0


def finished(connected: Connected) -> bool:
    run = connections.latest_run(connected.engine, connected.id)
    return run is not None and run.status == "finished"


def wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen"
        time.sleep(0.05)


def test_queues_opened_at_once_do_not_collide(connected: Connected) -> None:
    gate = threading.Barrier(4)
    failures: list[BaseException] = []

    def open_queue() -> None:
        gate.wait()
        try:
            jobs.queue.__wrapped__()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            failures.append(error)

    threads = [threading.Thread(target=open_queue) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_refused_row_is_quoted_nowhere(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """PostgreSQL's own message shows the whole row."""
    row = {"connection_id": "c", "id": "secret-id", "label": None}
    with (
        caplog.at_level(logging.DEBUG),
        Session(open_database(database_url)) as session,
        pytest.raises(IntegrityError) as caught,
    ):
        upsert(session, Team, [row])
    chain: BaseException | None = caught.value
    while chain is not None:
        assert "secret-id" not in str(chain) + repr(chain)
        chain = chain.__cause__ or chain.__context__
    assert "label" in str(caught.value)
    assert "secret-id" not in caplog.text


def test_a_label_with_a_nul_character_is_stored_without_it(database_url: str) -> None:
    with Session(open_database(database_url)) as session:
        upsert(session, Team, [{"connection_id": "c", "id": "T", "label": "Pay\0ments"}])
        assert session.get_one(Team, ("c", "T")).label == "Payments"


def test_numbers_and_texts_have_room(database_url: str) -> None:
    """PagerDuty's numbers outgrow 32 bits, and pseudonyms add up."""
    people = " ".join(f"{number:020}" for number in range(500))
    row = {
        "connection_id": "c",
        "id": "Q1",
        "number": 2**53,
        "status": "resolved",
        "urgency": "high",
        "assigned_via": "escalation_policy",
        "team_ids": people,
        "created_at": datetime(1, 1, 1, tzinfo=UTC),
        "updated_at": datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    }
    with Session(open_database(database_url)) as session:
        upsert(session, Incident, [row], newest="updated_at")
        stored = session.get_one(Incident, ("c", "Q1"))
        assert {name: getattr(stored, name) for name in row} == row


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:////tmp/x.db", "sqlite"),
        ("postgres://u:p@h/db", "postgresql+psycopg"),
        ("postgresql://u:p@h/db", "postgresql+psycopg"),
        ("postgresql+psycopg://u:p@h/db", "postgresql+psycopg"),
    ],
)
def test_an_address_means_the_driver_we_bring(given: str, driver: str) -> None:
    assert address.parse(given).drivername == driver
    assert address.is_postgresql(given) is driver.startswith("postgresql")


def test_postgresqls_own_library_gets_the_address_in_its_words() -> None:
    given = "postgresql+psycopg://u:p%40w@h:5433/db?sslmode=require"
    assert address.libpq(given) == "postgresql://u:p%40w@h:5433/db?sslmode=require"


@pytest.mark.parametrize(
    "given",
    [
        "mysql://u:hunter2@h/db",
        "postgresql+asyncpg://u:hunter2@h/db",
        "hunter2",
        "",
        "a://b:c:hunter2",
    ],
)
def test_any_other_address_is_refused_without_being_shown(given: str) -> None:
    with pytest.raises(ConfigError, match="CORVANA_DATABASE_URL must be") as caught:
        open_database(given)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_process_opens_as_many_connections_as_it_may_and_then_waits(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORVANA_DATABASE_CONNECTIONS", "2")
    monkeypatch.setenv("CORVANA_DATABASE_WAIT_SECONDS", "0.2")
    url = make_url(postgresql_url).update_query_dict({"application_name": "few"})
    engine = open_database(url.render_as_string(hide_password=False))
    with engine.connect() as first, engine.connect():
        ours = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'few'"
        assert first.scalar(text(ours)) == 2
        with pytest.raises(NoneFree, match=r"0\.2"):
            engine.connect()
    engine.dispose()
