"""A token bucket: requests leave evenly, never faster than allowed, and wait when told to."""

import asyncio
import time

_BURST = 20.0


class Limiter:
    """Spends one token a request; refills with `requests_per_minute`, holds at most a burst."""

    def __init__(self, requests_per_minute: int) -> None:
        self._rate = requests_per_minute / 60.0
        self._tokens = _BURST
        self._refilled_at = time.monotonic()
        self._paused_until = 0.0
        self._lock = asyncio.Lock()

    async def wait(self) -> None:
        """Return when the next request may leave."""
        async with self._lock:
            while (delay := self._delay()) > 0:  # noqa: ASYNC110 - a pause can grow meanwhile
                await asyncio.sleep(delay)
            self._tokens -= 1.0

    def pause(self, seconds: float) -> None:
        """Let nothing leave for `seconds` (a snapshot would freeze; a deadline passes)."""
        self._paused_until = max(self._paused_until, time.monotonic() + seconds)

    def _delay(self) -> float:
        now = time.monotonic()
        self._tokens = min(_BURST, self._tokens + (now - self._refilled_at) * self._rate)
        self._refilled_at = now
        return max(self._paused_until - now, (1.0 - self._tokens) / self._rate, 0.0)
