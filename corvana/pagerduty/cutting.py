"""Cutting a span of time into windows that each hold few enough rows to be read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

SPLIT_ABOVE: Final = 9_900
"""A window with more rows is split, a page short of the row limit."""

SPLIT_INTO_ROWS: Final = 5_000
WIDEST: Final = timedelta(days=170)
"""PagerDuty refuses, or answers with nothing, a range of over six months."""

_SURELY_FITS: Final = 0.8
_KNOWN_AFTER: Final = timedelta(hours=6).total_seconds()
_FORGET: Final = 0.5

Window = tuple[datetime, datetime]


@dataclass(slots=True)
class Density:
    """Rows a second of one list, as seen so far; the newest windows count most."""

    rows: float = 0.0
    seconds: float = 0.0

    def learn(self, rows: int, since: datetime, until: datetime) -> None:
        self.rows = self.rows * _FORGET + rows
        self.seconds = self.seconds * _FORGET + (until - since).total_seconds()

    def expected(self, since: datetime, until: datetime) -> float:
        """Rows to be expected in the window; 0 while too little has been seen to tell."""
        if self.seconds < _KNOWN_AFTER:
            return 0.0
        return self.rows / self.seconds * (until - since).total_seconds()


def divisible(since: datetime, until: datetime) -> bool:
    """Whether the window is longer than the one second it can be asked for by."""
    return _seconds(since, until) > 1


def cut(since: datetime, until: datetime, count: int) -> list[Window]:
    """Cut evenly on whole seconds, oldest first (the caller takes the newest next)."""
    seconds = _seconds(since, until)
    count = max(1, min(count, seconds))
    inner = [
        (since + timedelta(seconds=seconds * n // count)).replace(microsecond=0)
        for n in range(1, count)
    ]
    return list(zip([since, *inner], [*inner, until], strict=True))


def planned(since: datetime, until: datetime, density: Density) -> list[Window]:
    """Windows that PagerDuty accepts and that probably need not be split, oldest first."""
    expected = density.expected(since, until)
    count = parts(expected) if expected > SPLIT_ABOVE * _SURELY_FITS else 1
    return cut(since, until, max(count, -((since - until) // WIDEST)))


def parts(rows: float) -> int:
    """Into how many windows so many rows are split."""
    return max(2, -int(-rows // SPLIT_INTO_ROWS))


def _seconds(since: datetime, until: datetime) -> int:
    return int((until - since).total_seconds())
