"""How fast a whole account is collected without a rate limit, and in how much memory.

A real run, from the first request to the last published version. The simulated account is a
separate process, without rate limit and latency. The search for findings at the end of the run is
measured separately: it loads all frames, in a separate process.

Promises: 8,000 log entries per second on two cores; under 400 MB for an account of any size.
"""

import argparse
import asyncio
import multiprocessing
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from sqlalchemy import Engine, func
from sqlmodel import Session, select

from benchmarks.resident import Memory
from corvana.collectors.context import Context, Pseudonyms
from corvana.memory import economise
from corvana.pagerduty.client import Client
from corvana.runs import work
from corvana.runs.collection import collect
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.store import connections, engagements, models
from corvana.store.engine import open_database
from corvana.versions.publish import publish_analysis

DAYS = 90
END = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=10)
UNLIMITED = 10_000_000
CONNECTION = "benchmark"


class GoodToken(NamedTuple):
    token: str

    def access_token(self) -> str:
        return self.token

    def refresh(self, refused: str) -> str:
        raise AssertionError(f"{refused} is good")


def serve(incidents: int, pipe: Connection) -> None:
    """Serve an account until the pipe is closed."""
    world = build_world(seed=7, end=END, days=DAYS, incidents=incidents)
    entries = sum(len(each.log_entries) for each in world.incidents)
    with RunningSandbox(world, requests_per_minute=UNLIMITED) as sandbox:
        pipe.send((sandbox.api_url, sandbox.issue_tokens()[0], entries))
        pipe.recv()


def joined(folder: Path) -> Engine:
    """A database with the connection, on which we hold the lease."""
    engine = open_database(f"sqlite:///{folder}/benchmark.db")
    engagements.ensure_first(engine, END)
    with Session(engine) as session:
        session.add(
            models.Connection(
                id=CONNECTION,
                engagement_id="first",
                account_id="PACCOUNT",
                account_label=CONNECTION,
                region="us",
                audience="",
                connected_role="owner",
                connected_at=END,
            )
        )
        session.commit()
    assert connections.acquire(engine, CONNECTION, CONNECTION, END)
    return engine


async def run(engine: Engine, url: str, token: str, folder: Path) -> Callable[[], int]:
    """Collect and publish; return the function that searches for findings."""
    async with Client(
        url, GoodToken(token), requests_per_minute=UNLIMITED, concurrency=8
    ) as client:
        context = Context(CONNECTION, CONNECTION, client, engine, Pseudonyms(b"k" * 32))
        await collect(
            context,
            backfill=timedelta(days=DAYS),
            folder=folder,
            trigger="benchmark",
            clock=lambda: END + work.SETTLED,
        )
    return partial(publish_analysis, context, folder)


def tell_stored(engine: Engine) -> None:
    with Session(engine) as session:
        stored = session.scalar(select(func.count()).select_from(models.LogEntry))
        published = session.get_one(models.Connection, CONNECTION).data_version
    print(f"{stored:,} log entries stored, {published} versions published")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=105_000)
    arguments = parser.parse_args()
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe()
    server = spawning.Process(target=serve, args=(arguments.incidents, theirs), daemon=True)
    server.start()
    url, token, entries = ours.recv()
    economise()
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.object(work, "publish_analysis", return_value=0),
    ):
        engine, snapshots = joined(Path(folder)), Path(folder) / "snapshots"
        with Memory(server.pid or 0) as memory:
            began = time.perf_counter()
            conclude = asyncio.run(run(engine, url, token, snapshots))
            seconds = time.perf_counter() - began
        tell_stored(engine)
        print(f"{seconds:.1f} s, {entries / seconds:,.0f} log entries/s")
        tell(memory)
        ours.send("done")
        server.join()
        with Memory() as memory:
            began = time.perf_counter()
            conclude()
            seconds = time.perf_counter() - began
        print(f"looking for findings: {seconds:.1f} s")
        tell(memory)


def tell(memory: Memory) -> None:
    print(f"at most {memory.alone:,.0f} MB a process, {memory.together:,.0f} MB together")
