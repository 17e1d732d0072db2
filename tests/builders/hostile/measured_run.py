"""One run in a process of its own, and how much memory it needed."""

from __future__ import annotations

import multiprocessing
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from corvana import jobs
from tests.builders.conclusions import conclude_nothing

if TYPE_CHECKING:
    from tests.conftest import Connected


def run_alone(connected: Connected, environment: Mapping[str, str], note: Path) -> float:
    """Collect as the worker does; return the most memory the process had, in megabytes.

    The process is begun anew and imports what a worker imports. A fork would begin with what other
    tests need: the pages and the libraries of the files, which no worker loads.
    """
    process = multiprocessing.get_context("spawn").Process(
        target=_collect, args=(connected.id, dict(environment), note)
    )
    process.start()
    try:
        process.join(timeout=300)
        assert process.exitcode == 0
    finally:
        process.kill()
        process.join()
    return float(note.read_text())


def _collect(connection_id: str, environment: dict[str, str], note: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    try:
        jobs.collect_connection(connection_id, analyse=conclude_nothing)
    finally:
        note.write_text(str(_most_memory()))


def _most_memory() -> float:
    """The most memory of this process, in megabytes.

    `getrusage` would also count what the parent had: Linux keeps it when a process becomes another
    program.
    """
    status = Path("/proc/self/status").read_text()
    (kilobytes,) = re.findall(r"VmHWM:\s+(\d+) kB", status)
    return float(kilobytes) / 1_000
