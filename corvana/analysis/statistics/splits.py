"""Lasting changes of a weekly series: the best single split, and several splits.

The value of a week is a mean with a weight; its logarithm or score is nearly normal. The tests and
their sources are described in `analysis.changes`.
"""

from typing import Final, NamedTuple

import numpy as np
import ruptures
from scipy import optimize, stats

from corvana.analysis.statistics.estimates import CONFIDENCE, Numbers

LASTING: Final = 3
"""The least number of weeks that a change lasts; a shorter one is an episode."""
FALSE_ALARM: Final = 1 - CONFIDENCE
"""The probability of a false alarm in a series without a change."""
POWER: Final = 0.80
"""The power: the probability of detecting a change of the detectable size."""
_EFFICIENCY: Final = 2 / 3
_NO_WEIGHT: Final = 1e-9
_BEYOND_ANY: Final = 1e3


class Series(NamedTuple):
    """Weekly values of subjects, arrays (subjects, weeks): `means` of `weights`.

    `variance` (of a mean of weight 1; NaN: not known) and `freedom`, its degrees of freedom, are by
    subject; `least` is the least weight on either side of a change.
    """

    weights: Numbers
    means: Numbers
    variance: Numbers
    freedom: Numbers
    least: float


class Split(NamedTuple):
    """By subject: the week with which the best split begins (−1: none), its t, places tried.

    `spread` is Σ √(1 − ρ²) over neighbouring places, ρ the correlation of their t: it measures how
    different the places are.
    """

    place: Numbers
    t: Numbers
    places: Numbers
    spread: Numbers


def with_noise(
    weights: Numbers, means: Numbers, own: Numbers, freedom: Numbers, *, least: float
) -> Series:
    """Return the series; its variance is `own` times the factor of extra noise between neighbouring
    weeks.

    All subjects share the factor, and it is never below 1. A week of weight 0 has no neighbours.
    """
    is_known = own > 0
    one, other = weights[is_known, :-1], weights[is_known, 1:]
    both = (one > 0) & (other > 0)
    expected = own[is_known, None] * (1 / np.maximum(one, 1) + 1 / np.maximum(other, 1))
    surplus = (np.diff(means[is_known], axis=1) ** 2 / expected)[both]
    factor = max(1.0, float(surplus.mean())) if surplus.size else 1.0
    shared = np.minimum(freedom, max(1.0, _EFFICIENCY * surplus.size))
    return Series(weights, means, np.where(is_known, own * factor, np.nan), shared, least)


def best_split(series: Series, *, one_sided: bool = False) -> Split:
    """Return each subject's split with the largest t; one-sided: the largest rise."""
    n_subjects, n_weeks = series.weights.shape
    places = np.arange(LASTING, n_weeks - LASTING + 1)
    if not places.size or not n_subjects:
        nothing = np.zeros(n_subjects)
        return Split(np.full(n_subjects, -1), nothing, nothing, nothing)
    weight = np.cumsum(series.weights, axis=1)
    total = np.cumsum(series.weights * series.means, axis=1)
    variance = series.variance[:, None]
    before, after = weight[:, places - 1], weight[:, -1:] - weight[:, places - 1]
    enough = np.minimum(before, after) >= max(series.least, _NO_WEIGHT)
    is_place = enough & (variance > 0)
    before, after, variance = (np.where(is_place, each, 1.0) for each in (before, after, variance))
    rise = (total[:, -1:] - total[:, places - 1]) / after - total[:, places - 1] / before
    t = rise / np.sqrt(variance * (1 / before + 1 / after))
    found = np.where(is_place, t if one_sided else np.abs(t), -np.inf).argmax(axis=1)
    place = np.where(is_place.any(axis=1), places[found], -1)
    # ρ² of two places is the ratio of their odds: weight before over weight after.
    odds = before / after
    both = is_place[:, 1:] & is_place[:, :-1]
    apart = np.sqrt(np.maximum(1 - odds[:, :-1] / odds[:, 1:], 0)) * both
    t_best = t[np.arange(n_subjects), found]
    return Split(place, t_best, is_place.sum(axis=1), apart.sum(axis=1))


def p_values(split: Split, freedom: Numbers, *, one_sided: bool = False) -> Numbers:
    """Return each subject's p-value of the best of all places tried.

    With b the normal deviate of the best t's own p: P(one place) + Σ √(1 − ρ²) · exp(−b² / 2) / π
    (half of it one-sided), an upper bound in which each place adds only what differs from its
    neighbour; never more than places · P(one place).
    """
    t = split.t if one_sided else np.abs(split.t)
    sides = 1 if one_sided else 2
    tail = stats.t.sf(t, freedom)
    beyond = split.spread * np.exp(-(stats.norm.isf(tail) ** 2) / 2) / (2 * np.pi)
    p: Numbers = np.minimum(1.0, sides * np.minimum(tail + beyond, split.places * tail))
    return p


def change_points(series: Series) -> list[int]:
    """Return 0, the weeks at which the level changes, and the number of weeks.

    `series` has one subject. A change costs the square of the t at which the best of all places
    would be a false alarm with the stated frequency.
    """
    n_weeks = series.weights.shape[1]
    best = best_split(series)
    if not best.places.sum():
        return [0, n_weeks] if n_weeks else [0]
    penalty = _critical(best, series.freedom) ** 2
    root = np.sqrt(series.weights[0] / series.variance[0])
    # Regressing √w·y on √w alone makes the model's residual the weighted sum of squares.
    signal = np.column_stack([root * series.means[0], root])
    search = ruptures.Pelt(model="linear", min_size=LASTING, jump=1).fit(signal)
    return [0, *search.predict(pen=penalty)]


def detectable(series: Series, split: Split, n: int) -> float:
    """Return the smallest difference that would show if it came in the middle of `n` values.

    NaN without any value.
    """
    if not n:
        return np.nan
    multiple = _critical(split, series.freedom) + stats.t.ppf(POWER, series.freedom[0])
    return float(multiple * np.sqrt(series.variance[0] * 4 / n))


def _critical(split: Split, freedom: Numbers) -> float:
    """The t that the best of all places exceeds with the stated probability of a false alarm."""

    def surplus(t: float) -> float:
        return float(p_values(split._replace(t=np.array([t])), freedom)[0]) - FALSE_ALARM

    return float(optimize.brentq(surplus, 0.0, _BEYOND_ANY))
