"""The runs of this process, so that a worker that is stopped can end them and give back leases."""

import asyncio
import threading
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from corvana.config import load_settings
from corvana.errors import LeaseLost
from corvana.store import clock, connections, runs, turns

_log = structlog.get_logger()
_LOOKS_EVERY: Final = 0.02


@dataclass(frozen=True, slots=True)
class Live(ABC):
    """Work under way: the lease it holds, and the task to cancel."""

    engine: Engine
    connection_id: str
    holder: str
    started_at: datetime
    loop: asyncio.AbstractEventLoop
    task: "asyncio.Task[None]"

    def cancel(self) -> None:
        """Cancel the work in its own thread. Do nothing when its loop has just ended."""
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self.task.cancel)

    @abstractmethod
    def give_back(self) -> None:
        """Give back the lease of interrupted work, so that it is due at once."""


class LiveAnalysis(Live):
    """An analysis of data that is there."""

    __slots__ = ()

    def give_back(self) -> None:
        turns.release_analysis(self.engine, self.connection_id, self.holder, finished=None)


class LiveRun(Live):
    """A run of the collectors."""

    __slots__ = ()

    def give_back(self) -> None:
        """Close the run as interrupted and give back its lease, so that it is due at once."""
        now = clock.now(self.engine)
        ended_at = now + clock.account_ahead(load_settings())
        with suppress(LeaseLost):
            runs.interrupt(self.engine, self.connection_id, self.holder, ended_at)
        connections.release(
            self.engine,
            self.connection_id,
            self.holder,
            started_at=self.started_at,
            next_run_at=now,
        )


class LiveRuns:
    """The runs under way. Once they are interrupted, no run begins any more."""

    def __init__(self) -> None:
        self._runs: dict[str, Live] = {}
        self._interrupted = threading.Event()

    @property
    def interrupted(self) -> bool:
        return self._interrupted.is_set()

    @property
    def are_any(self) -> bool:
        """Whether a run is under way."""
        return bool(self._runs)

    def add(self, run: Live) -> None:
        """Keep the run here until it has given back its lease."""
        self._runs[run.holder] = run
        if self.interrupted:
            run.cancel()

    def remove(self, holder: str) -> None:
        self._runs.pop(holder, None)

    def interrupt(self, *, within: float) -> None:
        """End the runs within so many seconds.

        A run ends by itself when it is cancelled, unless a thread of it is at work, which nobody
        can stop. Then its lease is taken from it: without the lease it can write nothing.
        """
        self._interrupted.set()
        deadline = time.monotonic() + within
        for run in list(self._runs.values()):
            run.cancel()
        while self._runs and time.monotonic() < deadline:
            time.sleep(_LOOKS_EVERY)
        for run in list(self._runs.values()):
            try:
                run.give_back()
            except SQLAlchemyError as error:
                _log.warning(
                    "lease not given back",
                    connection=run.connection_id,
                    error=type(error).__name__,
                )


live_runs: Final = LiveRuns()
"""The runs of this process."""
