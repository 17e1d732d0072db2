"""What a worker attends to every second."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Final

from corvana.config import load_settings
from corvana.jobs import collecting
from corvana.jobs.deleting import finish_deletions
from corvana.jobs.full_disk import full_disk
from corvana.jobs.orphans import remove_orphans
from corvana.jobs.task_queue import queue
from corvana.store import clock, heartbeats, turns
from corvana.store.engine import open_database

HANDS: Final = 2
"""Runs that a worker makes at the same time."""


@cache
def collect_task() -> Callable[..., object]:
    """`collect_due` as a task of the queue: calling it enqueues it."""
    task: Callable[..., object] = queue().task(name="collect")(collecting.collect_due)
    return task


def attend(worker_id: str, started_at: datetime) -> None:
    """Wake up hands for the connections that are due; then note that this worker attends."""
    enqueue_due()
    beat(worker_id, started_at)


def enqueue_due() -> None:
    """Enqueue a task for each connection that is due, for a run or an analysis, but never more than
    there are hands.

    A hand that begins goes on until nobody is due. A task that finds nothing due ends.
    """
    if full_disk.is_recent:
        return
    engine = open_database(load_settings().database_url)
    now = clock.now(engine)
    due = len(turns.due(engine, now)) + len(turns.analyses_due(engine, now))
    if due == 0:
        return
    for _ in range(min(due, HANDS) - queue().pending_count()):
        collect_task()()


def beat(worker_id: str, started_at: datetime) -> None:
    """Note that this worker is alive, and delete workers silent for a day."""
    engine = open_database(load_settings().database_url)
    heartbeats.beat(engine, worker_id, started_at, clock.now(engine))


def sweep() -> None:
    """Everything once: interrupted deletions, orphaned files, due collections."""
    finish_deletions()
    remove_orphans()
    enqueue_due()
