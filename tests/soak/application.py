"""The application of the soak: it follows the account turn by turn, as a worker makes it."""

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final, NamedTuple
from unittest import mock

import structlog

from corvana import jobs, logs
from corvana.config import Settings, load_settings
from corvana.jobs import collecting
from corvana.pagerduty import client
from corvana.store import connections, turns
from corvana.versions.analyse import Analyse, analyse
from tests.builders.processes.forked import processes
from tests.builders.twins import twin
from tests.conftest import Connected, join
from tests.soak.account import BACKFILL, Account

_PATIENCE: Final = 60.0


class Died(BaseException):
    """The process is gone."""


class Impatient:
    """In the place of the client's `random`: full jitter may draw short waits, and here it does."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def random(self) -> float:
        return self._random.random() * 0.01


class Turn(NamedTuple):
    """One turn of a worker in a process of its own."""

    environment: Mapping[str, str]
    connection_id: str
    now: datetime
    log: Path


class Application:
    """Connected to the account, with its data in a folder of its own.

    Turns in this process end with what `analyse` concludes; turns in one of their own conclude all.
    """

    def __init__(
        self, account: Account, folder: Path, *, concurrency: int, analyse: Analyse = analyse
    ) -> None:
        self.account, self._folder, self._concurrency = account, folder, concurrency
        self._analyse = analyse
        self.clock = account.clock
        self.log = folder / "log"
        self.connected = join(self._point_at("data"), account)

    def _point_at(self, name: str) -> Settings:
        """Make the data in this folder what the process works on."""
        os.environ.update(
            {
                "CORVANA_DATA_DIR": str(self._folder / name),
                "CORVANA_REQUESTS_PER_MINUTE": "60000",
                "CORVANA_CONCURRENCY": str(self._concurrency),
                "CORVANA_BACKFILL_DAYS": str(BACKFILL.days),
                "CORVANA_LOG_LEVEL": "debug",
                "PAGERDUTY_CLIENT_ID": "corvana-sandbox",
                "PAGERDUTY_CLIENT_SECRET": "corvana-sandbox-secret",
                "PAGERDUTY_IDENTITY_URL": self.account.url,
                "PAGERDUTY_API_URL": self.account.api_url,
                "PAGERDUTY_EU_API_URL": self.account.eu_api_url,
            }
        )
        return load_settings()

    @property
    def is_connected(self) -> bool:
        return self.connected.connection.status == "connected"

    def reconnect(self) -> None:
        """An owner goes through OAuth again; what was collected stays."""
        again = join(self.connected.settings, self.account)
        assert again.id == self.connected.id

    def turn(self) -> str:
        """Run once as soon as it is time; return how it ended."""
        jobs.collect_connection(self._due(), analyse=self._analyse)
        return self.last_status

    @property
    def last_status(self) -> str:
        run = connections.latest_run(self.connected.engine, self.connected.id)
        return run.status if run else "never"

    def turn_in_a_process(self, *, killed_after: int, delay: float) -> str:
        """Run in a process of its own; `delay` seconds after so many requests it is killed."""
        turn = Turn(dict(os.environ), self._due(), self.clock(), self.log)
        process = processes.Process(target=_work, args=(turn,))
        process.start()

        def kill() -> None:
            with suppress(ValueError):  # it has ended by itself meanwhile
                process.kill()

        def kill_later() -> None:
            asyncio.get_running_loop().call_later(delay, kill)

        self.account.moments.after(killed_after, kill_later)
        process.join(_PATIENCE)
        assert process.exitcode in {0, -signal.SIGKILL}, "the run neither ended nor was killed"
        process.close()
        self.account.moments.forget()
        return self.last_status

    def _due(self) -> str:
        """Wait for the next run's time; return whose turn it is then."""
        self.clock.forward(timedelta(seconds=1))
        row = self.connected.connection
        assert row.status == "connected", row.status_reason
        instants = [self.clock.now]
        if row.lease_until:
            instants.append(row.lease_until + timedelta(seconds=1))
        elif not row.requested_at and row.next_run_at:
            instants.append(row.next_run_at)
        self.clock.now = max(instants)
        due = turns.due(self.connected.engine, self.clock.now)
        assert due == [self.connected.id], "it is time for the run, but it is not due"
        return due[0]

    def twin(self) -> Connected:
        """Another application with the same key that has collected nothing yet."""
        return twin(self.connected, self._point_at("twin"))


class _Log(logging.FileHandler):
    """A file that is not opened again once it is closed, whoever still has the handler."""

    is_closed = False

    def emit(self, record: logging.LogRecord) -> None:
        if not self.is_closed:
            super().emit(record)

    def close(self) -> None:
        self.is_closed = True
        super().close()


@contextmanager
def at_work(application_log: Path, clock: Callable[[], datetime], seed: int) -> Iterator[None]:
    """The application's clock is the account's, its waits are short, its log is a file."""
    root, handler = logging.getLogger(), _Log(application_log)
    level = root.level
    with (
        application_log.open("a", buffering=1) as log,
        mock.patch.object(collecting, "_now", clock),
        mock.patch.object(collecting, "_database_now", side_effect=lambda _engine: clock()),
        mock.patch.object(client, "random", Impatient(seed)),
        mock.patch.dict(os.environ),
    ):
        root.addHandler(handler)
        logs.configure("debug")
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(file=log))
        try:
            yield
        finally:
            structlog.reset_defaults()
            root.removeHandler(handler)
            root.setLevel(level)
            handler.close()


def _work(turn: Turn) -> None:
    os.environ.update(turn.environment)
    with at_work(turn.log, lambda: turn.now, seed=0):
        jobs.collect_connection(turn.connection_id)
