"""Whether a period differs from the period of equal length before it, or from another period.

Three numbers are compared: the time until half are done, the share done, and the incidents a week.
The change is that of the two numbers shown. Its interval comes from all weeks collected of the same
filters, because incidents of one week have much in common: whether two periods differ more than
weeks do anyway is not known from these two periods alone.

All collected time is cut into blocks of about a week, counted from the start of the period (of a
shorter period: into blocks of its own length; at most 52 before and after the two periods). By
block are counted: incidents, those done within the time until half (of both periods: the geometric
mean), and those done. How far such counts differ and follow each other is told in *Weeks without a
change*; the period, the period before, and the time before and after both have a level each, so
that what is tested is not taken for noise.

- *Time until half.* The shares done within the time are compared. Their noise is converted into
  time by the slope of the two curves between 40 and 60 %, as in Woodruff (1952), J. Am. Stat.
  Assoc. 47, 635-646, or by the two halves themselves, whichever is wider. Incidents created so late
  that the time was not over yet take no part in the noise.
- *Share done* and *incidents a week.* The interval for independent incidents (Newcombe's; exact
  conditional), with as many fewer incidents as their noise is larger than chance.

A change is told when its interval does not hold "no change". With fewer than four blocks more than
levels, nothing is known of the noise: then there are *too few weeks to tell*, and the bounds are
missing. Not known to the blocks: maintenance windows (a block with one counts as a quiet week) and
the day of the week in periods shorter than a week.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from corvana.analysis.response.durations import Measure, Summary, columns_of_counted
from corvana.analysis.statistics import blocks, estimates, ratios
from corvana.analysis.statistics.blocks import Blocks, Collected
from corvana.analysis.statistics.estimates import ENOUGH, UNKNOWN, Estimate

_BESIDE_HALF: Final = (0.4, 0.6)
_LEAST_DIFFERENCE: Final = 0.2
"""A smaller difference of shares tells no slope."""


@dataclass(frozen=True, slots=True)
class Change:
    """Ratios of `half` and weekly rate, difference of `share_done`, against the period before.

    A change is unknown if a period has fewer than ten incidents; that of the weekly rate, if both
    have. A change with a value and no bounds: too few weeks to tell.
    """

    half: Estimate
    share_done: Estimate
    volume: Estimate


class Periods(NamedTuple):
    """A period and the one before it: their summaries, and maintenance.observed_weeks of each."""

    now: Summary
    before: Summary
    weeks: float
    weeks_before: float


def change(
    incidents: pd.DataFrame, measure: Measure, periods: Periods, collected: Collected
) -> Change:
    """Return how a period differs from the period before.

    Parameters
    ----------
    incidents
        INCIDENTS of the same filters from all collected time.
    """
    return change_in(incidents, measure, periods, blocks.blocks_of(collected), collected.as_of)


def change_in(
    incidents: pd.DataFrame, measure: Measure, periods: Periods, weekly: Blocks, as_of: datetime
) -> Change:
    """Return how two periods differ whose blocks are given, as `change` does.

    `as_of` is the end of collection; an incident created so late that it may still be acknowledged
    or resolved in time takes no part in the noise.
    """
    fewest, most = sorted((periods.now.n, periods.before.n))
    if most < ENOUGH:
        return Change(UNKNOWN, UNKNOWN, UNKNOWN)
    counted = columns_of_counted(incidents, "created_at", measure)
    if not counted["created_at"].is_monotonic_increasing:
        counted = counted.sort_values("created_at")
    known, is_enough = counted[measure].notna().to_numpy(), fewest >= ENOUGH
    at = counted["created_at"]
    n, done = weekly.totals(at, np.ones(len(at))), weekly.totals(at, known)
    return Change(
        half=_half(counted, measure, periods, weekly, as_of) if is_enough else UNKNOWN,
        share_done=blocks.difference(
            ratios.difference(*(_share(each) for each in (periods.now, periods.before))),
            blocks.of_shares(weekly, n, done)[0],
        )
        if is_enough
        else UNKNOWN,
        volume=blocks.rate_ratio(
            periods.now.n,
            periods.weeks,
            periods.before.n,
            periods.weeks_before,
            blocks.of_numbers(weekly, n),
        ),
    )


def ratio_of_times(
    value: float,
    cases: pd.DataFrame,
    weekly: Blocks,
    slope: float,
    within: float,
    least: float = _LEAST_DIFFERENCE,
) -> Estimate:
    """Return a ratio of two times by which a share is done, with its interval.

    Parameters
    ----------
    value
        The ratio.
    cases
        created_at, in order; seconds (missing: not done); weight.
    slope
        The logarithm of time by the share, around the two times: how noise of the share becomes
        noise of the time.
    within
        The time whose shares are compared, in seconds.
    least
        A smaller difference of these shares tells no slope.
    """
    is_within = (cases["seconds"] <= within).to_numpy(dtype=np.float64)
    weight = cases["weight"].to_numpy(dtype=np.float64)
    spread, difference = blocks.of_cases(weekly, cases["created_at"], is_within, weight)
    if spread is None:
        return Estimate(value, np.nan, np.nan)
    width = max(slope, abs(np.log(value)) / max(abs(difference), least)) * spread.width()
    return Estimate(value, float(value * np.exp(-width)), float(value * np.exp(width)))


def old_enough(at: pd.Series, within: float, as_of: datetime) -> int:
    """Return how many of the instants, which are in order, were so long ago that what had to happen
    within some seconds has happened or not."""
    known = pd.Timestamp(as_of).floor("s") - pd.Timedelta(seconds=round(within))
    return int(at.searchsorted(known, side="right"))


def _half(
    counted: pd.DataFrame, measure: Measure, periods: Periods, weekly: Blocks, as_of: datetime
) -> Estimate:
    value = ratios.ratio(periods.now.half, periods.before.half).value
    if np.isnan(value):
        return UNKNOWN
    within = float(np.sqrt(periods.now.half.value * periods.before.half.value))
    old = counted[: old_enough(counted["created_at"], within, as_of)]
    cases = pd.DataFrame({"created_at": old["created_at"], "seconds": old[measure], "weight": 1.0})
    slope = float(np.mean([slope_of(each.curve) for each in (periods.now, periods.before)]))
    return ratio_of_times(value, cases, weekly, slope, within)


def _share(summary: Summary) -> Estimate:
    """The share done with the interval for independent incidents."""
    return estimates.share(summary.n_done, summary.n)


def slope_of(curve: pd.DataFrame, beside: tuple[float, float] = _BESIDE_HALF) -> float:
    """Return the logarithm of time by which a curve rises between two shares (usually from 40 to
    60 %), by the share it rises."""
    if curve.empty:
        return 0.0
    seconds, shares = curve["seconds"].to_numpy(), curve["share"].to_numpy()
    low, high = (min(int(np.searchsorted(shares, each)), len(shares) - 1) for each in beside)
    if shares[high] <= shares[low]:
        return 0.0
    rise = np.log(max(seconds[high], 1.0) / max(seconds[low], 1.0))
    return float(rise / (shares[high] - shares[low]))
