"""Pages of a list: how far each reaches, and what they add up to.

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
    """How many rows of the list the page covers: never more than it was limited to.

    A page with fewer rows than its limit may hide rows or may just be short: going on behind the
    rows it has reads some of them again, but skips none.
    """
    rows = len(page.rows)  # type: ignore[attr-defined]
    limit = page.limit if isinstance(page, Page) else 0
    return min(rows, limit or rows, PAGE_SIZE)


def ids(page: BaseModel) -> set[str]:
    return {row.id for row in page.rows if row is not None}  # type: ignore[attr-defined]


def told_total(page: BaseModel) -> int | None:
    """How many rows the whole list has, where PagerDuty says so."""
    return page.total if isinstance(page, Page) else None


@dataclass(slots=True)
class Reading:
    """The rows of one window, each once, and whether PagerDuty gave all it has."""

    rows: dict[str, Any] = field(default_factory=dict)
    unreadable: int = 0
    repeated: int = 0
    total: int | None = None
    shrunk: bool = False
    cut_off: bool = False
    """Some page stayed empty though there was more behind it."""
    past_limit: bool = False
    """There is more behind the last row that can be asked for."""

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
        """Rows changed places between two pages, so that one may have slipped through."""
        return self.shrunk or (self._short and self.repeated > 0)

    @property
    def _short(self) -> bool:
        """Fewer different rows than PagerDuty said there are."""
        return self.total is not None and len(self.rows) + self.unreadable < self.total

    def joined(self, again: "Reading") -> "Reading":
        """The rows of both; they are complete if the second reading saw nothing move away."""
        return replace(
            again,
            rows=self.rows | again.rows,
            repeated=self.repeated + again.repeated,
            cut_off=again.cut_off or again.shrunk,
        )


async def together(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """All results in order; when one fails or the caller is cancelled, the others stop too."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
