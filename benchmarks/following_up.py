"""What a run of a large account costs, step by step: see `bench_follow_up.py`."""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import pandas as pd
from sqlalchemy import Engine, func, inspect, text
from sqlmodel import Session, col, select

from benchmarks.rebuilding import CONNECTION, COPIED, END, KEYS, NAMES, store
from benchmarks.resident import Memory
from benchmarks.served import busy
from corvana.collectors import incidents, log_entries, schedules
from corvana.memory import economise
from corvana.questions.prepared import is_there
from corvana.runs.prepare import prepare
from corvana.store import connections, engagements, models
from corvana.store.engine import open_database
from corvana.versions.files import CONTRACTS, PARTITIONED, open_version
from corvana.versions.own_process import alone
from corvana.versions.publish import months, publish, publish_analysis

DAYS: Final = 365
NEW: Final = 100
SECONDS: Final = 10.0
MEGABYTES: Final = 600.0
FIRST_SECONDS: Final = 35.0
FINDINGS_MEGABYTES: Final = 1_000.0
_AFTER: Final = timedelta(minutes=15)


@dataclass(frozen=True)
class Run:
    """The part of a run's context that publishing needs: nobody else has the connection."""

    connection_id: str
    engine: Engine

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with Session(self.engine) as session:
            yield session
            session.commit()


@dataclass(frozen=True)
class Cost:
    """What a step needed: seconds, seconds of a processor, and megabytes of all its processes."""

    seconds: float
    processor: float
    megabytes: float

    def __str__(self) -> str:
        return (
            f"{self.seconds:6.1f} s, {self.processor:6.1f} s of a processor, "
            f"{self.megabytes:6,.0f} MB"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=100_000, help="simulated")
    parser.add_argument("--copies", type=int, default=10, help="of every simulated incident")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["CORVANA_DATA_DIR"] = home
        url = f"sqlite:///{home}/corvana.db"
        alone(_fill, url, asked.incidents, asked.copies)
        print(f"{asked.incidents * asked.copies:,} incidents; {busy()}")
        first = {step.__name__: _cost(step, url, home) for step in (whole, findings, questions)}
        for name, cost in first.items():
            print(f"first run      {name:<12}{cost}")
        alone(_add, url)
        follow_up = _cost(follow, url, home)
        print(f"{NEW} new        all of it   {follow_up}; {busy()}")
        alone(_compare, url, home)
    kept = {
        f"at most {SECONDS} s of a processor": follow_up.processor <= SECONDS,
        f"at most {MEGABYTES} MB": follow_up.megabytes <= MEGABYTES,
        f"first publication at most {FIRST_SECONDS} s": first["whole"].seconds <= FIRST_SECONDS,
        f"findings at most {FINDINGS_MEGABYTES} MB": (
            first["findings"].megabytes <= FINDINGS_MEGABYTES
        ),
    }
    for promise, is_kept in kept.items():
        print(f"{promise}: {'kept' if is_kept else 'NOT kept'}")
    sys.exit(not all(kept.values()))


def _cost(step: Callable[[str, str], Any], url: str, home: str) -> Cost:
    """Do a step in a process of its own, and measure it with all processes that it starts."""
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_measured, args=(theirs, step, url, home))
    process.start()
    cost: Cost = ours.recv()
    process.join()
    return cost


def _measured(pipe: Any, step: Callable[[str, str], Any], url: str, home: str) -> None:
    economise()
    began, used = time.perf_counter(), sum(os.times()[:4])
    with Memory() as memory:
        step(url, home)
    pipe.send(
        Cost(time.perf_counter() - began, sum(os.times()[:4]) - used, memory.together),
    )


def whole(url: str, home: str) -> None:
    """Publish all months for the first time."""
    publish(_run(url), _folder(home), months([(END - timedelta(days=DAYS), END)]), END)


def findings(url: str, home: str) -> None:
    publish_analysis(_run(url), _folder(home))


def questions(url: str, home: str) -> None:
    _prepare(_run(url), home)


def follow(url: str, home: str) -> None:
    """Do what a run does after it has read a hundred new incidents."""
    run = _run(url)
    publish(run, _folder(home), months([(END - timedelta(hours=1), END)]), END + _AFTER)
    publish_analysis(run, _folder(home))
    _prepare(run, home)


def _prepare(run: Run, home: str) -> None:
    found = connections.get(run.engine, CONNECTION)
    asyncio.run(
        prepare(_folder(home), CONNECTION, found.data_version, shown=found.prepared_version)
    )


def _compare(url: str, home: str) -> None:
    """Publish everything anew, and compare it with what the run after the first one left. Raises
    `AssertionError`."""
    run, folder = _run(url), _folder(home)
    found = connections.get(run.engine, CONNECTION)
    assert is_there(folder, CONNECTION, found.shown_version)
    kept = open_version(folder, CONNECTION, found.data_version)
    every = months([(END - timedelta(days=DAYS), END + _AFTER)])
    again = open_version(folder, CONNECTION, publish(run, folder, every, END + _AFTER))
    for name in CONTRACTS:
        pd.testing.assert_frame_equal(kept.frame(name), again.frame(name))
    print(
        f"{len(every)} months and {len(CONTRACTS) - len(PARTITIONED)} other frames equal a full "
        f"computation; pages show version {found.shown_version} of {found.data_version}"
    )


def _run(url: str) -> Any:
    return Run(CONNECTION, open_database(url))


def _folder(home: str) -> Path:
    return Path(home) / "snapshots"


def _fill(url: str, incidents: int, copies: int) -> None:
    store(url, incidents, copies)
    engine = open_database(url)
    with engine.begin() as connection:
        # Copies have the number of their incident; in an account every number is another one.
        connection.execute(text("UPDATE incident SET number = rowid"))
    since = END - timedelta(days=DAYS)
    engagement = engagements.create(engine, "Large", since)
    with Session(engine) as session:
        session.add(
            models.Connection(
                id=CONNECTION, engagement_id=engagement, account_id="PLARGE", account_label="large",
                region="us", audience="https://localhost", connected_role="owner",
                connected_at=since,
            )
        )  # fmt: skip
        session.commit()
    _cover(engine, since, END)


def _cover(engine: Engine, since: datetime, until: datetime) -> None:
    """Note that a span of time was collected."""
    with Session(engine) as session:
        for noun in (incidents.NOUN, log_entries.NOUN, schedules.NOUN):
            session.add(
                models.CollectionWindow(
                    connection_id=CONNECTION, noun=noun.name, since=since, until=until, rows=0,
                    finished_at=until,
                )
            )  # fmt: skip
        session.commit()


def _add(url: str) -> None:
    """Add incidents of the last hour, each a copy of one that is there, with its log."""
    engine = open_database(url)
    incident = models.Incident
    with Session(engine) as session:
        newest = select(incident.id).order_by(col(incident.created_at).desc()).limit(NEW)
        ids = list(session.exec(newest))
        highest = session.exec(select(func.max(incident.number))).one()
    with engine.begin() as connection:
        for table in COPIED:
            columns = [column["name"] for column in inspect(engine).get_columns(table)]
            taken = [f"{name} || '-new'" if name in NAMES else name for name in columns]
            taken = [f"number + {highest}" if name == "number" else name for name in taken]
            marks = ", ".join(f":id{place}" for place in range(len(ids)))
            key = "incident_id" if table != "incident" else KEYS[table]
            connection.execute(
                text(
                    f"INSERT INTO {table} ({', '.join(columns)}) "
                    f"SELECT {', '.join(taken)} FROM {table} WHERE {key} IN ({marks})"
                ),
                {f"id{place}": each for place, each in enumerate(ids)},
            )
    _cover(engine, END, END + _AFTER)
