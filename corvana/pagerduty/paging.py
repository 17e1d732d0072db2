"""Pages of a list: how many rows each page covers, and whether all pages together are complete.

https://developer.pagerduty.com/docs/pagination
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from corvana.errors import TooLarge, TooLong, UnreadableBody
from corvana.pagerduty.responses import Page

PAGE_SIZE: Final = 100
ROW_LIMIT: Final = 10_000
"""PagerDuty refuses `offset + limit` beyond this."""

MOST_PARTS: Final = 300_000
"""Of the rows of a list or a window that are in memory together, with all that is in them."""

_GAPS_IN_A_ROW: Final = 2

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

_PLAIN: Final = frozenset({str, int, float, bool, datetime, time, type(None)})
"""Values without parts. Asking pydantic whether a value is a model takes ten times as long."""


def goes_on(page: BaseModel) -> bool:
    return isinstance(page, Page) and page.more


def reach(page: BaseModel) -> int:
    """The number of rows of the list that the page covers, at most its limit.

    A page with fewer rows than its limit may hide rows, or it may be short. The next page starts
    after the rows that were given. This may read some rows twice, but skips none.
    """
    rows = len(page.rows)  # type: ignore[attr-defined]
    limit = page.limit if isinstance(page, Page) else 0
    return min(rows, limit or rows, PAGE_SIZE)


def ids(page: BaseModel) -> set[str]:
    return {row.id for row in page.rows if row is not None}  # type: ignore[attr-defined]


def parts(value: Any) -> int:
    """How many objects, and items of lists, a payload has at any depth."""
    if type(value) is list:
        return sum(1 if type(item) in _PLAIN else parts(item) for item in value)
    return 1 + sum(parts(each) for each in vars(value).values() if type(each) not in _PLAIN)


def told_total(page: BaseModel) -> int | None:
    """The number of rows of the whole list; None when PagerDuty does not give it."""
    return page.total if isinstance(page, Page) else None


@dataclass(slots=True)
class Room:
    """How many more parts of one list, or of one window, are taken into memory."""

    left: int = MOST_PARTS

    def take(self, page: M) -> M:
        """Return the page. Raises `TooLarge` when there is no room for it."""
        self.left -= parts(page)
        if self.left < 0:
            raise TooLarge("a list has more parts than fit into memory")
        return page


def gap(model: type[M]) -> M:
    """A page in place of one row that cannot be read."""
    return model.model_construct(rows=[None], more=True, limit=1)


@dataclass(slots=True)
class Reading:
    """The rows of one window, each once, and whether PagerDuty gave all its rows."""

    rows: dict[str, Any] = field(default_factory=dict)
    unreadable: int = 0
    repeated: int = 0
    total: int | None = None
    shrunk: bool = False
    cut_off: bool = False
    """A page stayed empty although more rows follow."""
    past_limit: bool = False
    """More rows follow after the last row that can be requested."""

    def add(self, page: BaseModel) -> None:
        self._expect(told_total(page))
        for row in page.rows:  # type: ignore[attr-defined]
            if row is None:
                self.unreadable += 1
            elif row.id in self.rows:
                self.repeated += 1
            else:
                self.rows[row.id] = row

    def _expect(self, total: int | None) -> None:
        if total is not None:
            self.shrunk = self.shrunk or (self.total is not None and total < self.total)
            self.total = total

    @property
    def incomplete(self) -> bool:
        return self.cut_off or self.past_limit or self._short

    @property
    def moved(self) -> bool:
        """Whether rows changed places between two pages, so that a row may be missing."""
        return self.shrunk or (self._short and self.repeated > 0)

    @property
    def _short(self) -> bool:
        """Whether there are fewer different rows than PagerDuty's total."""
        return self.total is not None and len(self.rows) + self.unreadable < self.total

    def joined(self, again: "Reading") -> "Reading":
        """The rows of both readings, in the order of the second. They are complete if no row moved
        in the second reading."""
        return replace(
            again,
            rows=again.rows
            | {name: row for name, row in self.rows.items() if name not in again.rows},
            repeated=self.repeated + again.repeated,
            cut_off=again.cut_off or again.shrunk,
        )


async def together(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """All results in order. When one call fails or the caller is cancelled, all calls stop."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def past_gaps(
    page: Callable[[int, int], Awaitable[M]], offset: int = 0
) -> AsyncIterator[M | None]:
    """The pages from `offset` on, of a list in which some row cannot be sent or read.

    `page(offset, limit)` requests a page. Fewer and fewer rows are requested, until the row is
    found; it is passed over, and None stands for it. Ends after the last page.

    Raises
    ------
    UnreadableBody
        Several rows one after the other could not be read, or a page stayed empty.
    TooLong
        All rows that PagerDuty gives out were yielded, but the list has more rows.
    """
    limit, gaps = 1, 0
    while offset < ROW_LIMIT:
        try:
            found = await page(offset, min(limit, ROW_LIMIT - offset))
        except UnreadableBody:
            if limit > 1:
                limit = max(1, limit // 4)
                continue
            gaps, offset = gaps + 1, offset + 1
            if gaps > _GAPS_IN_A_ROW:
                raise
            yield None
            continue
        yield found
        if not goes_on(found):
            return
        if reach(found) == 0:
            raise UnreadableBody("a page in the middle of a list is empty")
        offset, gaps, limit = offset + reach(found), 0, min(limit * 2, PAGE_SIZE)
    raise TooLong("a list is longer than PagerDuty's row limit")
