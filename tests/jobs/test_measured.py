"""Metrics that are read when they are asked for, and what they say while the database is away."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy import Engine

from corvana.jobs import measured, wishes
from corvana.jobs.measured import Measured
from corvana.store import purge
from tests.builders.databases import open_new
from tests.builders.processes.scraped import Series, scraped, series
from tests.builders.stored.waiting import connection

MINUTE = timedelta(minutes=1)


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CORVANA_DATABASE_URL", raising=False)
    monkeypatch.setenv("CORVANA_DATA_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def engine(data_dir: Path) -> Engine:
    return open_new(f"sqlite:///{data_dir}/corvana.db")


def asked(collector: Measured | None = None) -> dict[Series, float]:
    registry = CollectorRegistry()
    registry.register(collector or Measured())
    return scraped(generate_latest(registry).decode())


def test_an_empty_queue_and_no_deletion_are_zeros(engine: Engine) -> None:
    found = asked()
    assert found[series("corvana_database_up")] == 1
    for name in ("queue_connections", "queue_oldest_seconds"):
        assert found[series(f"corvana_{name}")] == 0
    for name in ("deletions_pending", "deletions_oldest_seconds"):
        assert found[series(f"corvana_{name}")] == 0


def test_the_depth_of_the_queue_and_the_age_of_its_first_are_told(engine: Engine) -> None:
    for minutes in (3, 2):
        connection(engine, connected_at=datetime.now(UTC) - minutes * MINUTE)
    found = asked()
    assert found[series("corvana_queue_connections")] == 2
    assert found[series("corvana_queue_oldest_seconds")] == pytest.approx(180, abs=20)


def test_deletions_that_are_begun_or_wished_for_are_each_counted_once(
    engine: Engine, data_dir: Path
) -> None:
    begun = connection(engine, connected_at=datetime.now(UTC))
    purge.begin(engine, begun, datetime.now(UTC) - 5 * MINUTE)
    wishes.keep(data_dir, begun, "somebody")
    wishes.keep(data_dir, uuid4().hex, "somebody")
    found = asked()
    assert found[series("corvana_deletions_pending")] == 2
    assert found[series("corvana_deletions_oldest_seconds")] == pytest.approx(300, abs=20)


def test_connections_in_use_are_told(engine: Engine) -> None:
    name = series("corvana_database_pool_checked_out")
    before = asked()[name]
    with engine.connect(), engine.connect():
        assert asked()[name] == before + 2
    assert asked()[name] == before


def test_with_the_database_away_its_metrics_are_left_out_and_all_others_stay(
    data_dir: Path,
) -> None:
    (data_dir / "corvana.db").write_bytes(b"no database" * 100)
    found = asked()
    names = {name for name, _ in found}
    assert found[series("corvana_database_up")] == 0
    assert names.isdisjoint({"corvana_queue_connections", "corvana_deletions_pending"})
    assert {"corvana_build_info", "corvana_process_begun_anew_total"} <= names


def test_a_database_that_hangs_holds_up_no_answer_and_takes_one_thread(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on, begun = threading.Event(), []

    def hang(_settings: object) -> None:
        begun.append(1)
        goes_on.wait(30)
        raise OSError

    monkeypatch.setattr(measured, "_state", hang)
    hanging = Measured(within=0.2)
    started = time.monotonic()
    for _ in range(3):
        assert asked(hanging)[series("corvana_database_up")] == 0
    assert time.monotonic() - started < 5
    assert len(begun) == 1
    goes_on.set()


def test_once_a_database_that_hung_answers_its_metrics_are_back(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: Callable[..., object] = measured._state
    goes_on = threading.Event()
    monkeypatch.setattr(measured, "_state", lambda settings: (goes_on.wait(30), read(settings))[1])
    hanging = Measured(within=0.1)
    assert asked(hanging)[series("corvana_database_up")] == 0
    goes_on.set()
    hanging._within = 10.0
    deadline = time.monotonic() + 10
    while asked(hanging)[series("corvana_database_up")] == 0:
        assert time.monotonic() < deadline
    assert series("corvana_queue_connections") in asked(hanging)


def test_a_computer_without_a_thread_to_spare_is_asked_again_the_next_time(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    asking = Measured()
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", fail)
        assert asked(asking)[series("corvana_database_up")] == 0
    assert asked(asking)[series("corvana_database_up")] == 1


def test_the_code_of_the_process_is_told(engine: Engine) -> None:
    [labels] = [dict(labels) for name, labels in asked() if name == "corvana_build_info"]
    assert set(labels) == {"release", "revision", "versions_code", "python"}
    assert len(labels["release"]) == 12
