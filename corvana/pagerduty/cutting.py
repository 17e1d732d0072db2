"""Cut a span of time into windows with few enough rows to be read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from corvana.pagerduty.paging import PAGE_SIZE

SPLIT_ABOVE: Final = 9_900
"""A window with more rows is split. The number is one page below PagerDuty's row limit."""

SPLIT_INTO_ROWS: Final = 5_000
WIDEST: Final = timedelta(days=170)
"""For a range of over six months, PagerDuty returns an error or no rows."""

_MOST_PARTS: Final = 1_000
"""Of one window. A part that has too many rows is cut again."""

_MOST_LIES: Final = 3
_SURELY_FITS: Final = 0.8
_KNOWN_AFTER: Final = timedelta(hours=6).total_seconds()
_FORGET: Final = 0.5

Window = tuple[datetime, datetime]


@dataclass(slots=True)
class Density:
    """Rows per second of one list, from the windows read so far; newer windows count more."""

    rows: float = 0.0
    seconds: float = 0.0
    lies: int = 0

    @property
    def is_told(self) -> bool:
        """Whether the totals that PagerDuty tells for this list are believed."""
        return self.lies < _MOST_LIES

    def compare(self, told: int, given: int) -> None:
        """Note a total of which not even half was given. After three, none is believed: windows
        would be cut into seconds without an end."""
        if told > PAGE_SIZE and given < told / 2:
            self.lies += 1
            self.rows = self.seconds = 0.0

    def learn(self, rows: int, since: datetime, until: datetime) -> None:
        self.rows = self.rows * _FORGET + rows
        self.seconds = self.seconds * _FORGET + (until - since).total_seconds()

    def expected(self, since: datetime, until: datetime) -> float:
        """The expected number of rows in the window; 0 while too few rows are known."""
        if self.seconds < _KNOWN_AFTER:
            return 0.0
        return self.rows / self.seconds * (until - since).total_seconds()


def divisible(since: datetime, until: datetime) -> bool:
    """Whether the window is longer than one second, the shortest window PagerDuty accepts."""
    return _seconds(since, until) > 1


def cut(since: datetime, until: datetime, count: int) -> list[Window]:
    """Cut evenly at whole seconds, oldest first (the caller reads from the end)."""
    seconds = _seconds(since, until)
    count = max(1, min(count, seconds, _MOST_PARTS))
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
    """The number of windows into which a window with `rows` rows is split."""
    return max(2, -int(-rows // SPLIT_INTO_ROWS))


def _seconds(since: datetime, until: datetime) -> int:
    return int((until - since).total_seconds())
