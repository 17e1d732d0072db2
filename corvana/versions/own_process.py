"""Heavy work in a separate process: it uses another core, and its memory is freed at its end."""

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait
from typing import TypeVar

from corvana import logs, trace
from corvana.config import load_settings
from corvana.memory import economise

T = TypeVar("T")


def alone(work: Callable[..., T], *arguments: object) -> T:
    """Run `work` in a separate process; return its result or raise its error.

    Raises
    ------
    concurrent.futures.process.BrokenProcessPool
        The process was killed, for example because it used all memory.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context, _begin, (trace.run_id(),)) as pool:
        return pool.submit(work, *arguments).result()


def _begin(run_id: str | None) -> None:
    """Pool initializer: write the same log as the parent, of the same run."""
    settings = load_settings()
    logs.configure(settings.log_level, settings.log_format)
    trace.continue_run(run_id)
    end_with_parent()


def end_with_parent() -> None:
    """Exit when the parent exits."""
    economise()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_exit_after, args=(parent.sentinel,), daemon=True).start()


def _exit_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
