"""Reading a list in full, or many objects one by one."""

from collections.abc import Callable, Coroutine, Sequence
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
    readable = [row for row in rows if row is not None]
    return Listing(readable, whole=ended and len(readable) == len(rows))


async def gathered(call: Callable[[str], Coroutine[Any, Any, T]], ids: Sequence[str]) -> list[T]:
    """The results of `call` for every id, in order. The first error is raised."""
    found: list[T] = []
    for start in range(0, len(ids), _BATCH):
        found += await together(call(each) for each in ids[start : start + _BATCH])
    return found
