"""Reading a list in full, and knowing whether it was in full."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from corvana.collectors.context import Context
from corvana.errors import TooLong
from corvana.pagerduty.client import Parameters

T = TypeVar("T")


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
