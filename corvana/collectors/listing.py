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
"""As many are begun at a time, of what can be tens of thousands."""


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """What PagerDuty listed, in its order. Not `whole`: some could not be had, or not be read."""

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
    """`call` for every id, in order; the first that fails ends it."""
    found: list[T] = []
    for start in range(0, len(ids), _BATCH):
        found += await together(call(each) for each in ids[start : start + _BATCH])
    return found
