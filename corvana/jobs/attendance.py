"""Duties that are done again and again in a thread of their own, whatever error they raise."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

import structlog

_EVERY_SECONDS: Final = 1.0
_log = structlog.get_logger()


class Attendance:
    """Does its duties every second. An error ends neither the thread nor the other duties.

    `errors` counts every error by duty and type. `is_busy` is true while a duty is being done.
    `silent_for` says how long ago all duties were done: whoever watches can then end the process.
    """

    def __init__(
        self, duties: Mapping[str, Callable[[], object]], *, every: float = _EVERY_SECONDS
    ) -> None:
        self._duties, self._every = duties, every
        self._attended_at = time.monotonic()
        self.is_busy = False
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._go_on, daemon=True, name="attendance")
        self.errors: Counter[tuple[str, str]] = Counter()

    def start(self) -> None:
        """Begin, in a thread that ends with the process."""
        self._thread.start()

    def stop(self, *, within: float | None = None) -> None:
        """Do no duty any more. Waits for the present one, at most for so many seconds."""
        self._stopped.set()
        self._thread.join(within)

    def silent_for(self) -> float:
        """Seconds since all duties were last done without an error."""
        return time.monotonic() - self._attended_at

    def attend(self) -> None:
        """Do every duty once."""
        outcomes = [self._is_done(name, duty) for name, duty in self._duties.items()]
        if all(outcomes):
            self._attended_at = time.monotonic()

    def _go_on(self) -> None:
        while not self._stopped.is_set():
            self.attend()
            self._stopped.wait(self._every)

    def _is_done(self, name: str, duty: Callable[[], object]) -> bool:
        self.is_busy = True
        try:
            duty()
        except Exception as error:  # noqa: BLE001 - a worker attends whatever happens
            self._note(name, type(error).__name__)
            return False
        finally:
            self.is_busy = False
        return True

    def _note(self, duty: str, error: str) -> None:
        """Count the error, and log it by its type, ever more seldom when it goes on."""
        self.errors[duty, error] += 1
        times = self.errors[duty, error]
        if times & (times - 1) == 0:  # 1, 2, 4, 8, …
            # The log itself may be on a full disk, or closed.
            with suppress(OSError, ValueError):
                _log.warning("not attended", duty=duty, error=error, times=times)
