"""A worker killed at any moment loses nothing and repeats nothing."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text
from sqlmodel import Session, SQLModel, select

from corvana import jobs, worker
from corvana.config import Settings
from corvana.frames import INCIDENTS
from corvana.runs import collection, work
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.store import connections, models, queries
from corvana.store import runs as stored_runs
from corvana.store.engine import open_database
from tests.builders.conclusions import conclude_nothing
from tests.builders.processes.forked import running
from tests.builders.twins import rows, twin
from tests.conftest import Connected, collect_at, join

ROOT = Path(__file__).parents[2]
KILLS = 10
PATIENCE = 60.0
TABLES: tuple[type[SQLModel], ...] = (
    models.Incident,
    models.LogEntry,
    models.ResponderJoin,
    models.Service,
    models.EscalationPolicy,
    models.EscalationTarget,
    models.Schedule,
    models.Team,
    models.Responder,
)


def wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen"
        time.sleep(0.02)


def runs(connected: Connected) -> int:
    with Session(connected.engine) as session:
        return len(session.exec(select(models.CollectionRun.id)).all())


def began(connected: Connected, before: int) -> bool:
    """A run has begun since there were so many."""
    return runs(connected) > before


def let_the_lease_lapse(connected: Connected) -> None:
    """As if its twenty seconds had passed, and somebody had asked for the next run."""
    with Session(connected.engine) as session:
        session.connection().execute(
            text("UPDATE connection SET lease_until = :past, requested_at = :past"), {"past": 1}
        )
        session.commit()


def merged_shifts(connected: Connected, end: datetime) -> pd.DataFrame:
    """Shifts up to `end`: later runs know later ones."""
    with Session(connected.engine) as session:
        shifts = queries.shifts(session.connection(), connected.id)
    start: Any = pd.Timestamp(end - timedelta(days=20))
    until: Any = pd.Timestamp(end)
    shifts = shifts.assign(
        start=shifts["start"].clip(lower=start), end=shifts["end"].clip(upper=until)
    )
    kept = shifts[shifts["start"] < shifts["end"]]
    return kept.sort_values(["schedule_id", "responder", "start"], ignore_index=True)


def test_killed_ten_times_it_collects_exactly_what_an_undisturbed_run_collects(
    configure: Callable[..., Settings],
) -> None:
    end = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    world = build_world(seed=5, end=end, days=20, incidents=1500)
    moments = Random(20261123)
    slow = {"CORVANA_BACKFILL_DAYS": "28", "CORVANA_CONCURRENCY": "2"}
    with RunningSandbox(world, requests_per_minute=1_000_000) as sandbox:
        connected = join(configure(sandbox, "killed", **slow), sandbox)
        undisturbed = twin(connected, configure(sandbox, "undisturbed", **slow))
        jobs.collect_connection(undisturbed.id, analyse=conclude_nothing)

        configure(sandbox, "killed", **slow)
        sandbox.faults.latency_seconds = 0.04
        for _ in range(KILLS):
            before = runs(connected)
            with running(worker.run, os.environ) as process:
                wait_until(partial(began, connected, before), "a run")
                time.sleep(moments.uniform(0.0, 1.0))
                process.kill()
                process.join()
                assert process.exitcode == -signal.SIGKILL
            let_the_lease_lapse(connected)
        sandbox.faults.latency_seconds = 0.0
        jobs.collect_connection(connected.id, analyse=conclude_nothing)

    statuses = {run[0] for run in _statuses(connected)}
    assert connected.latest_run.status == "finished"
    assert "interrupted" in statuses
    assert len(rows(connected, models.Incident)) == len(world.incidents)
    for model in TABLES:
        assert rows(connected, model) == rows(undisturbed, model), model.__name__
    pd.testing.assert_frame_equal(
        merged_shifts(connected, world.end), merged_shifts(undisturbed, world.end)
    )
    assert_same_lifecycles(connected, undisturbed)


def assert_same_lifecycles(one: Connected, other: Connected) -> None:
    """What is published agrees too; an open snooze grows with the time of collection."""
    stable = [name for name in INCIDENTS if name != "snoozed_seconds"]
    mine, others = (
        each.data().frame("incidents").sort_values("number", ignore_index=True)[stable]
        for each in (one, other)
    )
    pd.testing.assert_frame_equal(mine, others)


def _statuses(connected: Connected) -> list[tuple[str]]:
    with closing(sqlite3.connect(connected.settings.data_dir / "corvana.db")) as database:
        return database.execute("SELECT DISTINCT status FROM collectionrun").fetchall()


def test_a_worker_ends_with_the_process_that_started_it(
    configure: Callable[..., Settings], sandbox: RunningSandbox
) -> None:
    settings = configure(sandbox)
    engine = open_database(settings.database_url)
    process = subprocess.Popen(
        [sys.executable, "-m", "corvana", "worker"],
        cwd=ROOT,
        env=os.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: connections.worker_alive(engine, datetime.now(UTC)), "a heartbeat")
        assert process.poll() is None
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=5) == 0
    finally:
        process.kill()
        process.wait()


class Interruption(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("windows_stored", ["the newest", "all"])
def test_rows_a_run_stored_and_never_published_are_in_the_next_version(
    configure: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch, windows_stored: str
) -> None:
    """Killed between storing and publishing, old incidents that changed are not left as they
    were."""
    end = datetime(2026, 10, 3, tzinfo=UTC)
    world = build_world(seed=5, end=end, days=12, incidents=800)
    now = [datetime(2026, 10, 1, 0, 2, tzinfo=UTC)]
    collect = partial(collect_at, clock=lambda: now[0], days=12)
    with RunningSandbox(world, clock=lambda: now[0], requests_per_minute=1_000_000) as sandbox:
        connected = join(configure(sandbox), sandbox)
        fresh = twin(connected, configure(sandbox, "fresh"))
        collect(connected)
        before = september(connected)

        now[0] = end + timedelta(hours=1)
        with monkeypatch.context() as patch:
            patch.setattr(work, "publish", _die if windows_stored == "the newest" else _skip)
            patch.setattr(stored_runs, "end", _die)
            with pytest.raises(Interruption):
                collect(connected)
        assert connected.latest_run.status == "running"
        assert unpublished(connected) == {"2026-09", "2026-10"}
        now[0] += timedelta(minutes=1)
        collect(connected)
        assert unpublished(connected) == set()
        collect(fresh)

    assert (before["resolution"] == "open").sum() > (september(fresh)["resolution"] == "open").sum()
    pd.testing.assert_frame_equal(september(connected), september(fresh))


def unpublished(connected: Connected) -> set[str]:
    """The months that the next run has to publish though it stores nothing in them."""
    context: Any = connected
    return collection._unpublished(context)


def september(connected: Connected) -> pd.DataFrame:
    """The week before the month that began ahead of the run that died."""
    frame = connected.data().frame("incidents").drop(columns="snoozed_seconds")
    week = frame["created_at"].between("2026-09-25", "2026-10-01", inclusive="left")
    return frame[week].sort_values("number", ignore_index=True)


def _die(*_: object, **__: object) -> None:
    raise Interruption


def _skip(*_: object) -> None:
    """Publish nothing."""
