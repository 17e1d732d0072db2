"""Publishing beside the collecting: the first data at once, then now and then, and at the end."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

_REST: Final = 4.0
"""After a publication that took a second, the next one waits this many seconds."""


class Publisher:
    """Publishes touched months in a thread, one publication at a time."""

    def __init__(self, publish: Callable[[set[str]], object], touched: set[str]) -> None:
        self._publish = publish
        self._touched = touched
        self._running: asyncio.Task[None] | None = None
        self._not_before = 0.0

    def touch(self, months: set[str]) -> None:
        """Have the months in the next publication."""
        self._touched |= months

    def ask(self) -> None:
        """Publish now if it is time; otherwise what is touched waits for the next time.

        Raises what the publication before raised.
        """
        if self._running and not self._running.done():
            return
        if self._running:
            self._running.result()
        if time.monotonic() >= self._not_before:
            self._running = asyncio.create_task(self._work())

    async def finish(self) -> None:
        """Publish whatever is left."""
        if self._running:
            await self._running
        await self._work()

    async def _work(self) -> None:
        touched, self._touched = self._touched, set()
        began = time.monotonic()
        await asyncio.to_thread(self._publish, touched)
        now = time.monotonic()
        self._not_before = now + _REST * (now - began)
