"""Estimates with their uncertainty: quantiles, shares, rates and time-to-event curves.

Every interval is two-sided at 95 %. A bound that the data cannot give is NaN, never a guess.
"""

import math
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special, stats

CONFIDENCE: Final = 0.95
ENOUGH: Final = 10
"""With fewer observations, a subject is no finding, charts show it pale and last, and a sentence
counts and does not conclude. The reason: of nine observations, the 95 % interval of a share can be
54 percentage points wide, and that of a median leaves out only the smallest and the largest."""
ENOUGH_FOR_P90: Final = 20
ENOUGH_FOR_P95: Final = 50
"""The least number of values for each percentile."""
_TAIL: Final = (1 - CONFIDENCE) / 2
_Z: Final = float(stats.norm.ppf(1 - _TAIL))

Numbers = npt.NDArray[Any]


class Estimate(NamedTuple):
    """A value with its 95 % interval, in the unit of what was estimated; unknown is NaN."""

    value: float
    low: float
    high: float


class GroupQuantile(NamedTuple):
    """Arrays with one element a group: number of values, quantile, interval."""

    n: Numbers
    value: Numbers
    low: Numbers
    high: Numbers


UNKNOWN: Final = Estimate(np.nan, np.nan, np.nan)


def quantile(values: npt.ArrayLike, q: float) -> Estimate:
    """Return a quantile with its order-statistic interval; missing values are left out.

    The bounds are observed values, so nothing is assumed about the distribution: the l-th smallest
    with P(B < l) ≤ 2.5 % and the u-th smallest with P(B ≥ u) ≤ 2.5 %, B ~ Binomial(n, q). With too
    few values a bound does not exist and is NaN: a median needs six for both, a P90 thirty-six for
    its upper one. If only one bound exists, the interval is one-sided and that tail is 5 %.

    Source: Conover, Practical Nonparametric Statistics, 3rd ed., section 3.2.
    """
    observed = np.asarray(values, dtype=np.float64)
    observed = np.sort(observed[~np.isnan(observed)])
    table = _quantiles_of_sorted(observed, np.array([observed.size], dtype=np.int64), q)
    return Estimate(*(float(column[0]) for column in table)) if observed.size else UNKNOWN


def quantile_by(frame: pd.DataFrame, by: list[str], value: str, q: float) -> pd.DataFrame:
    """Return the quantile of `value` per group: indexed by `by`, with n, value, low, high.

    The interval is that of `quantile`, computed for all groups at once. Missing values are left
    out; a group without any value does not appear.
    """
    return quantiles_by(frame, by, value, (q,))[0]


def quantiles_by(
    frame: pd.DataFrame, by: list[str], value: str, qs: Sequence[float]
) -> list[pd.DataFrame]:
    """Return `quantile_by` for each of `qs`; the values are sorted once."""
    known = frame.loc[frame[value].notna(), [*by, value]]
    groups = known.groupby(by, sort=True, observed=True)
    sizes = groups.size()
    values = _in_blocks(known[value].to_numpy(dtype=np.float64), groups.ngroup().to_numpy())
    return [
        pd.DataFrame({"n": sizes.to_numpy(), "value": point, "low": low, "high": high}, sizes.index)
        for point, low, high in (_quantiles_of_sorted(values, sizes.to_numpy(), q) for q in qs)
    ]


def quantile_of_groups(values: Numbers, group: Numbers, groups: int, q: float) -> GroupQuantile:
    """Return the quantile of the values of each group, as `quantile_by` does.

    `group` is the number of each value's group, from 0 to `groups` − 1; a group without any value
    is NaN.
    """
    n = np.bincount(group, minlength=groups)
    found = np.full((3, groups), np.nan)
    found[:, n > 0] = _quantiles_of_sorted(_in_blocks(values, group), n[n > 0], q)
    return GroupQuantile(n, *found)


def share(successes: int, n: int) -> Estimate:
    """Return a share between 0 and 1 with its Wilson score interval.

    Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209-212.
    """
    if n == 0:
        return UNKNOWN
    found, wide = successes / n, _Z**2 / n
    middle = (found + wide / 2) / (1 + wide)
    half = math.sqrt(wide * (found * (1 - found) + wide / 4)) / (1 + wide)
    # With no success or only successes, the bound is exactly 0 or 1; avoid rounding errors.
    return Estimate(
        found,
        middle - half if successes > 0 else 0.0,
        middle + half if successes < n else 1.0,
    )


def rate(events: int, exposure: float) -> Estimate:
    """Return events per unit of exposure with the exact Poisson interval.

    Source: Garwood (1936), Biometrika 28, 437-442.
    """
    if exposure <= 0:
        return UNKNOWN
    # Quantiles of the gamma distribution; scipy.stats takes forty times as long for one value.
    low = special.gammaincinv(events, _TAIL) if events else 0.0
    high = special.gammaincinv(events + 1, 1 - _TAIL)
    return Estimate(events / exposure, float(low) / exposure, float(high) / exposure)


def ratio(current: Estimate, previous: Estimate) -> Estimate:
    """Return current / previous of two independent positive estimates.

    The bounds come from the two intervals, combined on the log scale (method of variance estimates
    recovery). Source: Zou & Donner (2008), Statistics in Medicine 27, 1693-1702.
    """
    values = np.array([current, previous])
    if np.isnan(values[:, 0]).any() or (values[:, 0] <= 0).any():
        return UNKNOWN
    (a, a_low, a_high), (b, b_low, b_high) = np.log(np.where(values > 0, values, np.nan))
    log = a - b
    return Estimate(
        float(np.exp(log)),
        float(np.exp(log - np.hypot(a - a_low, b_high - b))),
        float(np.exp(log + np.hypot(a_high - a, b - b_low))),
    )


def difference(current: Estimate, previous: Estimate) -> Estimate:
    """Return current − previous of two independent estimates.

    With Wilson intervals of two shares this is Newcombe's hybrid score interval.
    Source: Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
    """
    (a, a_low, a_high), (b, b_low, b_high) = current, previous
    return Estimate(
        a - b,
        float(a - b - np.hypot(a - a_low, b_high - b)),
        float(a - b + np.hypot(a_high - a, b - b_low)),
    )


def rate_ratio(
    events: int, exposure: float, events_before: int, exposure_before: float
) -> Estimate:
    """Return the ratio of two Poisson rates with its exact conditional interval.

    Given the total, the current events are binomial; the Clopper-Pearson bounds of that share
    become bounds of the ratio. Source: Przyborowski & Wilenski (1940), Biometrika 31, 313-323.
    """
    if exposure <= 0 or exposure_before <= 0 or events_before == 0:
        return UNKNOWN
    low = float(special.betaincinv(events, events_before + 1, _TAIL)) if events else 0.0
    high = float(special.betaincinv(events + 1, events_before, 1 - _TAIL))
    scale = exposure_before / exposure
    return Estimate(
        events / events_before * scale, low / (1 - low) * scale, high / (1 - high) * scale
    )


def rank_test(frame: pd.DataFrame, by: str, value: str) -> pd.DataFrame:
    """Return, per group of `by`, a rank test against all other rows: p_value and q_value.

    Mann-Whitney with the tie-corrected normal approximation, all groups from one ranking;
    `q_value` is Benjamini-Hochberg over the groups given.
    Source: Mann & Whitney (1947), Ann. Math. Stat. 18, 50-60; Benjamini & Hochberg (1995).
    """
    known = frame.loc[frame[value].notna(), [by, value]]
    total = len(known)
    places, distinct = _placed(known[value].to_numpy(dtype=np.float64))
    ties = np.bincount(places, minlength=distinct.size).astype(np.float64)
    ranks = np.cumsum(ties) - (ties - 1) / 2
    groups = known.assign(rank=ranks[places]).groupby(by, sort=True)["rank"].agg(["size", "sum"])
    n, rest = groups["size"], total - groups["size"]
    tied = (ties**3 - ties).sum() / (total * (total - 1)) if total > 1 else 0.0
    spread = np.sqrt(n * rest / 12 * (total + 1 - tied))
    surplus = (groups["sum"] - n * (n + 1) / 2 - n * rest / 2).abs()
    z = ((surplus - 0.5).clip(lower=0) / spread.where(spread > 0)).fillna(0.0)
    p = np.minimum(1.0, 2 * stats.norm.sf(z.to_numpy(dtype=np.float64)))
    q = stats.false_discovery_control(p) if len(p) else p
    return pd.DataFrame({"p_value": p, "q_value": q}, index=groups.index)


def _placed(values: Numbers) -> tuple[Numbers, Numbers]:
    """Return each value's position among the sorted distinct values, and these values."""
    places, distinct = pd.factorize(values, sort=True)
    return places, distinct


def _in_blocks(values: Numbers, group: Numbers) -> Numbers:
    """Return the values sorted by group and then by size."""
    places, distinct = _placed(values)
    # Sorting one integer per row (group, then value) is ten times faster than sorting columns.
    base = max(distinct.size, 1)
    blocks: Numbers = distinct[np.sort(group.astype(np.int64) * base + places) % base]
    return blocks


def _quantiles_of_sorted(
    ordered: Numbers, sizes: Numbers, q: float
) -> tuple[Numbers, Numbers, Numbers]:
    """Return value, low, high of consecutive, sorted blocks of `sizes` values."""
    if not ordered.size:
        return np.empty(0), np.empty(0), np.empty(0)
    starts = np.r_[0, np.cumsum(sizes)[:-1]]
    place = (sizes - 1) * q
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, sizes - 1)
    left, right = ordered[starts + below], ordered[starts + above]
    lower = stats.binom.ppf(_TAIL, sizes, q).astype(int)
    upper = stats.binom.ppf(1 - _TAIL, sizes, q).astype(int) + 1
    has_lower, has_upper = lower >= 1, upper <= sizes
    lower = np.where(has_upper, lower, stats.binom.ppf(2 * _TAIL, sizes, q).astype(int))
    upper = np.where(has_lower, upper, stats.binom.ppf(1 - 2 * _TAIL, sizes, q).astype(int) + 1)
    return (
        left + (right - left) * (place - below),
        np.where(has_lower, ordered[starts + np.maximum(lower, 1) - 1], np.nan),
        np.where(has_upper, ordered[starts + np.minimum(upper, sizes) - 1], np.nan),
    )
