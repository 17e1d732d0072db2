"""Heavy work in a process of its own: it uses another core, and takes its memory with it."""

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
    """Return what `work` returns, or raise what it raises, from a process that ends with it.

    Raises
    ------
    concurrent.futures.process.BrokenProcessPool
        The process was killed, as one is that takes all memory there is.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context, end_with_parent) as pool:
        return pool.submit(work, *arguments).result()


def end_with_parent() -> None:
    """A process that is killed takes those it started with it."""
    economise()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_exit_after, args=(parent.sentinel,), daemon=True).start()


def _exit_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
