"""Pages of a list: how many rows each page covers, and whether all pages together are complete.

https://developer.pagerduty.com/docs/pagination
"""

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from corvana.pagerduty.responses import Page

PAGE_SIZE: Final = 100
ROW_LIMIT: Final = 10_000
"""PagerDuty refuses `offset + limit` beyond this."""

T = TypeVar("T")


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


def told_total(page: BaseModel) -> int | None:
    """The number of rows of the whole list; None when PagerDuty does not give it."""
    return page.total if isinstance(page, Page) else None


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
