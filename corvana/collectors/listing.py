"""Reading a list in full, or many objects one by one."""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from pydantic import BaseModel

from corvana.collectors.context import Context
from corvana.errors import TooLong
from corvana.pagerduty.client import Parameters
from corvana.pagerduty.paging import together

T = TypeVar("T")
_BATCH: Final = 200
"""The number of requests started together; an account can need tens of thousands."""


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """Rows in PagerDuty's order. `whole` is False when rows are missing or unreadable."""

    rows: list[T]
    whole: bool = True


async def read(
    context: Context, path: str, page: type[BaseModel], parameters: Parameters | None = None
) -> Listing[Any]:
    """Every row of every page of a short list. Raises `PagerDutyError`."""
    rows: list[Any] = []
    ended = True
    try:
        async for each in context.client.pages(path, page, parameters):
            rows += each.rows  # type: ignore[attr-defined]
    except TooLong:
        ended = False
    listing = readable(rows)
    return Listing(listing.rows, whole=ended and listing.whole)


def readable(rows: Iterable[T | None]) -> Listing[T]:
    """The rows that could be read. A row that could not is missing: nothing counts as deleted."""
    every = list(rows)
    found = [row for row in every if row is not None]
    return Listing(found, whole=len(found) == len(every))


async def gathered(call: Callable[[str], Coroutine[Any, Any, T]], ids: Sequence[str]) -> list[T]:
    """The results of `call` for every id, in order. The first error is raised."""
    found: list[T] = []
    for start in range(0, len(ids), _BATCH):
        found += await together(call(each) for each in ids[start : start + _BATCH])
    return found
