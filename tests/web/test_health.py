"""`/healthz` and `/readyz`: who is alive, and what waits for how long."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.testclient import TestClient

from corvana.jobs import wishes
from corvana.store import heartbeats, purge
from corvana.web import health
from tests.builders.databases import open_new
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


def asked(path: str) -> tuple[int, dict[str, Any]]:
    response = TestClient(Starlette(routes=health.routes), base_url="http://localhost").get(path)
    return response.status_code, response.json()


def beat(engine: Engine, *, ago: timedelta = timedelta(0)) -> None:
    now = datetime.now(UTC)
    heartbeats.beat(engine, uuid4().hex, now - ago, now - ago)


def test_the_process_is_alive() -> None:
    assert asked("/healthz") == (200, {"status": "ok"})


def test_with_a_database_and_an_attended_worker_it_is_ready(engine: Engine) -> None:
    beat(engine)
    assert asked("/readyz") == (
        200,
        {
            "status": "ok",
            "database": True,
            "snapshots": True,
            "worker": True,
            "worker_expected": True,
            "waiting": 0,
            "queue_seconds": None,
            "oldest_deletion_seconds": None,
            "deletion_late": False,
        },
    )


@pytest.mark.parametrize("ago", [None, timedelta(seconds=31)])
def test_without_a_worker_that_attends_it_is_not_ready(
    engine: Engine, ago: timedelta | None
) -> None:
    if ago is not None:
        beat(engine, ago=ago)
    status, told = asked("/readyz")
    assert (status, told["status"], told["worker"]) == (503, "unavailable", False)


def test_a_hosted_worker_counts_wherever_it_runs(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORVANA_START_WORKER", "false")
    connection(engine, connected_at=datetime.now(UTC))
    assert asked("/readyz")[0] == 503
    beat(engine)
    assert asked("/readyz")[0] == 200


def test_a_server_that_starts_none_expects_none_while_nothing_is_connected(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORVANA_START_WORKER", "false")
    status, told = asked("/readyz")
    assert (status, told["worker"], told["worker_expected"]) == (200, False, False)


def test_the_age_of_the_queue_is_told(engine: Engine) -> None:
    beat(engine)
    for minutes in (3, 2):
        connection(engine, connected_at=datetime.now(UTC) - minutes * MINUTE)
    status, told = asked("/readyz")
    assert (status, told["waiting"]) == (200, 2)
    assert told["queue_seconds"] == pytest.approx(180, abs=20)


def test_the_age_of_the_oldest_deletion_is_told(engine: Engine, data_dir: Path) -> None:
    beat(engine)
    begun = connection(engine, connected_at=datetime.now(UTC))
    purge.begin(engine, begun, datetime.now(UTC) - 5 * MINUTE)
    assert asked("/readyz")[1]["oldest_deletion_seconds"] == pytest.approx(300, abs=20)
    wished = uuid4().hex
    wishes.keep(data_dir, wished, "somebody")
    earlier = time.time() - 600
    os.utime(data_dir / "deletions" / wished, (earlier, earlier))
    assert asked("/readyz")[1]["oldest_deletion_seconds"] == pytest.approx(600, abs=20)


@pytest.mark.parametrize(("hours", "late"), [(11.9, False), (12.1, True)])
def test_a_deletion_is_late_after_half_of_the_promised_day_and_the_server_stays_ready(
    engine: Engine, hours: float, *, late: bool
) -> None:
    beat(engine)
    begun = connection(engine, connected_at=datetime.now(UTC))
    purge.begin(engine, begun, datetime.now(UTC) - timedelta(hours=hours))
    status, told = asked("/readyz")
    assert (status, told["deletion_late"]) == (200, late)


def test_without_a_database_it_is_not_ready_and_still_tells_the_wishes(data_dir: Path) -> None:
    (data_dir / "corvana.db").write_bytes(b"no database" * 100)
    wishes.keep(data_dir, uuid4().hex, "somebody")
    status, told = asked("/readyz")
    assert (status, told["status"], told["database"]) == (503, "unavailable", False)
    assert told["oldest_deletion_seconds"] < 20


def test_a_database_that_does_not_answer_is_as_good_as_none(
    engine: Engine, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_ANSWER_WITHIN", 0.1)
    monkeypatch.setattr(health, "_state", lambda _settings: time.sleep(1))
    assert asked("/readyz")[0] == 503


def test_no_answer_quotes_an_error(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_settings: object) -> None:
        raise OSError("secret path")

    monkeypatch.setattr(health, "_state", gone)
    assert "secret" not in str(asked("/readyz"))
