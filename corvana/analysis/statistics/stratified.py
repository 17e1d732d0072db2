"""Marked rows against the unmarked rows of the same stratum, so that only similar rows are
compared.

A difference between strata (who was on call, the hour of the day) cannot appear as a difference
between marked and unmarked rows. A stratum with only one of the two sorts is left out.
"""

import numpy as np
import pandas as pd
from scipy import stats

from corvana.analysis.statistics import estimates
from corvana.analysis.statistics.rank_tests import effective_ranks, widened

_EFFECT = ("effect", "low", "high", "effective_n")


def compare(
    rows: pd.DataFrame, by: str, strata: list[str], value: str, *, times: float = 1.0
) -> pd.DataFrame:
    """Return, per group of `by`, how much larger the value of marked rows is.

    Parameters
    ----------
    rows
        `by`, `strata`, `value` (a number, none missing), `is_marked` (flag) and `storm` (of
        INCIDENTS). A stratum lies within one group.
    times
        The test asks whether marked values exceed this multiple of the unmarked ones.

    Returns
    -------
    DataFrame
        `by`, in order; n, n_reference (marked and unmarked rows of strata that have both); effect,
        low, high, effective_n (median of the marked rows with its order-statistic interval over
        storms); reference (median
        of the unmarked rows, weighted so that every stratum counts as much as among the marked
        ones); p_value (one-sided, of marked values this large by chance if they were `times` as
        large as unmarked ones: van Elteren's stratified rank test with tie-corrected normal
        approximation and the effective numbers of ranks). Only groups with such a stratum.
        van Elteren (1960), Bull. Inst. Int. Stat. 37, 351-361; Datta & Satten (2005), J. Am. Stat.
        Assoc. 100, 908-915 (ranks of clusters).
    """
    kept = comparable(rows, by, strata)
    own = estimates.quantile_by(kept[kept["is_marked"]], [by], value, 0.5, "storm")
    return (
        own.rename(columns={"value": "effect"})
        .assign(
            n_reference=(~kept["is_marked"]).groupby(kept[by]).sum(),
            reference=_reference(kept[~kept["is_marked"]], by, value),
            p_value=_p_values(
                kept.assign(**{value: kept[value].where(kept["is_marked"], times * kept[value])}),
                by,
                value,
            ),
        )
        .reset_index()
        .loc[:, [by, "n", "n_reference", *_EFFECT, "reference", "p_value"]]
    )


def comparable(rows: pd.DataFrame, by: str, strata: list[str]) -> pd.DataFrame:
    """Return the rows of strata with marked and unmarked rows.

    Adds `stratum` (its number), `marked` and `size` (marked and all rows of the stratum).
    """
    by_stratum = rows.groupby([by, *strata], dropna=False, observed=True)
    numbered = rows.assign(stratum=by_stratum.ngroup())
    is_marked = numbered.groupby("stratum")["is_marked"]
    counted = numbered.assign(marked=is_marked.transform("sum"), size=is_marked.transform("size"))
    return counted[counted["marked"].gt(0) & counted["marked"].lt(counted["size"])]


def _reference(unmarked: pd.DataFrame, by: str, value: str) -> pd.Series:
    """The median, by group, of rows weighted by marked rows per unmarked one of their stratum."""
    weighted = unmarked.assign(
        weight=unmarked["marked"] / (unmarked["size"] - unmarked["marked"])
    ).sort_values([by, value])
    below = weighted.groupby(by)["weight"].cumsum()
    half = weighted.groupby(by)["weight"].transform("sum") / 2
    # Tolerate float error at the half-way weight.
    reached = weighted[below.ge(half * (1 - 1e-9))]
    median: pd.Series = reached.groupby(by)[value].first()
    return median


def _p_values(rows: pd.DataFrame, by: str, value: str) -> pd.Series:
    ranked = rows.assign(rank=rows.groupby("stratum")[value].rank())
    tied = ranked.groupby(["stratum", value]).size()
    ties = (tied**3 - tied).groupby("stratum").sum()
    each = (
        ranked.assign(sum=ranked["rank"].where(ranked["is_marked"], 0.0))
        .groupby("stratum")
        .agg(
            **{by: (by, "first")}, m=("marked", "first"), size=("size", "first"), sum=("sum", "sum")
        )
        .assign(ties=ties)
    )
    m, size = each["m"], each["size"]
    surplus = each["sum"] - m * (size + 1) / 2
    variance = m * (size - m) / 12 * (size + 1 - each["ties"] / (size * (size - 1)))
    total = (
        pd.DataFrame(
            {by: each[by], "z": surplus / (size + 1), "variance": variance / (size + 1) ** 2}
        )
        .groupby(by)
        .sum()
    )
    spread = np.sqrt(total["variance"]) * _widened(ranked, by)
    z = (total["z"] / spread.where(spread > 0)).fillna(0.0)
    return pd.Series(stats.norm.sf(z), index=total.index)


def _widened(ranked: pd.DataFrame, by: str) -> pd.Series:
    """Return by how much storms widen the spread, by group."""
    scored = ranked.assign(score=(ranked["rank"] - (ranked["size"] + 1) / 2) / (ranked["size"] + 1))
    keys = [by, "is_marked"]
    worth = effective_ranks(scored, keys, "score", "storm")
    n = scored.groupby(keys, sort=True, observed=True).size()
    # Every group has marked and unmarked rows, and False comes before True.
    (rest, own), (worth_of_rest, own_worth) = (
        each.to_numpy(dtype=np.float64).reshape(-1, 2).T for each in (n, worth)
    )
    subjects = n.index.get_level_values(by)[::2]
    return pd.Series(widened(own, rest, own_worth, worth_of_rest), subjects)
