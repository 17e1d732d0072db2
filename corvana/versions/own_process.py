"""Heavy work in a separate process: it uses another core, and its memory is freed at its end."""

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait
from typing import TypeVar

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
    with ProcessPoolExecutor(1, context, end_with_parent) as pool:
        return pool.submit(work, *arguments).result()


def end_with_parent() -> None:
    """Pool initializer: exit when the parent exits."""
    economise()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_exit_after, args=(parent.sentinel,), daemon=True).start()


def _exit_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
