"""A hundred connections in steady state for a quarter of an hour: how long follow-up runs wait.

All connections are connected at once and collected for the first time. From then on each is due 15
minutes after its last run ended, as in a hosted application, and gets what is new: the simulated
account has one or two incidents an hour. Workers are processes of their own, and so is the account.

Waiting is the time from the instant at which a connection is due until its run begins. An extra run
begins before its connection is due.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.bench_queue import (
    LOOKS_EVERY,
    all_collected,
    join,
    runs,
    served,
    settings_for,
    working,
)
from benchmarks.resident import resident
from corvana.store.engine import open_database
from corvana.store.keys.ring import GivenKeys
from corvana.store.models import CollectionRun
from corvana.store.vault import Vault

EVERY: Final = timedelta(minutes=15)
EARLY: Final = timedelta(seconds=5)
"""A run that begins so much before its connection is due is an extra run."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--incidents", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--database-url", help="PostgreSQL instead of SQLite; an empty database.")
    arguments = parser.parse_args()
    number, ahead = arguments.connections, timedelta(hours=2)
    with (
        served(arguments.incidents, number, ahead) as pagerduty,
        tempfile.TemporaryDirectory() as folder,
    ):
        settings = settings_for(Path(folder), pagerduty, arguments.database_url)
        settings["CORVANA_COLLECT_EVERY_MINUTES"] = str(EVERY // timedelta(minutes=1))
        engine = open_database(settings["CORVANA_DATABASE_URL"])
        vault = Vault(GivenKeys(settings["CORVANA_SECRET_KEY"].encode()), Path(folder) / "keys")
        joined_at = join(engine, vault, pagerduty.tokens)
        with working(arguments.workers, settings) as workers:
            while not all_collected(engine, number):
                time.sleep(LOOKS_EVERY)
            steady_since = datetime.now(UTC)
            time.sleep(arguments.minutes * 60)
            until = datetime.now(UTC)
            memory = [sum(resident(worker)) for worker in workers]
        first = (steady_since - joined_at).total_seconds() / 60
        print(
            f"{number} connections, workers: {arguments.workers}\n"
            f"first collections: {first:.1f} minutes, {number / first:.1f} a minute\n"
            f"memory of a worker at the end: {', '.join(f'{each:,.0f} MB' for each in memory)}"
        )
        tell(runs(engine), steady_since, until)


def tell(made: Sequence[CollectionRun], since: datetime, until: datetime) -> None:
    """Print the runs that began within the time, and how long they had waited."""
    waits, seconds, failed = [], [], 0
    by_connection = sorted(made, key=lambda run: (run.connection_id, run.started_at))
    for _, own in groupby(by_connection, key=lambda run: run.connection_id):
        for former, run in pairwise(own):
            if not since <= run.started_at <= until or former.finished_at is None:
                continue
            waits.append((run.started_at - former.finished_at - EVERY).total_seconds())
            failed += run.status not in {"finished", "running"}
            if run.finished_at is not None:
                seconds.append((run.finished_at - run.started_at).total_seconds())
    if not waits:
        print("no follow-up run began")
        return
    extra = sum(wait < -EARLY.total_seconds() for wait in waits)
    minutes = (until - since).total_seconds() / 60
    print(
        f"follow-up runs in {minutes:.0f} minutes: {len(waits)} ({len(waits) / minutes:.1f} a "
        f"minute), failed: {failed}, extra: {extra}\n"
        f"they waited: median {median(waits):.1f} s, longest {max(waits):.1f} s\n"
        f"they took: median {median(seconds):.1f} s, longest {max(seconds):.1f} s"
    )


if __name__ == "__main__":
    main()
