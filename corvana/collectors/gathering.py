"""Asking for many objects one by one."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final, TypeVar

from corvana.pagerduty.paging import together

T = TypeVar("T")
_BATCH: Final = 200
"""As many are begun at a time, of what can be tens of thousands."""


async def gathered(call: Callable[[str], Coroutine[Any, Any, T]], ids: Sequence[str]) -> list[T]:
    """`call` for every id, in order; the first that fails ends it."""
    answers: list[T] = []
    for start in range(0, len(ids), _BATCH):
        answers += await together(call(each) for each in ids[start : start + _BATCH])
    return answers
