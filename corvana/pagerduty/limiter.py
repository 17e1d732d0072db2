"""PagerDuty's rate limits, kept from our side: requests leave evenly and wait when told to.

https://developer.pagerduty.com/docs/rest-api-rate-limits
"""

import math
from asyncio import Lock, Semaphore, sleep
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from time import monotonic
from typing import Final

from corvana.pagerduty.protocol import RateLimit

OWN_LIMITS: Final[Mapping[str, int]] = {"/oncalls": 240}
"""Operations with a limit of their own, https://developer.pagerduty.com/api-reference/ (marked
`x-pd-operation-limit`), and the requests per minute we allow ourselves: the number is not
published, so it is a quarter of the general limit until a header or a 429 says otherwise."""

# Together they are the limit in any minute, wherever PagerDuty's own begins: what leaves evenly,
# and what can be saved up while nothing is asked for.
_EVENLY: Final = 0.985
_SAVED: Final = 0.015
_MOST_SAVED: Final = 20.0
_LONGEST_PAUSE: Final = 120.0
_SAME_MINUTE: Final = 5.0


class Limiter:
    """A token bucket that never exceeds `requests_per_minute` nor what the answers tell."""

    def __init__(self, requests_per_minute: int) -> None:
        self._allowed = requests_per_minute
        self._keep_to(requests_per_minute)
        self._tokens = self._most
        self._refilled_at = monotonic()
        self._paused_until = 0.0
        self._sent = 0
        self._last_ticket = math.inf
        self._renewed_at = 0.0
        self._lock = Lock()

    async def wait(self) -> int:
        """Return when the next request may leave, with its ticket: how many have left by then."""
        async with self._lock:
            while (delay := self._delay()) > 0:  # noqa: ASYNC110 - a pause can grow meanwhile
                await sleep(delay)
            self._tokens -= 1.0
            self._sent += 1
            return self._sent

    def pause(self, seconds: float) -> None:
        """Let nothing leave for `seconds`, two minutes at most."""
        until = monotonic() + min(seconds, _LONGEST_PAUSE)
        self._paused_until = max(self._paused_until, until)

    def heed(self, ticket: int, told: RateLimit) -> None:
        """Follow what the answer to the request with this ticket says of the limit.

        `remaining` becomes the last ticket of PagerDuty's current minute, `reset` the instant at
        which that stops to matter: requests already under way are counted, and an old answer
        cannot hold anybody up for longer than it said.
        """
        if told.limit:
            self._keep_to(min(self._allowed, told.limit))
        if told.remaining is None or told.reset_seconds is None:
            return
        now = monotonic()
        renewed_at = now + min(told.reset_seconds, _LONGEST_PAUSE)
        last_ticket = ticket + told.remaining
        if now >= self._renewed_at or renewed_at > self._renewed_at + _SAME_MINUTE:
            self._last_ticket, self._renewed_at = last_ticket, renewed_at
        elif renewed_at > self._renewed_at - _SAME_MINUTE:
            # Answers overtake each other, but within a minute `remaining` only falls.
            self._last_ticket = min(self._last_ticket, last_ticket)

    def _keep_to(self, requests_per_minute: int) -> None:
        self._rate = _EVENLY * requests_per_minute / 60.0
        self._most = min(_MOST_SAVED, max(1.0, _SAVED * requests_per_minute))

    def _delay(self) -> float:
        now = monotonic()
        saved = self._tokens + (now - self._refilled_at) * self._rate
        self._tokens, self._refilled_at = min(self._most, saved), now
        used_up = self._renewed_at - now if self._sent >= self._last_ticket else 0.0
        return max(self._paused_until - now, used_up, (1.0 - self._tokens) / self._rate, 0.0)


class Lane:
    """One limit, and how many requests may be under way in it."""

    def __init__(self, requests_per_minute: int, concurrency: int) -> None:
        self.limiter = Limiter(requests_per_minute)
        self._slots = Semaphore(concurrency)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[int]:
        """Wait for a slot and a token; gives the ticket."""
        async with self._slots:
            yield await self.limiter.wait()


class Lanes:
    """The general limit, and those of the operations that have one of their own."""

    def __init__(self, requests_per_minute: int, concurrency: int) -> None:
        self._general = Lane(requests_per_minute, concurrency)
        self._own = {
            path: Lane(min(own, requests_per_minute), 1) for path, own in OWN_LIMITS.items()
        }

    @asynccontextmanager
    async def turn(self, path: str) -> AsyncIterator[Callable[[RateLimit], None]]:
        """Wait until a request to `path` may leave; gives whom to tell what its answer says.

        An operation with its own limit counts towards the general one too, but its answers tell of
        whichever is closer to being reached: they never slow the others down.
        """
        own = self._own.get(path)
        if own is None:
            async with self._general.turn() as ticket:
                yield partial(self._general.limiter.heed, ticket)
        else:
            async with own.turn() as ticket, self._general.turn():
                yield partial(own.limiter.heed, ticket)

    def pause(self, path: str, seconds: float) -> None:
        """Let nothing leave that shares this path's limit."""
        self._own.get(path, self._general).limiter.pause(seconds)
