"""When this web process was last used by a person, so that it is replaced while nobody does."""

import time
from collections.abc import Callable
from typing import Final


class LastUse:
    """When somebody last clicked, typed or asked for a file. `clock` tells seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at = clock()

    def note(self) -> None:
        """Somebody uses this process now."""
        self._at = self._clock()

    def ago(self) -> float:
        """Seconds since the last use, at first since the start."""
        return self._clock() - self._at


last_use: Final = LastUse()
"""Of this process."""
