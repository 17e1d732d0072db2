"""Two periods, held against all blocks of weeks that were collected.

Time is cut into blocks of about a week, counted from the boundaries of the two periods (of shorter
periods: into blocks of the length of the shorter one; at most 52 before, between and after both).
The period, the one it is compared with, and the time before, between and after both have a level
each; `weekly_noise` says how far blocks differ around their levels, and so how far two periods
differ without any change. With fewer than four blocks more than levels nothing is known of that:
there are too few weeks to tell, and a change has no bounds.
"""

from datetime import datetime
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from corvana.analysis.statistics import estimates, ratios, weekly_noise
from corvana.analysis.statistics.estimates import Estimate, Numbers
from corvana.analysis.statistics.weekly_noise import Spread

_WEEK: Final = pd.Timedelta(days=7)
_MOST_BLOCKS: Final = 52
_FREEDOM: Final = 4
"""The least number of blocks more than levels."""
_NONE: Final = 0.5
"""Stands for no event at all in the variance of their number."""


Span = tuple[datetime, datetime]
"""The start and end of a time."""


class Collected(NamedTuple):
    """The start and end of a period, and of all collected time."""

    start: datetime
    end: datetime
    since: datetime
    as_of: datetime


class Blocks(NamedTuple):
    """Blocks of time: `edges` (one more than blocks), the stretch each is of (0 the period, 1 the
    one it is compared with, 2 to 4 the time before, between and after both), and its length in
    weeks."""

    edges: pd.DatetimeIndex
    stretch: Numbers
    weeks: Numbers

    @property
    def contrast(self) -> Numbers:
        """1 in the period, −1 in the one it is compared with, else 0."""
        return np.select([self.stretch == 0, self.stretch == 1], [1.0, -1.0], 0.0)

    def totals(self, at: pd.Series, values: Numbers) -> Numbers:
        """Return by block the sum of the values whose instants it holds. Instants are in order."""
        running = np.r_[0.0, np.cumsum(values)]
        found: Numbers = np.diff(running[at.searchsorted(self.edges)])
        return found

    def sums(self, values: Numbers) -> Numbers:
        """Return by block the sum of its stretch."""
        every: Numbers = np.bincount(self.stretch, values, minlength=4)[self.stretch]
        return every


def blocks_of(collected: Collected) -> Blocks:
    """Return the blocks of all collected time around a period and the one of equal length before
    it."""
    start, end, since, as_of = collected
    return blocks_between((start, end), (start - (end - start), start), since, as_of)


def blocks_between(period: Span, compared_with: Span, since: datetime, as_of: datetime) -> Blocks:
    """Return the blocks of all collected time around two periods.

    The periods may be of different lengths, apart from each other and in any order, but must not
    overlap. `since` and `as_of` bound the collected time.
    """
    utc = [
        [pd.Timestamp(each).tz_convert("UTC") for each in one] for one in (period, compared_with)
    ]
    ((first, end), one), ((start, last), other) = sorted(zip(utc, (0, 1), strict=True))
    block = min(_WEEK, end - first, last - start)
    bounds = [
        # What a period is compared with may reach further back than what is collected now.
        max(min(pd.Timestamp(since), first), first - _MOST_BLOCKS * block),
        first,
        end,
        start,
        last,
        min(max(pd.Timestamp(as_of), last), last + _MOST_BLOCKS * block),
    ]
    edges, stretches = [bounds[0]], []
    for (begin, finish), stretch in zip(pairwise(bounds), (2, one, 3, other, 4), strict=True):
        # Of the time before and after both, less than half a block is left out.
        least = 0 if stretch in {2, 4} or begin == finish else 1
        number = max(round((finish - begin) / block), least)
        if number:
            edges = [*edges[:-1], *pd.date_range(begin, finish, periods=number + 1)]
            stretches += [stretch] * number
    cut = pd.DatetimeIndex(edges).as_unit("us")
    return Blocks(cut, np.array(stretches), np.diff(cut) / _WEEK)


def of_shares(blocks: Blocks, n: Numbers, some: Numbers) -> tuple[Spread | None, float]:
    """Return the spread of the difference of the two periods' shares, and the difference.

    `some` of `n` have what is counted, by block. None: too few weeks to tell.
    """
    share = (some.sum() + 0.5) / (n.sum() + 1)
    has = n > 0
    chance = np.divide(share * (1 - share), n, out=np.full(len(n), np.inf), where=has)
    shares = np.divide(some, n, out=np.zeros(len(n)), where=has)
    every = blocks.sums(n)
    parts = np.divide(blocks.contrast * n, every, out=np.zeros(len(n)), where=every > 0)
    return _spread(blocks, shares, chance, parts), float(parts @ shares)


def of_cases(
    blocks: Blocks, at: pd.Series, happened: Numbers, weight: Numbers
) -> tuple[Spread | None, float]:
    """Return `of_shares` of weighed cases, whose instants are in order.

    Cases of different weights are worth (Σ w)² / Σ w² cases of equal weight. Source: Kish (1965),
    Survey Sampling, section 11.7.
    """
    squares, n, some = (blocks.totals(at, each) for each in (weight**2, weight, weight * happened))
    worth = np.divide(n**2, squares, out=np.zeros_like(n), where=squares > 0)
    share = np.divide(some, n, out=np.zeros_like(n), where=n > 0)
    return of_shares(blocks, worth, worth * share)


def of_numbers(blocks: Blocks, n: Numbers) -> Spread | None:
    """Return the spread of the logarithm of the ratio of the two periods' numbers; None: too few
    weeks to tell."""
    part = blocks.weeks / blocks.sums(blocks.weeks)
    # A time without an event could have had one: its number is not certain to be 0.
    level = np.maximum(blocks.sums(n), _NONE) * part
    return _spread(blocks, n / level, 1 / level, blocks.contrast * part, varies=True)


def difference(found: Estimate, spread: Spread | None) -> Estimate:
    """Return a difference of two shares with bounds as many times as far away as their noise is
    larger than chance. `found` has the bounds for independent events."""
    if spread is None or np.isnan(found.value):
        return Estimate(found.value, np.nan, np.nan)
    times = spread.times_chance
    return Estimate(
        found.value,
        max(found.value - times * (found.value - found.low), -1.0),
        min(found.value + times * (found.high - found.value), 1.0),
    )


def rate_ratio(
    events: int,
    exposure: float,
    events_before: int,
    exposure_before: float,
    spread: Spread | None,
) -> Estimate:
    """Return the ratio of two rates with the exact conditional interval of as many times fewer
    events as the variance of their numbers is larger than chance."""
    one, other = estimates.rate(events, exposure), estimates.rate(events_before, exposure_before)
    value = ratios.ratio_of_rates(one, other).value
    if spread is None or np.isnan(value):
        return Estimate(value, np.nan, np.nan)
    fewer = spread.times_chance**2
    if max(events, events_before) < fewer:
        # Not worth a single separate event: there is nothing to compare.
        return Estimate(value, np.nan, np.nan)
    return ratios.ratio_of_rates(
        one._replace(effective_n=events / fewer), other._replace(effective_n=events_before / fewer)
    )


def _spread(
    blocks: Blocks, values: Numbers, chance: Numbers, contrast: Numbers, *, varies: bool = False
) -> Spread | None:
    """Return the spread of a contrast of blocks; None if the blocks are too few."""
    known, stretch = np.isfinite(chance), blocks.stretch
    levels = [known & (stretch == each) for each in np.unique(stretch[known])]
    if known.sum() - len(levels) < _FREEDOM or not {0, 1} <= set(stretch[known]):
        return None
    noise = weekly_noise.noise_around(values, chance, np.array(levels, dtype=float), varies=varies)
    (deviation,) = weekly_noise.deviations(contrast[None], chance, noise)
    by_chance = float(np.sqrt((contrast[known] ** 2 * chance[known]).sum()))
    return Spread(deviation, noise.weight, by_chance)
