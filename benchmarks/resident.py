"""How much memory processes have in use, in megabytes."""

import os
import threading
from pathlib import Path

EVERY_SECONDS = 0.2


def megabytes(process: int) -> float:
    """Resident memory; 0 when the process is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    line = next((row for row in status.splitlines() if row.startswith("VmRSS")), "VmRSS: 0 kB")
    return int(line.split()[1]) / 1024


def children(process: int) -> list[int]:
    try:
        tasks = Path(f"/proc/{process}/task").iterdir()
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


class Memory:
    """Watches this process and those it starts, but for one that is not to be measured."""

    def __init__(self, other: int = 0) -> None:
        self._other = other
        self._done = threading.Event()
        self.started = self.alone = self.together = 0.0
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
            others = [child for child in children(own) if child != self._other]
            started = [megabytes(child) for child in others]
            parts = [megabytes(own), *started]
            self.started = max(self.started, *started, 0.0)
            self.alone = max(self.alone, *parts)
            self.together = max(self.together, sum(parts))
