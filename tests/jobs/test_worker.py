"""The worker as a process: it waits, it attends, it gives back what it holds, it ends."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.context import ForkServerProcess
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlmodel import Session, select

from corvana import worker
from corvana.config import Settings
from corvana.jobs import wishes
from corvana.sandbox.api.running import RunningSandbox
from corvana.store import clock, connections, turns
from corvana.store.engine import open_database
from corvana.store.models import WorkerHeartbeat
from tests.builders.databases import Server, open_new
from tests.builders.processes.forked import running
from tests.builders.processes.workers import (
    HANGING,
    worker_that_can_never_attend,
    worker_whose_runs_hang,
)
from tests.builders.stored.rows import rows_left
from tests.conftest import Connected, join

PATIENCE = 60.0
ENDS_WITHIN = 5.0


def wait_until(condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen"
        time.sleep(0.02)


def heartbeats_of(engine: Engine) -> list[datetime]:
    with Session(engine) as session:
        return list(session.exec(select(WorkerHeartbeat.seen_at)).all())


def is_alive(engine: Engine) -> bool:
    return connections.worker_alive(engine, clock.now(engine))


@pytest.fixture
def slow(configure: Callable[..., Settings], sandbox: RunningSandbox) -> Connected:
    """A connection of which a run takes long."""
    connected = join(configure(sandbox, CORVANA_CONCURRENCY="1"), sandbox)
    sandbox.faults.latency_seconds = 0.3
    return connected


@contextmanager
def collecting(connected: Connected) -> Iterator[ForkServerProcess]:
    """A worker in the middle of a run."""
    with running(worker.run, os.environ) as process:
        wait_until(
            lambda: connections.latest_run(connected.engine, connected.id) is not None, "a run"
        )
        yield process


def ended(process: ForkServerProcess) -> int | None:
    process.join(ENDS_WITHIN)
    return process.exitcode


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_stopped_interrupts_its_run_and_gives_back_the_lease(
    slow: Connected, number: signal.Signals
) -> None:
    with collecting(slow) as process:
        assert slow.connection.lease_holder is not None
        os.kill(process.pid or 0, number)
        assert ended(process) == 0
    assert slow.latest_run.status == "interrupted"
    connection = slow.connection
    assert (connection.lease_holder, connection.lease_until) == (None, None)
    assert turns.due(slow.engine, clock.now(slow.engine)) == [slow.id]


def test_a_worker_whose_thread_cannot_be_stopped_gives_back_the_lease_all_the_same(
    slow: Connected,
) -> None:
    """A thread that writes cannot be cancelled. Without the lease it can write nothing more."""
    slow.sandbox.faults.latency_seconds = 0.0
    with running(worker_whose_runs_hang, os.environ) as process:
        wait_until((slow.settings.data_dir / HANGING).exists, "a thread at work")
        process.terminate()
        assert ended(process) == 0
    assert slow.latest_run.status == "interrupted"
    assert slow.connection.lease_holder is None


def test_a_worker_that_cannot_attend_ends(
    configure: Callable[..., Settings], sandbox: RunningSandbox
) -> None:
    open_new(configure(sandbox).database_url)
    with running(worker_that_can_never_attend, os.environ) as process:
        process.join(PATIENCE)
        assert process.exitcode == 1
    assert worker.SILENT_AT_MOST == 30.0


def test_what_lies_among_the_data_versions_ends_no_attendance(
    configure: Callable[..., Settings], sandbox: RunningSandbox
) -> None:
    settings = configure(sandbox)
    engine, folder = open_new(settings.database_url), settings.versions_dir
    (folder / "lost+found").mkdir(parents=True)
    for name in (".gitkeep", ".nfs000000000001", uuid4().hex):
        (folder / name).touch()
    started_at = datetime.now(UTC)
    with running(worker.run, os.environ):
        wait_until(lambda: is_alive(engine), "a heartbeat")
        time.sleep(3)
        (beaten,) = heartbeats_of(engine)
    assert (beaten - started_at).total_seconds() > 2
    assert len(list(folder.iterdir())) == 4


def test_a_worker_waits_for_a_database_that_is_not_there_yet(
    configure: Callable[..., Settings], sandbox: RunningSandbox, postgresql: Server
) -> None:
    name = f"corvana_{uuid4().hex}"
    url = make_url(postgresql.url).set(database=name).render_as_string(hide_password=False)
    configure(sandbox, CORVANA_DATABASE_URL=url)
    with running(worker.run, os.environ) as process:
        time.sleep(3)
        assert process.exitcode is None
        with psycopg.connect(postgresql.url, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}")
        try:
            engine = open_database.__wrapped__(url)
            wait_until(lambda: is_alive(engine), "a heartbeat")
            engine.dispose()
        finally:
            process.kill()
            process.join()
            with psycopg.connect(postgresql.url, autocommit=True) as server:
                server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_worker_that_is_stopped_while_it_waits_ends(
    configure: Callable[..., Settings], sandbox: RunningSandbox
) -> None:
    configure(sandbox, CORVANA_DATABASE_URL="postgresql://nobody@127.0.0.1:9/nothing")
    with running(worker.run, os.environ) as process:
        time.sleep(3)
        assert process.exitcode is None
        process.terminate()
        assert ended(process) == 0


def test_a_worker_carries_out_the_wishes_it_finds(collected: Connected) -> None:
    wishes.keep(collected.settings.data_dir, collected.id, "somebody")
    with running(worker.run, os.environ):
        wait_until(lambda: connections.listed(collected.engine) == [], "the deletion")
    assert rows_left(collected) == 0
