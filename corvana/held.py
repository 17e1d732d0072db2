"""Of which connections this process has read data, and since when deleted data may be in it.

Whoever reads data, a key or a token of a connection notes it here. What was noted is looked at
every second (`corvana.jobs.forgetting`). Python cannot wipe its memory, so a process in which
something of a deleted connection was read is replaced by a new one.
"""

import time
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Final


class Held:
    """The connections by id, with the second since which each is held. `clock` tells seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: dict[str, float] = {}
        self._left_at: float | None = None
        self._lock = Lock()

    def note(self, connection_id: str) -> None:
        """Something of the connection is read into this process."""
        with self._lock:
            self._since.setdefault(connection_id, self._clock())

    def ages(self) -> dict[str, float]:
        """Seconds since which each connection is held, by id."""
        with self._lock:
            now = self._clock()
            return {one: now - since for one, since in self._since.items()}

    def forget(self, ids: Iterable[str]) -> None:
        """These connections are deleted. Traces of those that were held stay in memory."""
        with self._lock:
            if [one for one in ids if self._since.pop(one, None) is not None]:
                self._left_at = self._clock() if self._left_at is None else self._left_at

    def left_for(self) -> float | None:
        """Seconds since which memory may have traces of a deleted connection; None without any."""
        with self._lock:
            return None if self._left_at is None else self._clock() - self._left_at


held: Final = Held()
"""Of this process."""
