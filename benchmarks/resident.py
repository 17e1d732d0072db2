"""The memory that processes use together, in megabytes.

Forked processes share pages. Their resident sizes count a shared page once in each process, so the
sum is too large. Here each page counts once. Of pages without a file, each process counts its
proportional share. Of pages with a file, such as libraries, only the process with the most counts,
because other processes on the machine may share them too.
"""

import os
import threading
from pathlib import Path
from typing import NamedTuple

EVERY_SECONDS = 0.2


class Resident(NamedTuple):
    """`own`: the process's share of pages without a file. `files`: all other pages."""

    own: float
    files: float


def resident(process: int) -> Resident:
    """The memory of the process; nothing when the process has ended."""
    try:
        rows = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return Resident(0.0, 0.0)
    sizes = {name: int(size.split()[0]) / 1024 for name, size in (row.split(":") for row in rows)}
    if not sizes:
        return Resident(0.0, 0.0)
    return Resident(sizes["Pss_Anon"], sizes["Rss"] - sizes["Anonymous"])


def peak() -> float:
    """The most memory that this process had resident since it was started, in MB of 10^6 bytes."""
    # The figure of `getrusage` may be that of the process which started this one.
    rows = Path("/proc/self/status").read_text().splitlines()
    highest = next(row for row in rows if row.startswith("VmHWM:"))
    return int(highest.split()[1]) * 1_024 / 1e6


def descendants(process: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        found = [int(each) for task in tasks for each in (task / "children").read_text().split()]
    except OSError:
        return []
    return found + [below for child in found for below in descendants(child)]


class Memory:
    """Watches this process and its child processes, except one excluded process."""

    def __init__(self, other: int = 0) -> None:
        self._other = other
        self._done = threading.Event()
        self.alone = self.together = 0.0
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        own = os.getpid()
        while not self._done.wait(EVERY_SECONDS):
            others = [each for each in descendants(own) if each != self._other]
            parts = [resident(each) for each in (own, *others)]
            self.alone = max(self.alone, *map(sum, parts))
            files = max(part.files for part in parts)
            self.together = max(self.together, sum(part.own for part in parts) + files)
