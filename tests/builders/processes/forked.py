"""Processes of their own that begin with the application already imported.

Importing it takes one or two seconds of processor time; a fork takes milliseconds.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from typing import Final

processes: Final = multiprocessing.get_context("forkserver")
# All tests of a process share one fork server, which imports these modules when it starts.
processes.set_forkserver_preload(
    ["corvana.jobs", "corvana.worker", "corvana.store.migrations", "tests.soak.application"]
)


@contextmanager
def running(
    work: Callable[[], None], environment: Mapping[str, str]
) -> Iterator[ForkServerProcess]:
    """A process that does the work with these settings, silently; killed at the end."""
    process = processes.Process(target=_silently, args=(work, dict(environment)))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def _silently(work: Callable[[], None], environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    work()
