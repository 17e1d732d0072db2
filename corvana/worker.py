"""The worker process: it runs the queue, and attends every second to what is due."""

import os
import signal
import stat
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from types import FrameType
from typing import Final
from uuid import uuid4

import psycopg
import structlog
from huey.consumer import Consumer
from prometheus_client import start_http_server
from sqlalchemy.exc import SQLAlchemyError

from corvana import begun_anew, jobs
from corvana.config import Settings, load_settings
from corvana.held import held
from corvana.jobs import live_runs, measured
from corvana.jobs.attendance import Attendance
from corvana.jobs.forgetting import Forgetting, nothing_to_delete
from corvana.jobs.lateness import LateAlarm
from corvana.memory import economise
from corvana.metrics import REGISTRY
from corvana.store import address, clock
from corvana.store.engine import open_database
from corvana.store.vault import Vault

_log = structlog.get_logger()
SILENT_AT_MOST: Final = 30.0
"""Seconds. A worker that cannot attend for so long ends, and is started again."""

_GIVE_BACK_WITHIN: Final = 2.0
"""Seconds for runs to end by themselves when the worker is stopped."""

_STOPPED_WITHIN: Final = 4.0
"""Seconds until the process ends for certain. Whoever started it waits for five."""

_LOOKS_EVERY: Final = 0.1
_HANDS_LOOKED_AT_EVERY: Final = 10.0
_ALARM_EVERY: Final = 60.0


class Stop:
    """Whether the worker was asked to stop: by a signal, or by the end of its parent."""

    def __init__(self) -> None:
        self.is_requested = False

    def request(self) -> None:
        self.is_requested = True

    def listen(self) -> None:
        """Take these signals for the request. They end no run in the middle of a write."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._hear)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self.request()


class _Consumer(Consumer):  # type: ignore[misc]
    """The queue's threads. Signals are for the worker as a whole."""

    def _set_signal_handlers(self) -> None:
        pass


def run() -> None:
    """Work until a stop signal, or until the parent process has ended.

    No data is lost when the worker is killed: whole windows are committed, and leases expire. A
    worker that is stopped gives its leases back, and its runs count as interrupted. When something
    it had read was deleted, it begins anew between two runs (`execv`), so that its memory holds
    nothing of that. Otherwise ends the process: with 1 when it could not attend for
    `SILENT_AT_MOST` seconds.
    """
    economise()
    stop = Stop()
    stop.listen()
    stop_with_parent(stop.request)
    settings = load_settings()
    Vault.of(settings)
    started_at = _database_time_at_start(stop)
    if started_at is None:
        return
    jobs.collect_task()
    consumer = _Consumer(
        jobs.queue(), workers=jobs.HANDS, periodic=False, initial_delay=0.1, max_delay=0.5
    )
    attendance = Attendance({"attend": partial(jobs.attend, uuid4().hex, started_at)})
    housekeeping = Attendance(
        {
            "finish deletions": jobs.finish_deletions,
            "delete past retention": jobs.delete_past_retention,
            "remove orphans": jobs.remove_orphans,
            "revoke tokens": jobs.revoke_pending,
        }
    )
    # A thread of its own: a deletion that hangs must not hold up the alarm about it.
    alarm = Attendance({"tell late deletions": LateAlarm().look}, every=_ALARM_EVERY)
    forgetting = Forgetting(settings, lambda _engagement_ids: None)
    _open_metrics(settings)
    consumer.start()
    attendance.start()
    housekeeping.start()
    forgetting.start()
    alarm.start()
    is_to_begin_anew = partial(_is_to_begin_anew, settings.replace_after_seconds, housekeeping)
    code = _watch(stop, consumer, partial(_is_attended, attendance, housekeeping), is_to_begin_anew)
    consumer.stop()
    for one in (attendance, housekeeping):
        one.stop(within=0)
    _give_back()
    if code is None:
        begin_anew()
    else:
        os._exit(code)  # threads that are still at work would hold up an ordinary end


def _open_metrics(settings: Settings) -> None:
    """Answer `/metrics` on a port of its own, if the settings name one. A worker whose port is
    taken works nevertheless."""
    if settings.metrics_port is None:
        return
    measured.register()
    try:
        start_http_server(settings.metrics_port, settings.metrics_host, REGISTRY)
    except OSError as error:
        _log.error("metrics not opened", port=settings.metrics_port, error=type(error).__name__)


def begin_anew() -> None:
    """Execute this program anew in this process: the number of the process and its pipes stay."""
    arguments = [sys.executable, *sys.orig_argv[1:]]
    os.execve(sys.executable, arguments, begun_anew.environment())  # noqa: S606 - our own


def _is_to_begin_anew(latest: float, housekeeping: Attendance) -> bool:
    """Whether traces of something deleted may be in memory, and no work is under way.

    Work that goes on for too long does not hold this up: a run goes on behind its last window.
    """
    left_for = held.left_for()
    if left_for is None:
        return False
    is_at_work = live_runs.are_any or housekeeping.is_busy or not nothing_to_delete()
    return left_for >= latest or not is_at_work


def _database_time_at_start(stop: Stop) -> datetime | None:
    """Wait for the database; return its time, or None when the worker was stopped meanwhile.

    Raises `ConfigError` when the database is not one that this code can use.
    """
    pause = 1.0
    while not stop.is_requested:
        try:
            now = clock.now(open_database(load_settings().database_url))
            jobs.queue()
        except (SQLAlchemyError, psycopg.Error, OSError) as error:
            _log.warning("waiting for the database", error=type(error).__name__)
            _sleep(stop, pause)
            pause = min(pause * 2, 5.0)
        else:
            return now
    return None


def _sleep(stop: Stop, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not stop.is_requested and time.monotonic() < until:
        time.sleep(_LOOKS_EVERY)


def _is_attended(attendance: Attendance, housekeeping: Attendance) -> bool:
    """Whether the worker could attend within the last seconds.

    A deletion of our own may hold up all other writers of a SQLite file for longer than that, and
    has to come to its end.
    """
    if attendance.silent_for() <= SILENT_AT_MOST:
        return True
    is_postgresql = address.is_postgresql(load_settings().database_url)
    return housekeeping.is_busy and not is_postgresql


def _watch(
    stop: Stop,
    consumer: Consumer,
    is_attended: Callable[[], bool],
    is_to_begin_anew: Callable[[], bool] = lambda: False,
) -> int | None:
    """Wait until the worker has to end; return its exit code, or None when it has to begin anew."""
    looked_at = time.monotonic()
    while not stop.is_requested:
        if is_to_begin_anew():
            _log.info("this process is replaced", because="what it held was deleted")
            return None
        if not is_attended():
            _log.error("could not attend", seconds=SILENT_AT_MOST)
            return 1
        if time.monotonic() - looked_at > _HANDS_LOOKED_AT_EVERY:
            looked_at = time.monotonic()
            consumer.check_worker_health()
        time.sleep(_LOOKS_EVERY)
    return 0


def _give_back() -> None:
    """End the runs and give back their leases, unless the database takes too long for that."""
    ending = threading.Thread(
        target=partial(jobs.live_runs.interrupt, within=_GIVE_BACK_WITHIN), daemon=True
    )
    ending.start()
    ending.join(_STOPPED_WITHIN)


def _exit() -> None:
    os._exit(0)


def stop_with_parent(stop: Callable[[], object] = _exit) -> None:
    """Stop when the parent process ends: then the pipe on standard input ends."""
    if stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        threading.Thread(target=_stop_at_end_of_input, args=(stop,), daemon=True).start()


def _stop_at_end_of_input(stop: Callable[[], object]) -> None:
    sys.stdin.read()
    stop()
