"""Two times to compare, as an address names them.

`now` is the present data, an id is a baseline, and two instants with a slash between them are a
period of the present data. A baseline is compared with what came after it: until now, or until a
later baseline. A period is compared with another one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from corvana.analysis.account.selection import Filters
from corvana.errors import CorvanaError
from corvana.questions.assessment import baselines
from corvana.questions.view import View
from corvana.store.models import Baseline

NOW: Final = "now"
PATTERN: Final = r"^(now|[0-9a-f]{32}|[0-9T:+.Z-]{10,35}/[0-9T:+.Z-]{10,35})$"
SHORTEST: Final = timedelta(days=7)
"""A shorter time is not compared: days of a week differ."""

Reason = Literal["no such time", "overlap", "too short", "not later", "not collected"]


class NotComparable(CorvanaError):
    """Two times that cannot be compared. `reason` says why; `from_when` on, the later one would be
    long enough."""

    def __init__(self, reason: Reason, from_when: datetime | None = None) -> None:
        super().__init__(f"not comparable: {reason}")
        self.reason = reason
        self.from_when = from_when


@dataclass(frozen=True, slots=True)
class Side:
    """A time of a data version: of the present one, or of a baseline.

    `is_frozen` says whether it is all of the baseline; otherwise it is the time before the
    baseline's end, or a period. `incidents` are all of the data version.
    """

    start: datetime
    end: datetime
    incidents: int
    baseline: Baseline | None = None
    is_frozen: bool = False

    @property
    def name(self) -> str:
        """The name of the baseline, or empty."""
        return self.baseline.name if self.baseline else ""

    @property
    def filters(self) -> Filters:
        """The time as a selection of its data."""
        return Filters(self.start, self.end)

    def of(self, view: View) -> View:
        """Return the view of its data. Raises `NotFound` and `VersionMissing`."""
        return baselines.view_of(view, self.baseline.id) if self.baseline else view


def period_of(start: datetime, end: datetime) -> str:
    """Return a period as an address names it."""
    return f"{start.astimezone(UTC).isoformat()}/{end.astimezone(UTC).isoformat()}"


def is_period(point: str) -> bool:
    """Return whether a point is a period."""
    return "/" in point


def sides(view: View, before: str, after: str) -> tuple[Side, Side]:
    """Return the two times to compare. Raises `NotComparable`."""
    if is_period(before) != is_period(after) or before == NOW:
        raise NotComparable("no such time")
    if is_period(before):
        return _periods(view, before, after)
    earlier = _of_baseline(view, before)
    later = _present(view) if after == NOW else _of_baseline(view, after)
    if later.end <= earlier.end:
        raise NotComparable("not later")
    if later.end - earlier.end < SHORTEST:
        raise NotComparable("too short", earlier.end + SHORTEST)
    if later.start > earlier.end:
        raise NotComparable("not collected")
    return earlier, replace(later, start=earlier.end, is_frozen=False)


def comparable(view: View) -> list[Baseline]:
    """Return the baselines that can be compared with the present data, the newest first."""
    return [one for one in reversed(known(view)) if view.as_of - one.as_of >= SHORTEST]


def known(view: View) -> Sequence[Baseline]:
    """Return the baselines, the oldest data first."""
    return view.baselines.listed()


def _of_baseline(view: View, baseline_id: str) -> Side:
    one = next((each for each in known(view) if each.id == baseline_id), None)
    if one is None:
        raise NotComparable("no such time")
    return Side(one.covered_since, one.as_of, one.incidents, one, is_frozen=True)


def _present(view: View) -> Side:
    return Side(view.since, view.as_of, len(view.frame("incidents")))


def _periods(view: View, before: str, after: str) -> tuple[Side, Side]:
    spans = [_bounds(view, each) for each in (before, after)]
    (first, end), (start, last) = sorted(spans)
    if min(end - first, last - start) < SHORTEST:
        raise NotComparable("too short")
    if start < end:
        raise NotComparable("overlap")
    n = len(view.frame("incidents"))
    return Side(*spans[0], n), Side(*spans[1], n)


def _bounds(view: View, period: str) -> tuple[datetime, datetime]:
    """The bounds of a period, cut to the collected time."""
    try:
        start, end = (datetime.fromisoformat(each).astimezone(UTC) for each in period.split("/"))
    except (ValueError, OverflowError):
        raise NotComparable("no such time") from None
    start, end = max(start, view.since), min(end, view.as_of)
    if start >= end:
        raise NotComparable("not collected")
    return start, end
