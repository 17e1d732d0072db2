"""The median of a value for each subject, against the median of the other subjects."""

import numpy as np
import pandas as pd
from scipy import stats

from corvana.analysis.statistics.estimates import Numbers, quantile_by
from corvana.analysis.statistics.rank_tests import effective_ranks, widened

_KEYS = ["among", "subject_id"]


def medians_against_rest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row a subject and `among`: its median, and a test against the other subjects.

    Parameters
    ----------
    rows
        `value`; `subject_id`; `among` (the group within which subjects are compared; a subject may
        be in several groups); `storm` (of INCIDENTS).

    Returns
    -------
    DataFrame
        among, subject_id, in order; n, effective_n; effect, low, high (the median with its
        order-statistic interval over storms); n_rest and reference (number and median of the other
        subjects' values; NaN when there are none); p_value (one-sided, of values ranking at least
        as high by chance: Mann-Whitney with the tie-corrected normal approximation and the
        effective numbers of ranks; 1 when there are no others). Mann & Whitney (1947), Ann. Math.
        Stat. 18, 50-60; Rosner, Glynn & Lee (2003), Biometrics 59, 1089-1098.
    """
    # Grouping by categories is several times faster than grouping by texts.
    keyed = rows[[*_KEYS, "value", "storm"]].astype(dict.fromkeys(_KEYS, "category"))
    ordered = keyed.sort_values(["among", "value"], ignore_index=True)
    own = quantile_by(ordered, _KEYS, "value", 0.5, "storm")
    total = own["n"].groupby(level="among", observed=True).transform("sum")
    return (
        own.rename(columns={"value": "effect"})
        .assign(
            n_rest=total - own["n"],
            reference=_medians_of_rest(ordered),
            p_value=_p_values(ordered, own["n"], total),
        )
        .reset_index()
        .astype(dict.fromkeys(_KEYS, "str"))
    )


def _p_values(ordered: pd.DataFrame, n: pd.Series, total: pd.Series) -> Numbers:
    among = ordered.groupby("among", observed=True)["value"]
    ranked = ordered.assign(
        rank=among.rank(), score=lambda rows: rows["rank"] / (among.transform("size") + 1) - 0.5
    )
    ranks = ranked.groupby(_KEYS, observed=True)["rank"].sum()
    worth = effective_ranks(ranked, _KEYS, "score", "storm")
    others = worth.groupby(level="among", observed=True).transform("sum") - worth
    ties = among.value_counts().pow(3).sub(among.value_counts()).groupby(level="among").sum()
    tied = ties.reindex(n.index.get_level_values("among")).to_numpy(dtype=np.float64)
    size, whole = (each.to_numpy(dtype=np.float64) for each in (n, total))
    pairs = np.maximum(whole * (whole - 1), 1.0)
    spread = np.sqrt(size * (whole - size) / 12 * (whole + 1 - tied / pairs))
    surplus = ranks.to_numpy() - size * (size + 1) / 2 - size * (whole - size) / 2
    spread = spread * widened(size, whole - size, worth.to_numpy(), others.to_numpy())
    # Half a rank is the continuity correction.
    z = np.divide(surplus - 0.5, spread, out=np.full_like(spread, -np.inf), where=spread > 0)
    p_values: Numbers = stats.norm.sf(z)
    return p_values


def _medians_of_rest(ordered: pd.DataFrame) -> Numbers:
    """The median of the other subjects' rows in the same group, from one sorting."""
    if ordered.empty:
        return np.empty(0)
    values = ordered["value"].to_numpy(dtype=np.float64)
    groups = ordered.groupby(_KEYS, observed=True)
    subject = groups.ngroup().to_numpy()
    rows = np.argsort(subject, kind="stable")
    among = ordered["among"].cat.codes.to_numpy()
    medians = []
    for own in np.split(rows, np.cumsum(groups.size().to_numpy())[:-1]):
        start, end = np.searchsorted(among, among[own[0]] + np.array([0, 1]))
        others = end - start - len(own)
        # The k-th row of the others is shifted by the number of own rows before it.
        own_before = own - start - np.arange(len(own))
        middle = np.array([(others - 1) // 2, others // 2])
        found = start + middle + np.searchsorted(own_before, middle, side="right")
        medians.append(values[found].mean() if others else np.nan)
    return np.array(medians, dtype=np.float64)
