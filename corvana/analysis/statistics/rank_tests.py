"""Whether a group's values rank higher or lower than the others'."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from corvana.analysis.statistics import dependence
from corvana.analysis.statistics.estimates import Numbers


def rank_test(frame: pd.DataFrame, by: str, value: str, cluster: str | None = None) -> pd.DataFrame:
    """Return, per group of `by`, a rank test against all other rows: p_value and q_value.

    Mann-Whitney with the tie-corrected normal approximation, all groups from one ranking;
    `q_value` is Benjamini-Hochberg over the groups given. With clusters, the variance is that of
    the effective numbers of ranks, in the group and in all others. Assumed: clusters are
    independent, and their likeness is the same in all groups.
    Sources: Mann & Whitney (1947), Ann. Math. Stat. 18, 50-60; Rosner, Glynn & Lee (2003),
    Biometrics 59, 1089-1098; Benjamini & Hochberg (1995).
    """
    known = frame.loc[frame[value].notna(), [by, value, *([cluster] if cluster else [])]]
    total = len(known)
    places, distinct = pd.factorize(known[value].to_numpy(dtype=np.float64), sort=True)
    ties = np.bincount(places, minlength=distinct.size).astype(np.float64)
    ranks = (np.cumsum(ties) - (ties - 1) / 2)[places]
    grouped = known.groupby(by, sort=True)[value]
    sizes = grouped.size()
    n = sizes.to_numpy(dtype=np.float64)
    group = grouped.ngroup().to_numpy()
    rest = total - n
    tied = (ties**3 - ties).sum() / (total * (total - 1)) if total > 1 else 0.0
    spread = np.sqrt(n * rest / 12 * (total + 1 - tied))
    if cluster:
        scored = known.assign(score=ranks - (total + 1) / 2)
        worth = effective_ranks(scored, [by], "score", cluster).to_numpy()
        spread = spread * widened(n, rest, worth, worth.sum() - worth)
    sums = np.bincount(group, ranks, minlength=len(n))
    surplus = np.maximum(np.abs(sums - n * (n + 1) / 2 - n * rest / 2) - 0.5, 0.0)
    z = np.divide(surplus, spread, out=np.zeros(len(n)), where=spread > 0)
    p = np.minimum(1.0, 2 * stats.norm.sf(z))
    q = stats.false_discovery_control(p) if len(p) else p
    return pd.DataFrame({"p_value": p, "q_value": q}, index=sizes.index)


def effective_ranks(rows: pd.DataFrame, by: list[str], score: str, cluster: str) -> pd.Series:
    """Return the effective number of rows per group of `by`, for a mean of their scores."""
    grouped = rows.groupby(by, sort=True, observed=True)
    group, n = grouped.ngroup().to_numpy(), grouped.size()
    worth = dependence.effective_sizes(
        rows[score].to_numpy(dtype=np.float64),
        dependence.cells(rows[cluster].to_numpy(), group),
        group,
        len(n),
    )
    return pd.Series(worth, n.index)


def widened(
    n: npt.ArrayLike, rest: npt.ArrayLike, worth: npt.ArrayLike, worth_of_rest: npt.ArrayLike
) -> Numbers:
    """Return by how much clusters widen the spread between the means of n values and the rest's.

    `worth` and `worth_of_rest` are their effective numbers.
    """
    numbers = (np.asarray(each, dtype=np.float64) for each in (n, rest, worth, worth_of_rest))
    one, other, worth_one, worth_other = (1 / np.maximum(each, 1e-9) for each in numbers)
    wider: Numbers = np.sqrt((worth_one + worth_other) / (one + other))
    return wider
