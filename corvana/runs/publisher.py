"""Publish while the run collects: first at once, later from time to time, and at the end."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

_REST: Final = 4.0
"""After a publication that took a second, the next one waits this many seconds."""


class Publisher:
    """Publishes the changed months in a thread, one publication at a time."""

    def __init__(self, publish: Callable[[set[str]], object], touched: set[str]) -> None:
        self._publish = publish
        self._touched = touched
        self._running: asyncio.Task[None] | None = None
        self._not_before = 0.0

    def touch(self, months: set[str]) -> None:
        """Add the months to the next publication."""
        self._touched |= months

    def ask(self) -> None:
        """Start a publication if it is time. Otherwise the touched months wait for the next call.

        Raises the error of the previous publication, if it failed.
        """
        if self._running and not self._running.done():
            return
        if self._running:
            self._running.result()
        if time.monotonic() >= self._not_before:
            self._running = asyncio.create_task(self._work())

    async def finish(self) -> None:
        """Wait for the running publication, then publish the remaining months."""
        if self._running:
            await self._running
        await self._work()

    async def _work(self) -> None:
        touched, self._touched = self._touched, set()
        began = time.monotonic()
        await asyncio.to_thread(self._publish, touched)
        now = time.monotonic()
        self._not_before = now + _REST * (now - began)
