"""Read an account: GETs are authorised, limited and retried, then parsed to payloads."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from corvana.errors import (
    PagerDutyError,
    RateLimited,
    ServerFault,
    TimedOut,
    TooLarge,
    TooLong,
    Unauthorized,
    UnreadableBody,
)
from corvana.pagerduty import answers
from corvana.pagerduty.answers import Answer, Limits
from corvana.pagerduty.limiter import UNSPENT, Lanes, Spent
from corvana.pagerduty.oddities import Oddity, oddities
from corvana.pagerduty.paging import (
    PAGE_SIZE,
    ROW_LIMIT,
    Room,
    gap,
    goes_on,
    past_gaps,
    reach,
)
from corvana.pagerduty.payloads import User
from corvana.pagerduty.payloads.allowlist import counting_dropped, sealing
from corvana.pagerduty.protocol import decipher, rate_limit, server_time
from corvana.pagerduty.renewal import Authorization, Renewal
from corvana.pagerduty.responses import UserResponse
from corvana.pagerduty.spans import DatedLists, Listing, Parameters, Span
from corvana.seal import NOT_SEALED, Seal

__all__ = [
    "PAGE_SIZE",
    "ROW_LIMIT",
    "Authorization",
    "Client",
    "Parameters",
    "Span",
    "fetch_me",
]

_ATTEMPTS: Final = 8
_FAULTS_BEFORE_LESS: Final = 4
_TIMEOUTS: Final = 4
_TIMEOUTS_BEFORE_LESS: Final = 2
_EMPTY_ATTEMPTS: Final = 2
_SMALLEST_PAGE: Final = 25
_MOST: Final = Limits(size=8_000_000, parts=300_000, seconds=60.0)
"""Of a page. A hundred log entries with their incidents have 0.5 MB and 20,000 parts."""

_MOST_OF_ME: Final = Limits(size=1_000_000, parts=10_000, seconds=10.0)
_ACCEPT: Final = {"Accept": "application/vnd.pagerduty+json;version=2"}

M = TypeVar("M", bound=BaseModel)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Client:
    """Reads one PagerDuty account. Use as an async context manager.

    `requests` counts the requests sent. `clock_offset` is PagerDuty's time minus ours at the last
    response, in whole seconds; None before the first response. `dropped_parts` counts the parts of
    rows that did not fit, and `oddities` what did not fit, by its shape.

    Payloads have sealed ids and names, and a path may contain sealed ids: `seal` is opened only for
    the request itself. `before` is what earlier runs have used of the rate limit.
    """

    def __init__(
        self,
        api_url: str,
        authorization: Authorization,
        *,
        requests_per_minute: int,
        concurrency: int,
        clock: Callable[[], datetime] = utc_now,
        seal: Seal = NOT_SEALED,
        before: Spent = UNSPENT,
    ) -> None:
        self._renewal = Renewal(authorization)
        self._lanes = Lanes(requests_per_minute, concurrency, before)
        self._clock = clock
        self._seal = seal
        self._http = answers.open_http(api_url, kept_alive=concurrency)
        self._page_sizes: dict[str, int] = {}
        self._dated = DatedLists(self.get)
        self.requests = 0
        self.clock_offset: timedelta | None = None
        self.dropped_parts = 0
        self.oddities: Counter[Oddity] = Counter()

    @property
    def spent(self) -> Spent:
        """What was used of the rate limit so far."""
        return self._lanes.spent

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def get(
        self,
        path: str,
        model: type[M],
        parameters: Parameters | None = None,
        *,
        divisible: bool = False,
    ) -> M:
        """GET one resource. Try again while the error says that trying again can help.

        `divisible`: the caller can ask for fewer rows, so errors of large requests get fewer
        attempts.

        Raises
        ------
        PagerDutyError
            The response was an error that trying again cannot help, or every attempt failed.
        """
        attempt = 0
        while True:
            attempt += 1
            try:
                return await self._authorised(path, model, parameters or {})
            except PagerDutyError as error:
                if not error.retryable or attempt >= _patience(error, divisible=divisible):
                    raise
                await self._back_off(path, error, attempt)

    async def pages(
        self, path: str, model: type[M], parameters: Parameters | None = None
    ) -> AsyncIterator[M]:
        """Every page of a short list, in order. An empty page with `more` does not end the list.

        When PagerDuty fails on a page, half the rows are requested, down to 25 rows.

        Raises
        ------
        TooLong
            All rows that PagerDuty gives out were yielded, but the list has more rows.
        """
        room = Room()
        async for page in self._pages(path, model, parameters or {}):
            try:
                yield room.take(page)
            except TooLarge:
                raise TooLong("a list has more parts than fit into memory") from None

    async def _pages(self, path: str, model: type[M], parameters: Parameters) -> AsyncIterator[M]:
        offset, attempts = 0, 0
        while offset < ROW_LIMIT:
            try:
                page = await self._page(path, model, parameters, offset)
            except UnreadableBody:
                async for found in self._past_gaps(path, model, parameters, offset):
                    yield found
                return
            # Request an empty page again if more pages follow: skipped rows would be pruned.
            if goes_on(page) and reach(page) == 0 and attempts < _EMPTY_ATTEMPTS:
                attempts += 1
                continue
            yield page
            if not goes_on(page):
                return
            offset, attempts = offset + (reach(page) or PAGE_SIZE), 0
        raise TooLong("a list is longer than PagerDuty's row limit")

    async def _past_gaps(
        self, path: str, model: type[M], parameters: Parameters, start: int
    ) -> AsyncIterator[M]:
        """The pages from `start` on. A row that cannot be read is a page with one None."""

        async def ask(offset: int, limit: int) -> M:
            asked = {**parameters, "offset": offset, "limit": limit}
            return await self.get(path, model, asked, divisible=True)

        async for page in past_gaps(ask, start):
            yield gap(model) if page is None else page

    async def _page(self, path: str, model: type[M], parameters: Parameters, offset: int) -> M:
        while True:
            size = self._page_sizes.get(path, PAGE_SIZE)
            asked = {**parameters, "offset": offset, "limit": min(size, ROW_LIMIT - offset)}
            try:
                return await self.get(path, model, asked, divisible=True)
            except (ServerFault, TimedOut, UnreadableBody):
                if size <= _SMALLEST_PAGE:
                    raise
                self._page_sizes[path] = size // 2

    def spans(
        self,
        path: str,
        model: type[M],
        since: datetime,
        until: datetime,
        parameters: Parameters | None = None,
    ) -> AsyncIterator[Span[Any]]:
        """All rows of a dated list, newest span first, each span within the row limit.

        Raises `PagerDutyError` after the spans read before the error.
        """
        return self._dated.spans(Listing(path, model, parameters or {}), since, until)

    async def _authorised(self, path: str, model: type[M], parameters: Parameters) -> M:
        token = self._renewal.token
        try:
            answer = await self._send(path, model, parameters, token)
        except Unauthorized:
            token = await self._renewal.after(token)
            answer = await self._send(path, model, parameters, token)
        self._renewal.accepted(token)
        return answer

    async def _send(self, path: str, model: type[M], parameters: Parameters, token: str) -> M:
        async with self._lanes.turn(path) as heed:
            self.requests += 1
            asked = self._seal.opened(path)
            answer = await answers.receive(
                self._http, "GET", asked, _MOST, params=parameters, headers=_headers(token)
            )
            heed(rate_limit(answer.headers))
        instant = server_time(answer.headers)
        if instant is not None:
            self.clock_offset = instant - self._clock()
        return self._parsed(path, answer, model)

    def _parsed(self, path: str, answer: Answer, model: type[M]) -> M:
        """The payload. What does not fit in it is counted by its shape."""
        with counting_dropped() as dropped, sealing(self._seal):
            try:
                payload = decipher(*answer, model)
            except UnreadableBody:
                self.oddities += oddities(path, answer.body, model)
                raise
        if dropped.parts or dropped.rows:
            self.dropped_parts += dropped.parts
            self.oddities += oddities(path, answer.body, model)
        return payload

    async def _back_off(self, path: str, error: PagerDutyError, attempt: int) -> None:
        """Full jitter, doubling from half a second. A 429 pauses every request under its limit."""
        if isinstance(error, RateLimited):
            told = error.reset_seconds
            seconds = min(60.0, 2.5 * 2**attempt) if told is None else max(told, 1.0)
            self._lanes.pause(path, seconds * (1 + 0.1 * random.random()))  # noqa: S311
            return
        await asyncio.sleep(random.random() * min(30.0, 0.5 * 2**attempt))  # noqa: S311


def _patience(error: PagerDutyError, *, divisible: bool) -> int:
    """The number of attempts after which this error is raised."""
    if isinstance(error, TimedOut):
        return min(_ATTEMPTS, _TIMEOUTS_BEFORE_LESS if divisible else _TIMEOUTS)
    if isinstance(error, UnreadableBody) or (isinstance(error, ServerFault) and divisible):
        return min(_ATTEMPTS, _FAULTS_BEFORE_LESS)
    return _ATTEMPTS


def _headers(token: str) -> dict[str, str]:
    return {**_ACCEPT, "Authorization": f"Bearer {token}"}


def fetch_me(api_url: str, access_token: str) -> User:
    """`GET /users/me`: the connecting person's role. Raises `PagerDutyError`."""
    answer = answers.ask("GET", f"{api_url}/users/me", _MOST_OF_ME, headers=_headers(access_token))
    return decipher(*answer, UserResponse).user
