"""A measure before and after a date, against similar places that nobody touched.

Cases (incidents, acknowledgements, failures, or days) have a value each: the logarithm of a time,
or 1 and 0. Whole weeks are counted from the date in both directions, 26 at most on either side; the
day itself belongs to neither. The change is the mean of the cases after the date minus the mean of
those before it.

*Against others* (difference in differences; Card & Krueger (1994), Am. Econ. Rev. 84, 772-793): the
same weeks of similar places that nobody touched have a common course. It is fitted with a level for
each place, so that a busy week of a slow place does not look like a slow week. It is taken from the
weeks of the place in question, so that what the whole account has in common (a holiday, a busy
month) counts for nothing. At least three such places are needed, with ten cases each; otherwise
only before and after are compared.

*The interval* rests on how far weeks differ and follow each other without any change
(`weekly_noise`), around the level before and the level after. The weeks of the others, without
their common course, tell of that too: together as much as three places. The variance of a week by
chance is that of its effective number of cases, because cases of one storm are alike
(`dependence`). Weeks after the date are taken to be as noisy as those before it. On either side
three whole weeks and three cases are needed, and together ten cases and six weeks that have one.

*The smallest change that could have shown* has 80 % power: the half width of the interval, and 0.84
standard deviations (Bloom (1995), Evaluation Review 19, 547-556). For weeks to come, the usual week
of this place stands for each of them.

Limits: a place that was chosen because it was worst by chance gets better by itself; a place counts
as a finding only where chance does not explain it, and `benchmarks/bench_did_it_help.py` measures
what is left of that. Something else may have changed on the same day.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from corvana.analysis.statistics import weekly_cases, weekly_noise
from corvana.analysis.statistics.estimates import ENOUGH, UNKNOWN, Estimate, Numbers
from corvana.analysis.statistics.weekly_cases import Around, Flags, Weeks
from corvana.analysis.statistics.weekly_noise import Noise, Spread

LEAST_WEEKS: Final = 3
"""The least number of whole weeks on either side."""
LEAST_CASES: Final = 3
"""The least number of cases on either side; together they have to be ten."""
ENOUGH_PLACES: Final = 3
"""The least number of places that nobody touched."""
HORIZON: Final = 52
"""The most weeks ahead in which a change is said to show."""
_ENOUGH_WEEKS: Final = 6
_WORTH: Final = 3.0
"""So many places the others tell as much as, of how weeks differ."""
_TELLING: Final = 40
"""So many of the others, those with most cases, tell how weeks differ."""
_CASE: Final = ["at", "value", "storm"]
_POWER: Final = float(stats.norm.ppf(0.80))


class Change(NamedTuple):
    """A mean before and after a date.

    `n_before`, `n_after`: cases. `before`, `after`: means. `alone`: after − before. `places`: how
    many others nobody touched (0: too few); `elsewhere`: their change in the same weeks (else NaN).
    `against`: `alone` without what the others had as well; without others it is `alone`. Intervals
    are 95 %; with too few weeks they have no bounds. `detectable`: the smallest difference that
    this many weeks show (else NaN). `weeks_needed`: how many whole weeks after the date would show
    the fall asked for; more than `HORIZON`: a year would not; None: too few weeks to say.
    """

    n_before: int
    n_after: int
    before: float
    after: float
    alone: Estimate
    places: int
    elsewhere: float
    against: Estimate
    detectable: float
    weeks_needed: int | None


class _Compared(NamedTuple):
    """`weeks` of the place; `series`: without the `course` of the others, if there are enough;
    `places`: how many others there are; `rest`: the weeks of those with most cases, without their
    course."""

    weeks: Weeks
    series: Weeks
    course: Weeks | None = None
    places: int = 0
    rest: Sequence[Weeks] = ()


def change(
    own: pd.DataFrame, others: pd.DataFrame, around: Around, *, is_share: bool, fall: float
) -> Change:
    """Return how the mean of a place changed at a date.

    Parameters
    ----------
    own, others
        One row a case, in any order: `at` (UTC), `value`, `storm` (of INCIDENTS, 0: alone); of
        `others` also `place`.
    is_share
        Values are 0 to 1, and their variance is that of a share.
    fall
        The share by which a time or a share is lower, of which `weeks_needed` is told.
    """
    is_after = around.is_after
    found = _beside(own, others, around, is_share=is_share)
    weeks, course = found.weeks, found.course
    before, after = (_mean(weeks, side) for side in (~is_after, is_after))
    contrast = _contrast(weeks, is_after)
    noise = _noise(found.series, is_after, found.rest)
    n_before, n_after = (int(weeks.n[side].sum()) for side in (~is_after, is_after))
    is_enough = min(n_before, n_after) >= LEAST_CASES and n_before + n_after >= ENOUGH
    against, detectable = _judged(found.series, contrast, is_after, noise if is_enough else None)
    alone = against
    if course is not None and is_enough:
        alone, _ = _judged(weeks, contrast, is_after, _noise(weeks, is_after, ()))
    return Change(
        n_before=n_before,
        n_after=n_after,
        before=before,
        after=after,
        alone=alone,
        places=found.places,
        elsewhere=np.nan if course is None else float(contrast @ course.means),
        against=against,
        detectable=detectable,
        weeks_needed=_weeks_needed(
            found, is_after, noise, fall * before if is_share else -np.log1p(-fall)
        ),
    )


def _beside(
    own: pd.DataFrame, others: pd.DataFrame, around: Around, *, is_share: bool
) -> _Compared:
    """Return the weeks of a place, and without what the others had as well."""
    weeks = weekly_cases.of_place(
        weekly_cases.numbered(own[_CASE], around), around, is_share=is_share
    )
    # Numbers are grouped faster than texts.
    numbers, _ = pd.factorize(others["place"], sort=True)
    cases = weekly_cases.numbered(others[_CASE].assign(place=numbers), around)
    sizes = np.bincount(cases["place"], minlength=1)
    kept = cases[sizes[cases["place"]] >= ENOUGH]
    places = int((sizes >= ENOUGH).sum())
    if places < ENOUGH_PLACES:
        return _Compared(weeks, weeks)
    course = weekly_cases.in_common(kept, around, is_share=is_share)
    both = np.isfinite(weeks.variances) & np.isfinite(course.variances)
    telling = np.sort(np.argsort(-sizes, kind="stable")[: min(places, _TELLING)])
    rest = [
        weekly_cases.of_place(kept[kept["place"].eq(each)], around, is_share=is_share).minus(course)
        for each in telling
    ]
    weeks = weeks.only(both)
    return _Compared(weeks, weeks.minus(course).only(both), course, places, rest)


def _judged(
    series: Weeks, contrast: Numbers, is_after: Flags, noise: Noise | None
) -> tuple[Estimate, float]:
    """Return the change of a series with its interval, and the smallest that it could show."""
    if not ((contrast > 0).any() and (contrast < 0).any()):
        return UNKNOWN, np.nan
    value = float(contrast @ series.means)
    if noise is None or min(is_after.sum(), (~is_after).sum()) < LEAST_WEEKS:
        return Estimate(value, np.nan, np.nan), np.nan
    (deviation,) = weekly_noise.deviations(contrast[None], series.variances, noise)
    spread = Spread(deviation, noise.weight, np.nan, series.freedom)
    width = spread.width()
    return Estimate(value, value - width, value + width), _detectable(spread)


def _weeks_needed(
    found: _Compared, is_after: Flags, noise: Noise | None, asked: float
) -> int | None:
    """Return how many whole weeks after the date would show a difference."""
    series, before = found.series, found.weeks.n[~is_after]
    if noise is None or not before.any():
        return None
    usual = 1 / (1 / series.variances).mean()
    variances = np.r_[series.variances[~is_after], np.full(HORIZON, usual)]
    ahead = np.tril(np.ones((HORIZON, HORIZON))) / np.arange(1, HORIZON + 1)[:, None]
    past = np.tile(-before / before.sum(), (HORIZON, 1))
    deviations = weekly_noise.deviations(np.hstack([past, ahead]), variances, noise)

    def is_shown(number: int) -> bool:
        spread = Spread(deviations[number - 1], noise.weight, np.nan, series.freedom)
        return spread.is_within(asked - _POWER * spread.typical)

    numbers = range(LEAST_WEEKS, HORIZON + 1)
    return LEAST_WEEKS + bisect_left(numbers, True, key=is_shown)


def _noise(series: Weeks, is_after: Flags, rest: Sequence[Weeks]) -> Noise | None:
    """Return the noise around the level before and the one after; None: too few weeks."""
    if not _tells(series):
        return None
    others = [each for each in rest if _tells(each)]
    known = [series, *others]
    scale = weekly_noise.scale_of(
        np.array([each.means for each in known]), np.array([each.variances for each in known])
    )
    noise = weekly_noise.every_noise(scale)
    likely = [_likelihood(each, is_after, noise) for each in known]
    each_of_rest = min(_WORTH / max(len(others), 1), 1.0)
    return weekly_noise.weighed(noise, likely[0] + each_of_rest * np.sum(likely[1:], axis=0))


def _tells(series: Weeks) -> bool:
    """Whether there are weeks enough to know how weeks differ."""
    return bool(np.isfinite(series.variances).sum() >= _ENOUGH_WEEKS)


def _likelihood(series: Weeks, is_after: Flags, noise: Noise) -> Numbers:
    """Return the logarithm of the likelihood of each combination of noise."""
    known = np.isfinite(series.variances)
    sides = [side for side in (~is_after, is_after) if (side & known).any()]
    columns = np.vstack([np.where(known, series.means, 0.0), *sides]).astype(np.float64)
    found = weekly_noise.products(columns, series.variances, noise)
    return weekly_noise.without_levels(found, len(sides))[1]


def _detectable(spread: Spread) -> float:
    return spread.width() + _POWER * spread.typical


def _contrast(weeks: Weeks, is_after: Flags) -> Numbers:
    """Return the weights by which weekly means add up to after − before."""
    after, before = (np.where(side, weeks.n, 0.0) for side in (is_after, ~is_after))
    found: Numbers = after / max(after.sum(), 1.0) - before / max(before.sum(), 1.0)
    return found


def _mean(weeks: Weeks, side: Flags) -> float:
    n = weeks.n[side]
    return float(n @ weeks.means[side] / n.sum()) if n.any() else np.nan
