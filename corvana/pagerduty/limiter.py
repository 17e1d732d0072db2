"""Respect PagerDuty's rate limits: send requests evenly, and wait when PagerDuty says so.

https://developer.pagerduty.com/docs/rest-api-rate-limits
"""

import math
from asyncio import Lock, Semaphore, sleep
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from time import monotonic
from typing import Final, NamedTuple

from corvana.metrics import limiter_wait
from corvana.pagerduty.protocol import RateLimit

OWN_LIMITS: Final[Mapping[str, int]] = {"/oncalls": 240}
"""Operations with their own limit, https://developer.pagerduty.com/api-reference/ (marked
`x-pd-operation-limit`), and the requests per minute that we send. PagerDuty does not publish the
number. We use a quarter of the general limit until a header or a 429 says otherwise."""

# The requests of any minute are those sent evenly plus those saved up while idle. Both together
# stay within the limit, at whatever second PagerDuty's own minute begins.
_EVENLY: Final = 0.985
_SAVED: Final = 0.015
_MOST_SAVED: Final = 20.0
_LONGEST_PAUSE: Final = 120.0
_SAME_MINUTE: Final = 5.0
_MINUTE: Final = 60.0


class Spent(NamedTuple):
    """What was used of a limit: seconds since its last request (None: there was none), and seconds
    for which PagerDuty asked to send nothing more."""

    sent_ago: float | None = None
    paused_for: float = 0.0


UNSPENT: Final = Spent()


class Limiter:
    """A token bucket within `requests_per_minute` and within the limits that responses tell.

    `before`: what another process has used of the same limit.
    """

    def __init__(self, requests_per_minute: int, before: Spent = UNSPENT) -> None:
        self._allowed = requests_per_minute
        self._keep_to(requests_per_minute)
        is_idle = before.sent_ago is None or before.sent_ago >= _MINUTE
        # Within a minute of each other, both may together save up only once.
        self._tokens = self._most if is_idle else 0.0
        self._refilled_at = monotonic()
        self._paused_until = self._refilled_at + min(before.paused_for, _LONGEST_PAUSE)
        self._sent = 0
        self._sent_at: float | None = None
        self._last_ticket = math.inf
        self._renewed_at = 0.0
        self._lock = Lock()

    async def wait(self) -> int:
        """Wait until the next request may be sent; return its ticket, the count so far."""
        began = monotonic()
        async with self._lock:
            while (delay := self._delay()) > 0:  # noqa: ASYNC110 - the pause may grow
                await sleep(delay)
            self._tokens -= 1.0
            self._sent += 1
            self._sent_at = monotonic()
            limiter_wait.inc(self._sent_at - began)
            return self._sent

    def pause(self, seconds: float) -> None:
        """Send nothing for `seconds`, two minutes at most."""
        until = monotonic() + min(seconds, _LONGEST_PAUSE)
        self._paused_until = max(self._paused_until, until)

    @property
    def spent(self) -> Spent:
        """What was used of the limit so far."""
        now = monotonic()
        ago = None if self._sent_at is None else now - self._sent_at
        return Spent(ago, max(self._paused_until - now, self._used_up(now), 0.0))

    def heed(self, ticket: int, told: RateLimit) -> None:
        """Follow the limit that the response to the request with this ticket tells.

        `remaining` gives the last ticket of PagerDuty's current minute, so requests already sent
        are counted. `reset` gives the instant at which this minute ends, so an old response cannot
        delay a request for longer than it said.
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
            # Responses can arrive out of order, but within a minute `remaining` only falls.
            self._last_ticket = min(self._last_ticket, last_ticket)

    def _keep_to(self, requests_per_minute: int) -> None:
        self._rate = _EVENLY * requests_per_minute / 60.0
        self._most = min(_MOST_SAVED, max(1.0, _SAVED * requests_per_minute))

    def _delay(self) -> float:
        now = monotonic()
        saved = self._tokens + (now - self._refilled_at) * self._rate
        self._tokens, self._refilled_at = min(self._most, saved), now
        until_next = (1.0 - self._tokens) / self._rate
        return max(self._paused_until - now, self._used_up(now), until_next, 0.0)

    def _used_up(self, now: float) -> float:
        """Seconds until PagerDuty's minute is over, if all of its requests are sent."""
        return self._renewed_at - now if self._sent >= self._last_ticket else 0.0


class Lane:
    """One rate limit, and the number of requests under it that may run at the same time."""

    def __init__(self, requests_per_minute: int, concurrency: int, before: Spent = UNSPENT) -> None:
        self.limiter = Limiter(requests_per_minute, before)
        self._slots = Semaphore(concurrency)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[int]:
        """Wait for a slot and a token; yield the ticket."""
        async with self._slots:
            yield await self.limiter.wait()


class Lanes:
    """The general limit, and the limits of the operations that have their own limit.

    `before`: what another process has used of the general limit.
    """

    def __init__(self, requests_per_minute: int, concurrency: int, before: Spent = UNSPENT) -> None:
        self._general = Lane(requests_per_minute, concurrency, before)
        self._own = {
            path: Lane(min(own, requests_per_minute), 1) for path, own in OWN_LIMITS.items()
        }

    @asynccontextmanager
    async def turn(self, path: str) -> AsyncIterator[Callable[[RateLimit], None]]:
        """Wait until a request to `path` may be sent; yield the function to report its response to.

        An operation with its own limit also counts towards the general limit. Its responses tell
        the limit that is closer to being reached, so they never slow other operations down.
        """
        own = self._own.get(path)
        if own is None:
            async with self._general.turn() as ticket:
                yield partial(self._general.limiter.heed, ticket)
        else:
            async with own.turn() as ticket, self._general.turn():
                yield partial(own.limiter.heed, ticket)

    @property
    def spent(self) -> Spent:
        """What was used of the general limit so far."""
        return self._general.limiter.spent

    def pause(self, path: str, seconds: float) -> None:
        """Send no request that shares this path's limit."""
        self._own.get(path, self._general).limiter.pause(seconds)
