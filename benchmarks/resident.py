"""How much memory processes have in use together, in megabytes.

The resident sizes of processes that were forked from one another count the pages they share once
each, so they do not add up. Here every page counts once: of what no file backs each process has its
proportional share, and of the libraries all of them map, which neighbours on the machine may share
too, only what the one that has most of them resident.
"""

import os
import threading
from pathlib import Path
from typing import NamedTuple

EVERY_SECONDS = 0.2


class Resident(NamedTuple):
    """`own` is the process's share of what no file backs, `files` the rest."""

    own: float
    files: float


def resident(process: int) -> Resident:
    """Nothing when the process is gone."""
    try:
        rows = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return Resident(0.0, 0.0)
    sizes = {name: int(size.split()[0]) / 1024 for name, size in (row.split(":") for row in rows)}
    if not sizes:
        return Resident(0.0, 0.0)
    return Resident(sizes["Pss_Anon"], sizes["Rss"] - sizes["Anonymous"])


def descendants(process: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        found = [int(each) for task in tasks for each in (task / "children").read_text().split()]
    except OSError:
        return []
    return found + [below for child in found for below in descendants(child)]


class Memory:
    """Watches this process and those it starts, but for one that is not to be measured."""

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
