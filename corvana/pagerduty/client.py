"""The only user of httpx: authorised, limited, retried GETs whose bytes become payloads at once."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Generic, Protocol, TypeVar

import httpx
from pydantic import BaseModel

from corvana.errors import BadRequest, PagerDutyError, RateLimited, Unauthorized, Unreachable
from corvana.pagerduty.limiter import Limiter
from corvana.pagerduty.payloads import User
from corvana.pagerduty.protocol import decipher, rate_limit
from corvana.pagerduty.responses import Page, UserResponse

PAGE_SIZE: Final = 100
ROW_LIMIT: Final = 10_000
"""PagerDuty refuses `offset + limit` beyond this, https://developer.pagerduty.com/docs/pagination."""

_SPLIT_ABOVE: Final = 9_900
_SPLIT_INTO_ROWS: Final = 5_000
_SHORTEST: Final = timedelta(seconds=1)
_ATTEMPTS: Final = 8
_EMPTY_ATTEMPTS: Final = 2
_TIMEOUT: Final = httpx.Timeout(60.0, connect=5.0)
_ACCEPT: Final = {"Accept": "application/vnd.pagerduty+json;version=2"}

M = TypeVar("M", bound=BaseModel)
Parameters = Mapping[str, str | int | Sequence[str]]


class Authorization(Protocol):
    """Where the client gets its token, and a new one when PagerDuty refuses it."""

    def access_token(self) -> str: ...

    def refresh(self, refused: str) -> str:
        """Return a newer token. Raises `Unauthorized` when there is none to be had."""


@dataclass(frozen=True, slots=True)
class Span(Generic[M]):
    """Every row of one noun in [since, until). `incomplete`: PagerDuty would not give them all."""

    since: datetime
    until: datetime
    rows: Sequence[M]
    unreadable: int = 0
    incomplete: bool = False


class Client:
    """Reads one PagerDuty account. Use as an async context manager."""

    def __init__(
        self,
        api_url: str,
        authorization: Authorization,
        *,
        requests_per_minute: int,
        concurrency: int,
    ) -> None:
        self._authorization = authorization
        self._limiter = Limiter(requests_per_minute)
        self._slots = asyncio.Semaphore(concurrency)
        self._refreshing = asyncio.Lock()
        self._http = httpx.AsyncClient(base_url=api_url, headers=_ACCEPT, timeout=_TIMEOUT)
        self.requests = 0

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def get(self, path: str, model: type[M], parameters: Parameters | None = None) -> M:
        """GET one resource, trying again while the error says that it can help.

        Raises
        ------
        PagerDutyError
            The answer was an error, or kept being one.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await self._authorised(path, model, parameters or {})
            except PagerDutyError as error:
                if not error.retryable or attempt == _ATTEMPTS:
                    raise
                await self._back_off(error, attempt)
        raise AssertionError  # pragma: no cover - the loop returns or raises

    async def pages(
        self, path: str, model: type[M], parameters: Parameters | None = None
    ) -> AsyncIterator[M]:
        """Every page of a short list, in order; an empty page with `more` does not end it."""
        offset, attempts = 0, 0
        while True:
            page = await self.get(
                path, model, {**(parameters or {}), "limit": PAGE_SIZE, "offset": offset}
            )
            # An empty page with more behind it is asked for again: skipped rows would be pruned.
            if _more(page) and _advance(page) == 0 and attempts < _EMPTY_ATTEMPTS:
                attempts += 1
                continue
            yield page
            offset, attempts = offset + (_advance(page) or PAGE_SIZE), 0
            if not _more(page) or offset + PAGE_SIZE > ROW_LIMIT:
                return

    async def spans(
        self,
        path: str,
        model: type[M],
        since: datetime,
        until: datetime,
        parameters: Parameters | None = None,
    ) -> AsyncIterator[Span[Any]]:
        """All rows of a dated list, newest span first, split until each fits the row limit."""
        asked = {**(parameters or {}), "limit": PAGE_SIZE, "time_zone": "UTC"}
        pending = [(since, until)]
        while pending:
            start, end = pending.pop()
            bounds = {"since": start.isoformat(), "until": end.isoformat()}
            first = await self.get(path, model, {**asked, **bounds, "offset": 0, "total": "true"})
            total = _total(first)
            if total > _SPLIT_ABOVE and end - start > _SHORTEST:
                pending.extend(_parts(start, end, -(-total // _SPLIT_INTO_ROWS)))
                continue
            rest = await self._rest(path, model, {**asked, **bounds}, first)
            pages = [page for pages in rest for page in pages]
            yield _span(start, end, pages, incomplete=total > ROW_LIMIT)

    async def _rest(
        self, path: str, model: type[M], parameters: Parameters, first: M
    ) -> list[list[M]]:
        """The pages after the first: together when the total is known, then on while more."""
        total = _total(first)
        pages = list(
            await asyncio.gather(
                self._filled(path, model, parameters, 0, total, first),
                *(
                    self._filled(path, model, parameters, offset, total)
                    for offset in range(PAGE_SIZE, min(total, ROW_LIMIT), PAGE_SIZE)
                ),
            )
        )
        while _more(pages[-1][-1]) and len(pages) * PAGE_SIZE < ROW_LIMIT:
            pages.append(await self._filled(path, model, parameters, len(pages) * PAGE_SIZE, total))
        return pages

    async def _filled(
        self,
        path: str,
        model: type[M],
        parameters: Parameters,
        offset: int,
        total: int,
        page: M | None = None,
    ) -> list[M]:
        """The hundred rows from `offset` on, however few PagerDuty hands over at a time."""
        end, pages, attempts = offset + PAGE_SIZE, [] if page is None else [page], 0
        position = offset + (_advance(page) if page else 0)
        while (not pages) or (
            position < end and (position < total or _more(pages[-1])) and attempts < _ATTEMPTS
        ):
            asked = {**parameters, "limit": end - position, "offset": position}
            page = await self.get(path, model, asked)
            attempts = attempts + 1 if _advance(page) == 0 else 0
            position += _advance(page)
            pages.append(page)
        return pages

    async def _authorised(self, path: str, model: type[M], parameters: Parameters) -> M:
        token = self._authorization.access_token()
        try:
            return await self._send(path, model, parameters, token)
        except Unauthorized:
            newer = await self._refreshed(token)
            return await self._send(path, model, parameters, newer)

    async def _refreshed(self, refused: str) -> str:
        async with self._refreshing:
            current = self._authorization.access_token()
            if current != refused:
                return current
            return await asyncio.to_thread(self._authorization.refresh, refused)

    async def _send(self, path: str, model: type[M], parameters: Parameters, token: str) -> M:
        async with self._slots:
            await self._limiter.wait()
            self.requests += 1
            try:
                response = await self._http.get(
                    path, params=parameters, headers={"Authorization": f"Bearer {token}"}
                )
            except httpx.HTTPError as error:
                # `from None`: a transport error can quote the address it failed on.
                raise Unreachable(f"no answer from PagerDuty ({type(error).__name__})") from None
        limit = rate_limit(response.headers)
        if limit.remaining == 0 and limit.reset_seconds:
            self._limiter.pause(limit.reset_seconds)
        return decipher(response.status_code, response.headers, response.content, model)

    async def _back_off(self, error: PagerDutyError, attempt: int) -> None:
        """Full jitter, doubling from half a second; a 429 waits for the reset, all requests do."""
        if isinstance(error, RateLimited):
            seconds = error.reset_seconds or min(60.0, 2.5 * 2**attempt)
            self._limiter.pause(seconds * (1 + 0.1 * random.random()))  # noqa: S311
            return
        await asyncio.sleep(random.random() * min(30.0, 0.5 * 2**attempt))  # noqa: S311


def fetch_me(api_url: str, access_token: str) -> User:
    """`GET /users/me`: the connecting person's role. Raises `PagerDutyError`."""
    try:
        response = httpx.get(
            f"{api_url}/users/me",
            headers={**_ACCEPT, "Authorization": f"Bearer {access_token}"},
            timeout=httpx.Timeout(10.0, connect=5.0),
        )
    except httpx.HTTPError as error:
        raise Unreachable(f"no answer from PagerDuty ({type(error).__name__})") from None
    return decipher(response.status_code, response.headers, response.content, UserResponse).user


def _more(page: BaseModel) -> bool:
    return isinstance(page, Page) and page.more


def _advance(page: BaseModel) -> int:
    """How far the page reaches: its own limit, which can be smaller than asked; 0 if empty."""
    rows = len(page.rows)  # type: ignore[attr-defined]
    limit = page.limit if isinstance(page, Page) else 0
    return min(limit or rows, PAGE_SIZE) if rows else 0


def _total(page: BaseModel) -> int:
    return (page.total or 0) if isinstance(page, Page) else 0


def _parts(since: datetime, until: datetime, count: int) -> list[tuple[datetime, datetime]]:
    """Split evenly on whole seconds, oldest first (the caller takes the newest next)."""
    seconds = max(1, int((until - since).total_seconds()))
    count = min(count, seconds)
    if count < 2:
        raise BadRequest("a window of one second cannot be split")
    edges = [since + timedelta(seconds=seconds * n // count) for n in range(count)]
    return list(zip(edges, [*edges[1:], until], strict=True))


def _span(
    since: datetime, until: datetime, pages: Sequence[BaseModel], *, incomplete: bool
) -> Span[Any]:
    """Join pages; the same id twice is one row (PagerDuty's lists can repeat rows)."""
    rows = [row for page in pages for row in page.rows]  # type: ignore[attr-defined]
    unique = {row.id: row for row in rows if row is not None}
    return Span(since, until, list(unique.values()), sum(row is None for row in rows), incomplete)
