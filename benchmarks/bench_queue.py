"""Sixty connections at once on two workers: how long they wait, and how often they run.

Every connection is to be collected for the first time. The workers are processes of their own, and
so is the simulated account. A run that begins although its connection was collected already is an
extra run.

Promises: at most 2 % extra runs; the longest wait is at most 2.1 times the mean.
"""

import argparse
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, NamedTuple

from cryptography.fernet import Fernet
from sqlalchemy import Engine
from sqlmodel import Session, select

from corvana.config import US_AUDIENCE
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.store import connections, engagements, models
from corvana.store.engine import open_database
from corvana.store.keys.ring import GivenKeys
from corvana.store.vault import Vault
from corvana.tokens import Tokens

DAYS: Final = 30
ROOT: Final = Path(__file__).parents[1]
EXTRA_AT_MOST: Final = 0.02
LONGEST_AT_MOST: Final = 2.1
LOOKS_EVERY: Final = 0.5


class Served(NamedTuple):
    """Where the simulated account listens."""

    url: str
    api_url: str
    tokens: list[tuple[str, str]]


def serve(incidents: int, accounts: int, ahead: timedelta, pipe: Connection) -> None:
    """Serve an account, whose incidents go on until `ahead` of now, until the pipe is closed."""
    end = datetime.now(UTC).replace(microsecond=0) + ahead
    world = build_world(seed=7, end=end, days=DAYS, incidents=incidents)
    with RunningSandbox(world, requests_per_minute=10_000_000) as sandbox:
        tokens = [sandbox.issue_tokens()[:2] for _ in range(accounts)]
        pipe.send(Served(sandbox.url, sandbox.api_url, tokens))
        pipe.recv()


@contextmanager
def served(
    incidents: int, accounts: int, ahead: timedelta = -timedelta(minutes=10)
) -> Iterator[Served]:
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe()
    server = spawning.Process(target=serve, args=(incidents, accounts, ahead, theirs), daemon=True)
    server.start()
    yield ours.recv()
    ours.send("done")
    server.join()


@contextmanager
def working(workers: int, settings: Mapping[str, str]) -> Iterator[Sequence[int]]:
    """Workers at work, by the numbers of their processes; told to stop at the end."""
    command = [sys.executable, "-m", "corvana", "worker"]
    started = [
        subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **settings}, stderr=subprocess.DEVNULL
        )
        for _ in range(workers)
    ]
    try:
        yield [process.pid for process in started]
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait()


def processor_seconds() -> float:
    """The processor time of all workers that have ended, and of the processes they started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def join(engine: Engine, vault: Vault, tokens: Sequence[tuple[str, str]]) -> datetime:
    """Connect every account to an engagement of its own, all at the same instant."""
    now = datetime.now(UTC)
    account = connections.PagerDutyAccount("PACC", "acme", "US", US_AUDIENCE, "owner")
    for number, (access, refresh) in enumerate(tokens):
        connections.connect(
            engine,
            vault,
            engagement_id=engagements.create(engine, f"Client {number}", now),
            account=account,
            tokens=Tokens(access, refresh, now + timedelta(days=10)),
            now=now,
        )
    return now


def runs(engine: Engine) -> Sequence[models.CollectionRun]:
    with Session(engine) as session:
        return session.exec(
            select(models.CollectionRun).order_by(models.CollectionRun.started_at)  # type: ignore[arg-type]
        ).all()


def all_collected(engine: Engine, accounts: int) -> bool:
    finished = {run.connection_id for run in runs(engine) if run.status == "finished"}
    return len(finished) == accounts


def settings_for(folder: Path, pagerduty: Served, database_url: str | None) -> dict[str, str]:
    """The settings of workers that collect the simulated accounts once a day."""
    return {
        "CORVANA_DATA_DIR": str(folder),
        "CORVANA_SECRET_KEY": Fernet.generate_key().decode(),
        "CORVANA_DATABASE_URL": database_url or f"sqlite:///{folder}/corvana.db",
        "CORVANA_BACKFILL_DAYS": str(DAYS),
        "CORVANA_REQUESTS_PER_MINUTE": "100000",
        "CORVANA_COLLECT_EVERY_MINUTES": "1440",
        "PAGERDUTY_CLIENT_ID": "corvana-sandbox",
        "PAGERDUTY_CLIENT_SECRET": "corvana-sandbox-secret",
        "PAGERDUTY_IDENTITY_URL": pagerduty.url,
        "PAGERDUTY_API_URL": pagerduty.api_url,
    }


def tell(engine: Engine, joined_at: datetime, accounts: int, workers: int) -> None:
    made = runs(engine)
    first = {run.connection_id: run for run in reversed(made)}
    waits = [(run.started_at - joined_at).total_seconds() for run in first.values()]
    ends = [run.finished_at for run in first.values() if run.finished_at]
    minutes = (max(ends) - joined_at).total_seconds() / 60
    extra, mean = len(made) - accounts, sum(waits) / accounts
    print(f"{accounts} connections at once, workers: {workers}")
    print(
        f"extra runs: {extra} ({extra / accounts:.1%}; promised: at most {EXTRA_AT_MOST:.0%})\n"
        f"longest wait: {max(waits):.0f} s, {max(waits) / mean:.2f} times the mean of {mean:.0f} s "
        f"(promised: at most {LONGEST_AT_MOST})\n"
        f"first collections a minute: {accounts / minutes:.1f} "
        f"({processor_seconds() / accounts:.1f} s of processor time each)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=60)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--incidents", type=int, default=1000)
    parser.add_argument("--database-url", help="PostgreSQL instead of SQLite; an empty database.")
    arguments = parser.parse_args()
    accounts = arguments.connections
    with (
        served(arguments.incidents, accounts) as pagerduty,
        tempfile.TemporaryDirectory() as folder,
    ):
        settings = settings_for(Path(folder), pagerduty, arguments.database_url)
        engine = open_database(settings["CORVANA_DATABASE_URL"])
        vault = Vault(GivenKeys(settings["CORVANA_SECRET_KEY"].encode()), Path(folder) / "keys")
        joined_at = join(engine, vault, pagerduty.tokens)
        with working(arguments.workers, settings):
            while not all_collected(engine, accounts):
                time.sleep(LOOKS_EVERY)
            time.sleep(30)  # what was enqueued twice runs now
        tell(engine, joined_at, accounts, arguments.workers)


if __name__ == "__main__":
    main()
