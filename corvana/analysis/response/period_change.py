"""Whether a period differs from the period of equal length before it.

Three numbers are compared: the time until half are done, the share done, and the incidents a week.
The change is that of the two numbers shown. Its interval comes from all weeks collected of the same
filters, because incidents of one week have much in common: whether two periods differ more than
weeks do anyway is not known from these two periods alone.

All collected time is cut into blocks of about a week, counted from the start of the period (of a
shorter period: into blocks of its own length; at most 52 before and after the two periods). By
block are counted: incidents, those done within the time until half (of both periods: the geometric
mean), and those done. `analysis.statistics.weekly_noise` says how far such counts differ and follow
each other; the period, the period before, and the time before and after both have a level each, so
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

In accounts in which nothing changes, of 17 weeks and about 60 incidents a week, a change is told in
at most 2 % where weeks do not follow each other, and in 3 to 12 % where they do (`bench_changes`).
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from corvana.analysis.response.durations import Measure, Summary, columns_of_counted
from corvana.analysis.statistics import estimates, ratios, weekly_noise
from corvana.analysis.statistics.estimates import (
    CONFIDENCE,
    ENOUGH,
    UNKNOWN,
    Estimate,
    Numbers,
)
from corvana.analysis.statistics.weekly_noise import Spread

_WEEK: Final = pd.Timedelta(days=7)
_MOST_BLOCKS: Final = 52
_FREEDOM: Final = 4
"""The least number of blocks more than levels."""
_BESIDE_HALF: Final = (0.4, 0.6)
_LEAST_DIFFERENCE: Final = 0.2
"""A smaller difference of shares tells no slope."""
_NONE: Final = 0.5
"""Stands for no incident at all in the variance of their number."""
_Z: Final = float(stats.norm.isf((1 - CONFIDENCE) / 2))


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


class Collected(NamedTuple):
    """The start and end of the period, and of all collected time."""

    start: datetime
    end: datetime
    since: datetime
    as_of: datetime


class _Blocks(NamedTuple):
    """Blocks of time: `edges` (one more than blocks), the stretch each is of (0 now, 1 before, 2
    and 3 the time before and after both), and its length in weeks."""

    edges: pd.DatetimeIndex
    stretch: Numbers
    weeks: Numbers

    @property
    def contrast(self) -> Numbers:
        """1 in the period, −1 in the period before, else 0."""
        return np.select([self.stretch == 0, self.stretch == 1], [1.0, -1.0], 0.0)

    def sums(self, values: Numbers) -> Numbers:
        """Return by block the sum of its stretch."""
        every: Numbers = np.bincount(self.stretch, values, minlength=4)[self.stretch]
        return every


def change(
    incidents: pd.DataFrame, measure: Measure, periods: Periods, collected: Collected
) -> Change:
    """Return how a period differs from the period before.

    Parameters
    ----------
    incidents
        INCIDENTS of the same filters from all collected time.
    """
    now, before = periods.now, periods.before
    fewest, most = sorted((now.n, before.n))
    if most < ENOUGH:
        return Change(UNKNOWN, UNKNOWN, UNKNOWN)
    counted = columns_of_counted(incidents, "created_at", measure)
    if not counted["created_at"].is_monotonic_increasing:
        counted = counted.sort_values("created_at")
    blocks = _blocks(collected)
    is_enough = fewest >= ENOUGH
    return Change(
        half=_half(counted, measure, periods, blocks, collected) if is_enough else UNKNOWN,
        share_done=_share(counted, measure, periods, blocks) if is_enough else UNKNOWN,
        volume=_volume(counted, periods, blocks),
    )


def _blocks(collected: Collected) -> _Blocks:
    start, end, since, as_of = (pd.Timestamp(each) for each in collected)
    length = end - start
    block, first = min(_WEEK, length), start - length
    bounds = [
        max(since, first - _MOST_BLOCKS * block),
        first,
        start,
        end,
        min(as_of, end + _MOST_BLOCKS * block),
    ]
    edges, stretches = [bounds[0]], []
    for (begin, finish), stretch in zip(pairwise(bounds), (2, 1, 0, 3), strict=True):
        number = max(round((finish - begin) / block), 1 if stretch < 2 else 0)
        if number:
            edges = [*edges[:-1], *pd.date_range(begin, finish, periods=number + 1)]
            stretches += [stretch] * number
    cut = pd.DatetimeIndex(edges).as_unit("us")
    return _Blocks(cut, np.array(stretches), np.diff(cut) / _WEEK)


def _half(
    counted: pd.DataFrame,
    measure: Measure,
    periods: Periods,
    blocks: _Blocks,
    collected: Collected,
) -> Estimate:
    value = ratios.ratio(periods.now.half, periods.before.half).value
    if np.isnan(value):
        return UNKNOWN
    within = float(np.sqrt(periods.now.half.value * periods.before.half.value))
    known = pd.Timestamp(collected.as_of).floor("s") - pd.Timedelta(seconds=round(within))
    old = counted[: int(counted["created_at"].searchsorted(known, side="right"))]
    n, done = _counts(old, blocks, (old[measure] <= within).to_numpy())
    spread, difference = _shares_compared(n, done, blocks)
    if spread is None:
        return Estimate(value, np.nan, np.nan)
    slopes = [_slope(each.curve) for each in (periods.now, periods.before)]
    beside = abs(np.log(value)) / max(abs(difference), _LEAST_DIFFERENCE)
    width = max(float(np.mean(slopes)), beside) * spread.width()
    return Estimate(value, value * np.exp(-width), value * np.exp(width))


def _share(counted: pd.DataFrame, measure: Measure, periods: Periods, blocks: _Blocks) -> Estimate:
    found = ratios.difference(
        *(estimates.share(each.n_done, each.n) for each in (periods.now, periods.before))
    )
    n, done = _counts(counted, blocks, counted[measure].notna().to_numpy())
    spread, _ = _shares_compared(n, done, blocks)
    if spread is None:
        return Estimate(found.value, np.nan, np.nan)
    times = spread.width() / (_Z * spread.by_chance)
    return Estimate(
        found.value,
        max(found.value - times * (found.value - found.low), -1.0),
        min(found.value + times * (found.high - found.value), 1.0),
    )


def _volume(counted: pd.DataFrame, periods: Periods, blocks: _Blocks) -> Estimate:
    plain = _ratio_of_rates(periods)
    if np.isnan(plain.value):
        return UNKNOWN
    n, _ = _counts(counted, blocks, np.zeros(len(counted), dtype=bool))
    part = blocks.weeks / blocks.sums(blocks.weeks)
    # A time without an incident could have had one: its number is not certain to be 0.
    level = np.maximum(blocks.sums(n), _NONE) * part
    spread = _spread(n / level, 1 / level, blocks.contrast * part, blocks.stretch, varies=True)
    if spread is None:
        return Estimate(plain.value, np.nan, np.nan)
    fewer = (spread.width() / (_Z * spread.by_chance)) ** 2
    return _ratio_of_rates(periods, fewer)


def _ratio_of_rates(periods: Periods, fewer: float = 1.0) -> Estimate:
    """The ratio of incidents a week, of which `fewer` incidents tell as much as a separate one."""
    now, before, weeks, weeks_before = periods
    return ratios.ratio_of_rates(
        estimates.rate(now.n, weeks, now.n / fewer),
        estimates.rate(before.n, weeks_before, before.n / fewer),
    )


def _counts(counted: pd.DataFrame, blocks: _Blocks, flag: Numbers) -> tuple[Numbers, Numbers]:
    """Return by block how many there are, and of how many the flag is set."""
    places = counted["created_at"].searchsorted(blocks.edges)
    flagged = np.r_[0, np.cumsum(flag)]
    return np.diff(places).astype(np.float64), np.diff(flagged[places]).astype(np.float64)


def _shares_compared(n: Numbers, done: Numbers, blocks: _Blocks) -> tuple[Spread | None, float]:
    """Return the spread of the difference of the two periods' shares, and the difference."""
    share = (done.sum() + 0.5) / (n.sum() + 1)
    has = n > 0
    chance = np.divide(share * (1 - share), n, out=np.full(len(n), np.inf), where=has)
    shares = np.divide(done, n, out=np.zeros(len(n)), where=has)
    every = blocks.sums(n)
    parts = np.divide(blocks.contrast * n, every, out=np.zeros(len(n)), where=every > 0)
    return _spread(shares, chance, parts, blocks.stretch), float(parts @ shares)


def _spread(
    values: Numbers,
    chance: Numbers,
    contrast: Numbers,
    stretch: Numbers,
    *,
    varies: bool = False,
) -> Spread | None:
    """Return the spread of a contrast of blocks; None if the blocks are too few."""
    known = np.isfinite(chance)
    levels = np.array(
        [known & (stretch == each) for each in np.unique(stretch[known])], dtype=float
    )
    if known.sum() - len(levels) < _FREEDOM or not {0, 1} <= set(stretch[known]):
        return None
    noise = weekly_noise.noise_around(values, chance, levels, varies=varies)
    found = weekly_noise.deviations(contrast[None], chance, noise)
    by_chance = float(np.sqrt((contrast[known] ** 2 * chance[known]).sum()))
    return Spread(found[0], noise.weight, by_chance)


def _slope(curve: pd.DataFrame) -> float:
    """The logarithm of time by which a curve rises from 40 to 60 %, by the share it rises."""
    seconds, shares = curve["seconds"].to_numpy(), curve["share"].to_numpy()
    low, high = (min(int(np.searchsorted(shares, each)), len(shares) - 1) for each in _BESIDE_HALF)
    if shares[high] <= shares[low]:
        return 0.0
    rise = np.log(max(seconds[high], 1.0) / max(seconds[low], 1.0))
    return float(rise / (shares[high] - shares[low]))
