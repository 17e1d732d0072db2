"""What changed for the people who are on call: how often and when they are interrupted."""

from typing import Final

import numpy as np

from corvana.analysis.assessment.changed.measure import Measure, Name
from corvana.analysis.assessment.changed.sides import Sides, in_order, weeks_of
from corvana.analysis.staffing import burden, burden_change
from corvana.analysis.staffing.burden import Totals
from corvana.analysis.statistics import blocks
from corvana.analysis.statistics.estimates import ENOUGH, UNKNOWN, Estimate

_NUMBERS: Final[tuple[tuple[Name, str], ...]] = (
    ("interruptions", "interruptions"),
    ("asleep_a_week", "asleep"),
)


def measures(sides: Sides) -> tuple[Measure, ...]:
    """Return the measures of people on call."""
    before, after = (burden.totals(each) for each in (sides.before, sides.after))
    hourly = in_order(*sides.hourly, by="at")
    change = burden_change.change_in(after, before, hourly, sides.weekly)
    first, then = (_first_level(each) for each in (before, after))
    return (
        *(_weekly(sides, name, column) for name, column in _NUMBERS),
        Measure(
            "per_hour", "an hour", "less", first[0], then[0], first[1], then[1], change.per_hour
        ),
        Measure("asleep", "share", "less", *_shares("asleep", before, after), change.asleep),
        Measure(
            "over_norm", "share", "less", *_shares("over_norm", before, after), change.over_norm
        ),
    )


def _first_level(totals: Totals) -> tuple[Estimate, int]:
    """The rate of the level that is paged first, and its interruptions."""
    if not totals.levels:
        return UNKNOWN, 0
    return totals.levels[0].per_hour, totals.levels[0].interruptions


def _shares(name: str, before: Totals, after: Totals) -> tuple[Estimate, Estimate, int, int]:
    of = "shifts" if name == "over_norm" else "interruptions"
    return (
        getattr(before, name),
        getattr(after, name),
        getattr(before, of),
        getattr(after, of),
    )


def _weekly(sides: Sides, name: Name, column: str) -> Measure:
    hourly = sides.hourly
    n, n_after = (int(each[column].sum()) for each in hourly[:2])
    weeks = [weeks_of(each) for each in (sides.before, sides.after)]
    rate, rate_after = (
        Estimate(events / length, np.nan, np.nan)
        for events, length in zip((n, n_after), weeks, strict=True)
    )
    found = Measure(name, "a week", "less", rate, rate_after, n, n_after, UNKNOWN)
    if max(n, n_after) < ENOUGH:
        return found
    every = in_order(*hourly, by="at")
    spread = blocks.of_numbers(
        sides.weekly, sides.weekly.totals(every["at"], every[column].to_numpy())
    )
    return found._replace(change=blocks.rate_ratio(n_after, weeks[1], n, weeks[0], spread))
