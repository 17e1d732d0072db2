"""Read dated lists window by window, newest first, page by page. No row is lost or repeated."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeVar

from pydantic import BaseModel

from corvana.errors import (
    BadRequest,
    PagerDutyError,
    ServerFault,
    TimedOut,
    TooLong,
    UnreadableBody,
    UnreadableResponse,
)
from corvana.pagerduty import cutting, paging
from corvana.pagerduty.cutting import Density, Window
from corvana.pagerduty.paging import (
    PAGE_SIZE,
    Reading,
    Room,
    goes_on,
    ids,
    past_gaps,
    reach,
    together,
    told_total,
)

_PAST_THE_LIMIT: Final = 2002
_EMPTY_TRIES: Final = 5
_SHORTEST_HEAVY: Final = timedelta(hours=1)
_UNREADABLE_IN_A_ROW: Final = 2
"""So many windows without a readable answer are left incomplete. After more, nothing that PagerDuty
answers can be read, and the run ends."""

M = TypeVar("M", bound=BaseModel)
Parameters = Mapping[str, str | int | Sequence[str]]


class Get(Protocol):
    """`corvana.pagerduty.client.Client.get`."""

    async def __call__(
        self, path: str, model: type[M], parameters: Parameters, *, divisible: bool
    ) -> M: ...


@dataclass(frozen=True, slots=True)
class Span(Generic[M]):
    """Every row of one noun in [since, until). `incomplete`: PagerDuty did not give all rows.

    `duplicates` counts the rows that PagerDuty sent twice, within the span or with the span before.
    """

    since: datetime
    until: datetime
    rows: Sequence[M]
    unreadable: int = 0
    incomplete: bool = False
    duplicates: int = 0


class Listing(NamedTuple):
    """A dated list, without its window."""

    path: str
    model: type[BaseModel]
    parameters: Parameters

    @property
    def key(self) -> str:
        return f"{self.path} {sorted(self.parameters.items())}"


class DatedLists:
    """Reads dated lists of one account, and remembers the rows per second of each list."""

    def __init__(self, get: Get) -> None:
        self._get = get
        self._densities: defaultdict[str, Density] = defaultdict(Density)

    async def spans(
        self, listing: Listing, since: datetime, until: datetime
    ) -> AsyncIterator[Span[Any]]:
        """Read the next span while the caller works on the last span.

        Raises `PagerDutyError` after the spans read before the error.
        """
        async with aclosing(self._spans(listing, since, until)) as spans:
            ahead = asyncio.ensure_future(_next(spans))
            try:
                while (span := await ahead) is not None:
                    ahead = asyncio.ensure_future(_next(spans))
                    yield span
            finally:
                ahead.cancel()
                await asyncio.gather(ahead, return_exceptions=True)

    async def _spans(
        self, listing: Listing, since: datetime, until: datetime
    ) -> AsyncGenerator[Span[Any], None]:
        density = self._densities[listing.key]
        pending = cutting.planned(since, until, density)
        newer: frozenset[str] = frozenset()
        unreadable = 0
        while pending:
            window = pending.pop()
            try:
                read = await self._window(listing, window, density)
            except (BadRequest, ServerFault, TimedOut, UnreadableResponse) as error:
                if not isinstance(error, UnreadableResponse | TimedOut) or _halvable(window):
                    pending += _halves(error, window)
                    continue
                tries = isinstance(error, UnreadableBody) and not unreadable
                found = await self._past_gaps(listing, window) if tries else None
                if found is None:
                    if (unreadable := unreadable + 1) > _UNREADABLE_IN_A_ROW:
                        raise
                    yield Span(*window, [], incomplete=True)
                    continue
                read = found
            unreadable = 0
            if isinstance(read, int):
                pending += cutting.cut(*window, read)
                continue
            yield _span(window, read, newer)
            newer = frozenset(read.rows)

    async def _window(self, listing: Listing, window: Window, density: Density) -> Reading | int:
        """The rows of the window, or the number of parts into which it must be cut first."""
        first = await self._page(listing, window, count=True)
        total = told_total(first) if density.is_told else None
        if total is not None:
            density.learn(total, *window)
            if total > cutting.SPLIT_ABOVE and cutting.divisible(*window):
                return cutting.parts(total)
        read = await self._read(listing, window, first, total or 0)
        given = len(read.rows) + read.unreadable
        if total is None:
            density.learn(given, *window)
        else:
            density.compare(total, given)
        if read.past_limit and cutting.divisible(*window):
            return cutting.parts(density.expected(*window))
        if read.moved:
            first = await self._page(listing, window, count=True)
            total = told_total(first) if density.is_told else None
            read = read.joined(await self._read(listing, window, first, total or 0))
        return read

    async def _past_gaps(self, listing: Listing, window: Window) -> Reading | None:
        """The rows of a window apart from those that cannot be read; None when none can."""
        reading, room = Reading(), Room()
        page = partial(self._page, listing, window)
        try:
            async for found in past_gaps(page):
                if found is None:
                    reading.unreadable += 1
                    reading.cut_off = True
                else:
                    reading.add(room.take(found))
        except (UnreadableBody, TooLong):
            reading.cut_off = True
        return reading if reading.rows else None

    async def _read(
        self, listing: Listing, window: Window, first: BaseModel, total: int
    ) -> Reading:
        """All pages: those within the total at the same time, later pages one by one.

        The last page gives the total again. A lower total shows that rows were removed.
        """
        room = Room()
        last = max(0, min(total, paging.ROW_LIMIT) - 1) // PAGE_SIZE * PAGE_SIZE
        slots = await together(
            [
                self._slot(listing, window, 0, total, room, page=first),
                *(
                    self._slot(listing, window, offset, total, room, count=offset == last)
                    for offset in range(PAGE_SIZE, last + 1, PAGE_SIZE)
                ),
            ]
        )
        while slots[-1].more and len(slots) * PAGE_SIZE < paging.ROW_LIMIT:
            offset = len(slots) * PAGE_SIZE
            slots.append(await self._slot(listing, window, offset, total, room))
        reading = Reading(cut_off=any(slot.cut_off for slot in slots), past_limit=slots[-1].more)
        for slot in slots:
            for page in slot.pages:
                reading.add(page)
        return reading

    async def _slot(
        self,
        listing: Listing,
        window: Window,
        offset: int,
        total: int,
        room: Room,
        *,
        page: BaseModel | None = None,
        count: bool = False,
    ) -> "_Slot":
        """The hundred rows from `offset` on, even if PagerDuty gives fewer rows per page."""
        end, position, empty = offset + PAGE_SIZE, offset, 0
        pages: list[BaseModel] = []
        seen: set[str] = set()
        while position < end:
            page = page or await self._page(listing, window, position, end - position, count=count)
            pages.append(room.take(page))
            position, more = position + reach(page), goes_on(page)
            if not more and (position >= total or reach(page) == 0):
                return _Slot(pages)
            if reach(page) > 0:
                if seen and ids(page) and ids(page) <= seen:
                    # The page before hides rows. These rows repeat because our offset overlapped.
                    pages.pop()
                    return _Slot(pages, more=more)
                seen, empty = seen | ids(page), 0
            elif total and position >= total:
                return _Slot(pages)
            elif (empty := empty + 1) > _EMPTY_TRIES:
                return _Slot(pages, cut_off=True)
            page = None
        return _Slot(pages, more=goes_on(pages[-1]))

    async def _page(
        self,
        listing: Listing,
        window: Window,
        offset: int = 0,
        limit: int = PAGE_SIZE,
        *,
        count: bool = False,
    ) -> BaseModel:
        since, until = window
        parameters: dict[str, str | int | Sequence[str]] = {
            **listing.parameters,
            "time_zone": "UTC",
            "since": since.isoformat(),
            "until": until.isoformat(),
            "limit": limit,
            "offset": offset,
        }
        if count:
            parameters["total"] = "true"
        return await self._get(listing.path, listing.model, parameters, divisible=_halvable(window))


class _Slot(NamedTuple):
    """The pages of up to 100 rows. `more`: rows follow. `cut_off`: rows between are missing."""

    pages: Sequence[BaseModel]
    more: bool = False
    cut_off: bool = False


async def _next(spans: AsyncIterator[Span[Any]]) -> Span[Any] | None:
    return await anext(spans, None)


def _halvable(window: Window) -> bool:
    """Whether half of the window can be requested instead."""
    since, until = window
    return until - since >= 2 * _SHORTEST_HEAVY


def _halves(error: PagerDutyError, window: Window) -> list[Window]:
    """The two halves of a window that was too much. Raises `error` when halves cannot help."""
    if isinstance(error, BadRequest):
        helps = error.code == _PAST_THE_LIMIT and cutting.divisible(*window)
    else:
        helps = _halvable(window)
    if not helps:
        raise error
    return cutting.cut(*window, 2)


def _span(window: Window, read: Reading, newer: frozenset[str]) -> Span[Any]:
    """The span without rows that the newer window already has, at the instant both share."""
    rows = [row for id_, row in read.rows.items() if id_ not in newer]
    duplicates = read.repeated + len(read.rows) - len(rows)
    return Span(*window, rows, read.unreadable, read.incomplete, duplicates)
