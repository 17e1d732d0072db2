"""Estimates with their uncertainty: quantiles, shares and rates.

Every interval is two-sided at 95 %. A bound that the data cannot give is NaN, never a guess.

Where the clusters of the values are given (the storms of incidents), an interval is that of the
effective number of values (`dependence`). Without them the values are taken as independent.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special, stats

from corvana.analysis.statistics import dependence
from corvana.analysis.statistics.binomial import wilson
from corvana.analysis.statistics.dependence import Cells

CONFIDENCE: Final = 0.95
ENOUGH: Final = 10
"""With fewer observations, a subject is no finding, charts show it pale and last, and a sentence
counts and does not conclude. The reason: of nine observations, the 95 % interval of a share can be
54 percentage points wide, and that of a median leaves out only the smallest and the largest."""
ENOUGH_FOR_P90: Final = 20
ENOUGH_FOR_P95: Final = 50
"""The least number of values for each percentile."""
TAIL: Final = (1 - CONFIDENCE) / 2
"""The probability on either side of an interval."""
_Z: Final = float(stats.norm.ppf(1 - TAIL))

Numbers = npt.NDArray[Any]


class Estimate(NamedTuple):
    """A value with its 95 % interval, in the unit of what was estimated; unknown is NaN.

    `n` values were used; they tell as much as `effective_n` separate ones (NaN: not counted).
    """

    value: float
    low: float
    high: float
    n: float = np.nan
    effective_n: float = np.nan

    @property
    def interval(self) -> "tuple[float, float, float]":
        """Value, low, high."""
        return self[:3]


class GroupQuantile(NamedTuple):
    """Arrays with one element a group: number of values, quantile, interval, effective number."""

    n: Numbers
    value: Numbers
    low: Numbers
    high: Numbers
    effective_n: Numbers


BOUNDS: Final = ("value", "low", "high")
"""The fields of an estimate that are a value with its interval."""
UNKNOWN: Final = Estimate(np.nan, np.nan, np.nan)


def quantile(values: npt.ArrayLike, q: float, cluster: npt.ArrayLike | None = None) -> Estimate:
    """Return a quantile with its order-statistic interval; missing values are left out.

    Parameters
    ----------
    values, q
        The values and the probability of the quantile.
    cluster
        The number of each value's cluster, 0 for none; None to take all values as independent.

    The bounds are observed values: the l-th smallest with P(B < l) ≤ 2.5 % and the u-th smallest
    with P(B ≥ u) ≤ 2.5 %, B ~ Binomial(n, q). With clusters, n is the effective number of the flags
    "at most the quantile", and the ranks are stretched from it to n: Woodruff's interval, with the
    variance summed over clusters. With too few values a bound does not exist and is NaN: a median
    needs six for both, a P90 thirty-six for its upper one. If only one bound exists, the interval
    is one-sided and that tail is 5 %.

    Assumed: values of different clusters are independent and from one distribution, of any form.
    Sources: Conover, Practical Nonparametric Statistics, 3rd ed., section 3.2; Woodruff (1952), J.
    Am. Stat. Assoc. 47, 635-646.
    """
    every = np.asarray(values, dtype=np.float64)
    is_known = ~np.isnan(every)
    observed = every[is_known]
    if not observed.size:
        return UNKNOWN
    clustered = None if cluster is None else dependence.cells(np.asarray(cluster)[is_known])
    found = _quantile_of_groups(np.sort(observed), observed, clustered, None, 1, q)
    value, low, high, effective = (float(column[0]) for column in found)
    return Estimate(value, low, high, observed.size, effective)


def quantile_by(
    frame: pd.DataFrame, by: list[str], value: str, q: float, cluster: str | None = None
) -> pd.DataFrame:
    """Return the quantile of `value` per group: indexed by `by`, n, value, low, high, effective_n.

    The interval is that of `quantile`, computed for all groups at once. `cluster` names the column
    with the numbers of clusters. Their likeness is measured over all groups together, from the
    flags "at most the quantile of all". Missing values are left out; a group without any value does
    not appear.
    """
    return quantiles_by(frame, by, value, (q,), cluster)[0]


def quantiles_by(
    frame: pd.DataFrame,
    by: list[str],
    value: str,
    qs: Sequence[float],
    cluster: str | None = None,
) -> list[pd.DataFrame]:
    """Return `quantile_by` for each of `qs`; the values are sorted once."""
    kept = [*by, value, *([cluster] if cluster else [])]
    known = frame.loc[frame[value].notna(), list(dict.fromkeys(kept))]
    groups = known.groupby(by, sort=True, observed=True)
    sizes = groups.size()
    values, group = known[value].to_numpy(dtype=np.float64), groups.ngroup().to_numpy()
    clustered = dependence.cells(known[cluster].to_numpy(), group) if cluster else None
    blocks = _in_blocks(values, group)
    tables = (_quantile_of_groups(blocks, values, clustered, group, len(sizes), q) for q in qs)
    names = ("value", "low", "high", "effective_n")
    return [
        pd.DataFrame({"n": sizes.to_numpy(), **dict(zip(names, table, strict=True))}, sizes.index)
        for table in tables
    ]


def quantile_of_groups(
    values: Numbers, group: Numbers, groups: int, q: float, cluster: Numbers | None = None
) -> GroupQuantile:
    """Return the quantile of the values of each group, as `quantile_by` does.

    `group` is the number of each value's group, from 0 to `groups` − 1; a group without any value
    is NaN.
    """
    n = np.bincount(group, minlength=groups)
    kept = n > 0
    number = (np.cumsum(kept) - 1)[group]
    clustered = None if cluster is None else dependence.cells(cluster, number)
    found = np.full((4, groups), np.nan)
    found[:, kept] = _quantile_of_groups(
        _in_blocks(values, group), values, clustered, number, int(kept.sum()), q
    )
    return GroupQuantile(n, *found)


def share(successes: float, n: int, effective_n: float | None = None) -> Estimate:
    """Return a share between 0 and 1 with its Wilson score interval.

    With `effective_n` (see `dependence`), the interval is that of so many cases with the same
    share. Assumed: cases of different clusters are independent, with one probability.
    Sources: Wilson (1927), J. Am. Stat. Assoc. 22, 209-212; Rao & Scott (1992).
    """
    if n == 0:
        return UNKNOWN
    worth = float(n) if effective_n is None else float(effective_n)
    low, high = wilson(np.array([successes / n]), np.array([worth]))
    return Estimate(successes / n, float(low[0]), float(high[0]), n, worth)


def share_of(happened: npt.ArrayLike, cluster: npt.ArrayLike) -> Estimate:
    """Return the share of the flags that are set, as `share` does; `cluster` as in `quantile`."""
    flags = np.asarray(happened, dtype=np.float64)
    if not flags.size:
        return UNKNOWN
    effective = dependence.effective_sizes(
        flags - flags.mean(), dependence.cells(np.asarray(cluster))
    )
    return share(flags.sum(), flags.size, float(effective[0]))


def shares_by(
    frame: pd.DataFrame, by: list[str], happened: str, cluster: str | None = None
) -> pd.DataFrame:
    """Return the share of a flag per group: indexed by `by`, n, happened (count), value, low, high,
    effective_n; rows without a group are left out. All groups share the likeness of clusters."""
    return several_shares_by(frame, by, (happened,), cluster)[0]


def several_shares_by(
    frame: pd.DataFrame, by: list[str], flags: Sequence[str], cluster: str | None = None
) -> list[pd.DataFrame]:
    """Return `shares_by` for each of `flags`; rows are grouped once."""
    known = frame.dropna(subset=by) if frame[by].isna().any(axis=None) else frame
    groups = known.groupby(by, sort=True, observed=True)
    sizes = groups.size()
    index = sizes.index
    # As texts: pandas fails to align an empty index of categories with one of more than 127.
    named = index.astype("str") if isinstance(index, pd.CategoricalIndex) else index
    group, n = groups.ngroup().to_numpy(), sizes.to_numpy(dtype=np.float64)
    clustered = dependence.cells(known[cluster].to_numpy(), group) if cluster else None
    found = []
    for name in flags:
        flag = known[name].to_numpy(dtype=np.float64)
        some: Numbers = np.bincount(group, flag, minlength=len(sizes)) if len(known) else n
        effective: Numbers = n
        if clustered is not None and len(known):
            scores = flag - flag.mean()
            effective = dependence.effective_sizes(scores, clustered, group, len(sizes))
        low, high = wilson(some / n, effective)
        counts = {"n": sizes.to_numpy(), "happened": some.astype(np.int64), "value": some / n}
        bounds = {"low": low, "high": high, "effective_n": effective}
        found.append(pd.DataFrame({**counts, **bounds}, named))
    return found


def rate(events: int, exposure: float, effective_n: float | None = None) -> Estimate:
    """Return events per unit of exposure with the exact Poisson interval.

    With `effective_n` (see `dispersion`), the interval is that of so many separate events at the
    same rate. Assumed: separate events come independently, at one rate.
    Source: Garwood (1936), Biometrika 28, 437-442.
    """
    if exposure <= 0:
        return UNKNOWN
    worth = float(events) if effective_n is None else float(effective_n)
    # Quantiles of the gamma distribution; scipy.stats takes forty times as long for one value.
    low = special.gammaincinv(worth, TAIL) if worth else 0.0
    high = special.gammaincinv(worth + 1, 1 - TAIL)
    each = events / worth / exposure if worth else 1 / exposure
    return Estimate(events / exposure, float(low) * each, float(high) * each, events, worth)


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


def _quantile_of_groups(
    ordered: Numbers,
    values: Numbers,
    clustered: Cells | None,
    group: Numbers | None,
    groups: int,
    q: float,
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Return value, low, high, effective n by group; `ordered` are the values in sorted blocks."""
    sizes = (
        np.array([values.size]) if group is None else np.bincount(group, minlength=groups)
    ).astype(np.int64)
    effective = sizes.astype(np.float64)
    if clustered is not None and values.size:
        overall = ordered if group is None else np.sort(values)
        at_most = (values <= overall[int((values.size - 1) * q)]).astype(np.float64)
        effective = dependence.effective_sizes(at_most - at_most.mean(), clustered, group, groups)
    return (*_quantiles_of_sorted(ordered, sizes, q, effective), effective)


def _quantiles_of_sorted(
    ordered: Numbers, sizes: Numbers, q: float, effective: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """Return value, low, high of consecutive, sorted blocks of `sizes` values."""
    if not ordered.size:
        return np.empty(0), np.empty(0), np.empty(0)
    starts = np.r_[0, np.cumsum(sizes)[:-1]]
    place = (sizes - 1) * q
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, sizes - 1)
    left, right = ordered[starts + below], ordered[starts + above]
    # Ranks among the effective number of values, stretched to ranks among all of them.
    worth = np.maximum(np.floor(effective + 1e-9).astype(int), 1)
    stretch = sizes / worth
    lower = stats.binom.ppf(TAIL, worth, q).astype(int)
    upper = stats.binom.ppf(1 - TAIL, worth, q).astype(int) + 1
    has_lower, has_upper = lower >= 1, upper <= worth
    lower = np.where(has_upper, lower, stats.binom.ppf(2 * TAIL, worth, q).astype(int))
    upper = np.where(has_lower, upper, stats.binom.ppf(1 - 2 * TAIL, worth, q).astype(int) + 1)
    first = np.clip(np.round(lower * stretch).astype(int), 1, sizes)
    last = np.clip(np.round(upper * stretch).astype(int), 1, sizes)
    return (
        left + (right - left) * (place - below),
        np.where(has_lower, ordered[starts + first - 1], np.nan),
        np.where(has_upper, ordered[starts + last - 1], np.nan),
    )
