"""The worker process: it runs the queue, sends heartbeats, and enqueues due work every second."""

import os
import stat
import sys
import threading
import time
from datetime import UTC, datetime
from uuid import uuid4

import structlog
from sqlalchemy.exc import OperationalError

from corvana import jobs
from corvana.memory import economise

_log = structlog.get_logger()
_EVERY_SECONDS = 1.0
_WORKERS = 2


def run() -> None:
    """Work until a stop signal, or until the parent process has ended.

    No data is lost when the worker is killed: whole windows are committed, and leases expire.
    """
    economise()
    stop_with_parent()
    jobs.collect_task()
    threading.Thread(target=_attend, daemon=True).start()
    jobs.queue().create_consumer(
        workers=_WORKERS, periodic=False, initial_delay=0.1, max_delay=0.5, check_worker_health=True
    ).run()


def _attend() -> None:
    worker_id, started_at = uuid4().hex, datetime.now(UTC)
    while True:
        try:
            jobs.beat(worker_id, started_at)
            jobs.sweep()
        except OperationalError as error:
            _log.warning("database busy", error=type(error).__name__)
        time.sleep(_EVERY_SECONDS)


def stop_with_parent() -> None:
    """Stop when the parent process ends: then the pipe on standard input ends."""
    if stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        threading.Thread(target=_exit_at_end_of_input, daemon=True).start()


def _exit_at_end_of_input() -> None:
    sys.stdin.read()
    os._exit(0)
