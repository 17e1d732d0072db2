"""What is seen from outside meanwhile: who works on a connection, and which workers attend."""

import threading
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final, Self

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from corvana.store import clock, connections
from corvana.store.models import CollectionRun, Connection, WorkerHeartbeat
from tests.stack.running import Stack

_LOOKS_EVERY: Final = 1.0
_ASKS_EVERY: Final = 3.0
_ATTENDS: Final = timedelta(seconds=5)


class Demand(threading.Thread):
    """Asks for a run of every connection again and again, so that trouble always meets a run."""

    def __init__(self, stack: Stack) -> None:
        super().__init__(daemon=True)
        self._stack, self._done = stack, threading.Event()

    def run(self) -> None:
        while not self._done.wait(_ASKS_EVERY):
            try:
                now = clock.now(self._stack.engine)
                for each in connections.listed(self._stack.engine):
                    connections.request_run(self._stack.engine, each.id, now)
            except SQLAlchemyError:
                continue  # the database is away: that is one of the troubles

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._done.set()
        self.join()


class Watch(threading.Thread):
    """Looks every second at the progress of all runs.

    A run that is at work sends requests or stores rows. Two runs of one connection that both go on
    between the same two looks, twice in succession, are two workers at work on it.
    """

    def __init__(self, stack: Stack) -> None:
        super().__init__(daemon=True)
        self._stack, self._done = stack, threading.Event()
        self.looks = 0
        self.worked_twice: list[str] = []

    def run(self) -> None:
        before: Mapping[str, tuple[str, int]] = {}
        suspects: set[str] = set()
        while not self._done.wait(_LOOKS_EVERY):
            try:
                now = self._progress()
            except SQLAlchemyError:
                continue
            self.looks += 1
            at_work = [now[run][0] for run in now if run in before and now[run] != before[run]]
            twice = {each for each in at_work if at_work.count(each) > 1}
            self.worked_twice += sorted(twice & suspects)
            before, suspects = now, twice

    def _progress(self) -> dict[str, tuple[str, int]]:
        """Run → its connection, and how far it is."""
        with Session(self._stack.engine) as session:
            found = session.exec(
                select(
                    CollectionRun.id,
                    CollectionRun.connection_id,
                    CollectionRun.requests,
                    CollectionRun.rows,
                )
            ).all()
        return {run: (connection, requests + rows) for run, connection, requests, rows in found}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._done.set()
        self.join()


def seconds_until_attended(stack: Stack, most: float) -> float:
    """How long it takes from now until every worker attends; `most` if it takes longer.

    A process that has ended is started again, as systemd does: a worker that could not attend for
    half a minute ends by itself.
    """
    began = time.monotonic()
    since = clock.now(stack.engine)
    while time.monotonic() - began < most:
        for node in stack.nodes:
            if not node.is_running:
                node.begin()
        if attending(stack, since) >= len(stack.workers):
            return time.monotonic() - began
        time.sleep(0.1)
    return most


def attending(stack: Stack, since: datetime) -> int:
    """How many workers were seen since then."""
    try:
        with Session(stack.engine) as session:
            return len(
                session.exec(
                    select(WorkerHeartbeat.worker_id).where(col(WorkerHeartbeat.seen_at) >= since)
                ).all()
            )
    except SQLAlchemyError:
        return 0


def are_idle(stack: Stack, asked_at: datetime) -> bool:
    """Whether every connection has a run that began after the instant and has finished."""
    with Session(stack.engine) as session:
        ids = session.exec(select(Connection.id)).all()
    last = [connections.latest_run(stack.engine, each) for each in ids]
    return all(run and run.status == "finished" and run.started_at >= asked_at for run in last)
