"""Lasting changes of a weekly series: the best single split, and several splits.

The value of a week is a mean with a weight; its logarithm or score is nearly normal. For the noise
see `weekly_noise`, for the tests and their sources `analysis.response.changes`.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from scipy import optimize, special, stats

from corvana.analysis.statistics import possible_changes, weekly_noise
from corvana.analysis.statistics.estimates import CONFIDENCE, Numbers
from corvana.analysis.statistics.possible_changes import Candidates, p_of_best
from corvana.analysis.statistics.weekly_noise import Noise, Spread

FALSE_ALARM: Final = 1 - CONFIDENCE
"""The probability of a false alarm in a series without a change."""
POWER: Final = 0.80
"""The power: the probability of detecting a change of the detectable size."""
_TELLING: Final = 40
"""So many subjects, those with the most weight, tell the noise of all."""
_UNLIKELY: Final = 1e-4
"""Combinations of noise that together have less weight are left out."""
_SURE: Final = 1e-9
_ROOM: Final = 2_000_000  # numbers held at once


class Series(NamedTuple):
    """Weekly values of subjects, arrays (subjects, weeks): `means` of `weights`.

    By subject: `own`, the variance by chance of a mean of weight 1 (NaN: not known), with `freedom`
    degrees of freedom, and `doubling`, the difference that a doubling makes. `least` is the least
    weight on either side of a change.
    """

    weights: Numbers
    means: Numbers
    own: Numbers
    freedom: Numbers
    doubling: Numbers
    least: float

    @property
    def variances(self) -> Numbers:
        """The variance of each week by chance; infinite for a week without a value."""
        own = np.where(self.own > 0, self.own, np.nan)[:, None]
        has = (self.weights > 0) & ~np.isnan(own)
        found: Numbers = np.full(self.weights.shape, np.inf)
        return np.divide(own, self.weights, out=found, where=has)

    def of(self, subject: int) -> "Series":
        """Return the series of one subject."""
        return Series(
            self.weights[[subject]],
            self.means[[subject]],
            self.own[[subject]],
            self.freedom[[subject]],
            self.doubling[[subject]],
            self.least,
        )


class Split(NamedTuple):
    """By subject: the week with which the best split begins (−1: none), and its p-value as the best
    of all places (one-sided: as the best of all rises)."""

    place: Numbers
    p_value: Numbers


class _Fitted(NamedTuple):
    """What levels leave, by combination of noise: `left`, the products of the values and of a step
    at each week and after the last; `likely`, the logarithm of the likelihood without a change."""

    left: Numbers
    likely: Numbers


class _Scores(NamedTuple):
    """How well changes explain the weeks under each combination of noise: arrays (combinations,
    candidates). The change is `cross` / `own`, its variance 1 / `own`; `likely` is the logarithm of
    the likelihood without a change, by combination."""

    cross: Numbers
    own: Numbers
    likely: Numbers


def shared_noise(series: Series) -> Noise:
    """Return the noise that all subjects have in common, one change in each of them allowed for.

    The likelihood of a combination is averaged over all places of a change, so that neither a
    change nor the choice of its place makes weeks look less noisy than they are.
    """
    noise = _every_noise(series)
    known = np.flatnonzero(np.isfinite(series.variances).any(axis=1))
    heavy = known[np.argsort(-series.weights[known].sum(axis=1), kind="stable")[:_TELLING]]
    likely = [
        _likelihood(_scores(_fitted(one, noise, _whole(one)), _places(one)), one)
        for one in map(series.of, heavy)
    ]
    return weekly_noise.weighed(noise, np.sum(likely, axis=0)) if likely else noise


def best_split(series: Series, noise: Noise, *, one_sided: bool = False) -> Split:
    """Return each subject's split that noise explains least; one-sided: of the rises."""
    likely = _likely(noise)
    chosen = Noise(*(each[likely] for each in noise))
    found = [
        _best(one, chosen, one_sided=one_sided)
        for one in map(series.of, range(len(series.weights)))
    ]
    place, p_value = zip(*found, strict=True) if found else ((), ())
    return Split(np.array(place, dtype=np.int64), np.array(p_value, dtype=np.float64))


def change_points(series: Series) -> tuple[list[int], Noise]:
    """Return 0, the weeks at which the level changes, and the number of weeks; and the noise.

    `series` has one subject. Changes are sought one after the other; where no single change is
    found, a stretch that differs from the weeks before and after it is sought. Neighbouring levels
    all differ by more than the interval of their difference.
    """
    bounds, noise = _whole(series), shared_noise(series)
    while more := _one_more(series, bounds):
        bounds, noise = more
    return list(dict.fromkeys(bounds)), noise


def comparison(series: Series, noise: Noise, weeks: slice, before: slice | None = None) -> Spread:
    """Return the spread of the mean of some weeks, or of its difference to that of weeks before.

    `series` has one subject.
    """
    contrast = _part(series, weeks)
    if before is not None:
        contrast = contrast - _part(series, before)
    deviation = weekly_noise.deviations(contrast[None], series.variances[0], noise)[0]
    chance = np.where(contrast != 0, series.variances[0], 0.0)
    by_chance = float(np.sqrt((contrast**2 * chance).sum()))
    return Spread(deviation, noise.weight, by_chance, float(series.freedom[0]))


def mean(series: Series, weeks: slice) -> float:
    """Return the weighted mean of some weeks of the one subject."""
    return float(_part(series, weeks) @ series.means[0])


def detectable(series: Series, noise: Noise) -> float:
    """Return the smallest difference that would show if it came in the middle of the weeks.

    NaN without a possible place. `series` has one subject.
    """
    places = _places(series)
    if not places.first.size:
        return np.nan
    past = np.cumsum(series.weights[0])[places.first - 1] / series.weights[0].sum()
    scores = _scores(_fitted(series, noise, _whole(series)), places)
    own = scores.own[:, np.abs(past - 0.5).argmin()]
    spread = Spread(1 / np.sqrt(own), noise.weight, np.nan, float(series.freedom[0]))

    def surplus(difference: float) -> float:
        return p_of_best(spread.p_value(difference), places) - FALSE_ALARM

    least = float(optimize.brentq(surplus, 0.0, spread.width(_SURE)))
    return least + spread.typical * float(stats.norm.ppf(POWER))


def _one_more(series: Series, bounds: list[int]) -> tuple[list[int], Noise] | None:
    """Return the bounds with a change more, or with both ends of a stretch that differs, and the
    noise around them; None if noise explains the weeks."""
    noise = _every_noise(series)
    fitted = _fitted(series, noise, bounds)
    for possible in (possible_changes.places, possible_changes.stretches):
        candidates = possible(series.weights[0], bounds, _least(series))
        if not candidates.first.size:
            continue
        scores = _scores(fitted, candidates)
        around = weekly_noise.weighed(noise, _likelihood(scores, series))
        p, _ = _p_values(scores, around, series)
        best = int(p.argmin())
        more = sorted({*bounds, int(candidates.first[best]), int(candidates.end[best])})
        if p_of_best(p[best], candidates) <= FALSE_ALARM and _all_differ(series, around, more):
            return more, around
    return None


def _all_differ(series: Series, noise: Noise, bounds: Sequence[int]) -> bool:
    """Whether no interval of a difference between neighbouring levels holds "no change"."""
    levels = [slice(begin, end) for begin, end in pairwise(bounds)]
    return all(
        abs(mean(series, level) - mean(series, before))
        > comparison(series, noise, level, before).width()
        for before, level in pairwise(levels)
    )


def _best(series: Series, noise: Noise, *, one_sided: bool) -> tuple[int, float]:
    places = _places(series)
    if not places.first.size:
        return -1, np.nan
    scores = _scores(_fitted(series, noise, _whole(series)), places)
    p, is_rise = _p_values(scores, noise, series)
    if not one_sided:
        best = int(p.argmin())
        return int(places.first[best]), p_of_best(p[best], places)
    if not is_rise.any():
        # The least fall: nothing has risen.
        best = int(p.argmax())
        return int(places.first[best]), 1 - float(p[best]) / 2
    best = int(np.where(is_rise, p, np.inf).argmin())
    return int(places.first[best]), p_of_best(p[best], places) / 2


def _p_values(scores: _Scores, noise: Noise, series: Series) -> tuple[Numbers, Numbers]:
    """Return the two-sided p-value of each candidate alone, and whether it is a rise."""
    likely = _likely(noise)
    cross, own = scores.cross[likely], scores.own[likely]
    weight = noise.weight[likely] / noise.weight[likely].sum()
    change = np.divide(cross, own, out=np.zeros_like(own), where=own > 0)
    with np.errstate(divide="ignore"):
        deviation = 1 / np.sqrt(own)
    spread = Spread(deviation.T, weight, np.nan, float(series.freedom[0]))
    return weekly_noise.two_sided(change.T, spread), weight @ change > 0


def _fitted(series: Series, noise: Noise, bounds: Sequence[int]) -> _Fitted:
    """Return what the levels between `bounds` leave of the series and of its possible changes."""
    n_weeks = series.weights.shape[1]
    steps = np.arange(n_weeks) >= np.arange(n_weeks + 1)[:, None]
    levels = np.array([steps[begin] & ~steps[until] for begin, until in pairwise(bounds)])
    variances = series.variances[0]
    has = np.isfinite(variances)
    seen = levels[(levels & has).any(axis=1)]
    values = np.where(has, series.means[0], 0.0)
    columns = np.vstack([values, steps, seen]).astype(np.float64)
    n = noise.memory.size
    fitted = _Fitted(np.empty((n, n_weeks + 2, n_weeks + 2)), np.empty(n))
    # Years of weeks under all combinations at once would take much room.
    at_once = max(_ROOM // max(columns.size, 1), 1)
    for begin in range(0, n, at_once):
        some = slice(begin, begin + at_once)
        found = weekly_noise.products(columns, variances, Noise(*(each[some] for each in noise)))
        fitted.left[some], fitted.likely[some] = weekly_noise.without_levels(found, len(seen))
    return fitted


def _scores(fitted: _Fitted, candidates: Candidates) -> _Scores:
    left, first, end = fitted.left, candidates.first + 1, candidates.end + 1
    cross = left[:, 0, first] - left[:, 0, end]
    own = left[:, first, first] + left[:, end, end] - 2 * left[:, first, end]
    return _Scores(cross, np.maximum(own, 0.0), fitted.likely)


def _likelihood(scores: _Scores, series: Series) -> Numbers:
    """Return the logarithm of the likelihood of each combination of noise, averaged over the
    candidates. Before the weeks are seen, the size of a change is normal around none, and its
    standard deviation is a doubling."""
    if not scores.cross.shape[1]:
        return scores.likely
    expected = 1 / series.doubling[0] ** 2
    gain = scores.cross**2 / (scores.own + expected) - np.log(scores.own / expected + 1)
    averaged = special.logsumexp(gain / 2, axis=1) - np.log(gain.shape[1])
    likely: Numbers = scores.likely + averaged
    return likely


def _every_noise(series: Series) -> Noise:
    return weekly_noise.every_noise(weekly_noise.scale_of(series.means, series.variances))


def _likely(noise: Noise) -> Numbers:
    """Return the places of all combinations but those that together have hardly any weight."""
    order = np.argsort(noise.weight)
    kept: Numbers = order[np.cumsum(noise.weight[order]) > _UNLIKELY]
    return kept


def _places(series: Series) -> Candidates:
    return possible_changes.places(series.weights[0], _whole(series), _least(series))


def _whole(series: Series) -> list[int]:
    return [0, series.weights.shape[1]]


def _least(series: Series) -> float:
    """The least weight on either side; where chance is not known, no weight is enough."""
    return series.least if series.own[0] > 0 else np.inf


def _part(series: Series, weeks: slice) -> Numbers:
    """The weights by which some weeks add up to their mean."""
    part = np.zeros(series.weights.shape[1])
    part[weeks] = series.weights[0, weeks]
    total = part.sum()
    return part / total if total > 0 else part
