"""How many separate values a number of values is worth, when some of them belong together.

Incidents of one storm are alike: one person acknowledges them all, early or late. So n incidents
tell less than n separate ones would. The *effective n* is the number of separate incidents that
would tell as much. Intervals and tests of incidents count with it, and a card shows it where it is
far below n.

Not covered, and taken as separate: shares in the scorecard, the shares of pages and shifts on
*On-call*, and the shares, lags and lifts of *Failing together*.

The measure of likeness is the intraclass correlation ρ of a score, for example of the flag "at most
the median": the mean product of two scores of one cluster over the mean square, after the part that
the groups' own differences explain is taken out. The variance of a mean of n scores is then larger
by the design effect, 1 + ρ (Σ m² / n − 1), with m the clusters' sizes. Sources: Kish, Survey
Sampling (1965), sections 5.4 and 8.2; Donner (1986), International Statistical Review 54, 67-82;
Rao & Scott (1992), Biometrics 48, 577-585 (counts divided by the design effect).

ρ comes from few storms and may be far off. Two things allow for that. It is drawn towards one half
as if two more storms had been alike by that much. And the effective n is smaller again by the
square of t over z; t has the degrees of freedom of the storms' share in the variance
(Satterthwaite (1946), Biometrics Bulletin 2, 110-114).

Assumed: values of different clusters are independent; ρ is the same in all groups given together.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special, stats

_TAIL: Final = 0.025
_Z: Final = float(stats.norm.isf(_TAIL))
_USUAL: Final = 0.5
"""The correlation that is expected before any is measured."""
_WORTH: Final = 2.0
"""The number of storms that this expectation counts for."""

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.integer]


class Cells(NamedTuple):
    """The members of clusters: one cell a cluster and group.

    `rows` are the positions of the values that are in a cluster, `of_row` the cell of each,
    `group` and `size` belong to the cells.
    """

    rows: Places
    of_row: Places
    group: Places
    size: Numbers


def cells(cluster: Places, group: Places | None = None) -> Cells:
    """Return the cells of values.

    Parameters
    ----------
    cluster
        The number of each value's cluster; 0 for a value that belongs to none.
    group
        The number of each value's group, from 0 on; None if all are in one.
    """
    rows = np.flatnonzero(cluster > 0)
    key = cluster[rows].astype(np.int64)
    if group is not None:
        key = key * (int(group.max(initial=0)) + 1) + group[rows]
    of_row, keys = pd.factorize(key)
    size = np.bincount(of_row, minlength=keys.size).astype(np.float64)
    own = np.zeros(keys.size, dtype=np.int64)
    if group is not None:
        own = keys % (int(group.max(initial=0)) + 1)
    return Cells(rows, of_row, own, size)


def effective_sizes(
    scores: Numbers, clustered: Cells, group: Places | None = None, groups: int = 1
) -> Numbers:
    """Return the effective number of values of each group, for a mean of `scores`.

    Parameters
    ----------
    scores
        One value each, about their common mean.
    clustered
        The `cells` of the same values.
    group, groups
        The number of each value's group, from 0 to `groups` − 1; None if all are in one.
    """
    n = (
        np.array([float(scores.size)])
        if group is None
        else np.bincount(group, minlength=groups).astype(np.float64)
    )
    size = clustered.size
    if not (size > 1).any():
        return n
    variance, product = _likeness(scores, clustered, n, group)
    worth = _worth(size, _USUAL)
    measured = product / variance if variance > 0 else _USUAL
    # A correlation of one storm alone, measured from its own mean, is always negative.
    known = max(worth - 1.0, 0.0)
    correlation = np.clip((known * measured + _WORTH * _USUAL) / (known + _WORTH), 0.0, 1.0)
    return _effective(n, clustered, float(correlation))


def _likeness(
    scores: Numbers, clustered: Cells, n: Numbers, group: Places | None
) -> tuple[float, float]:
    """Return the mean square of the scores, and the mean product of two of one cluster; both
    without what the groups' own means explain."""
    size, inside = clustered.size, scores[clustered.rows]
    sums = np.bincount(clustered.of_row, inside, minlength=size.size)
    squares, all_squares = float((inside**2).sum()), float((scores**2).sum())
    product = float((sums**2).sum() - squares) / float((size * (size - 1)).sum())
    variance = all_squares / scores.size
    if group is None or n.size < 2:
        return variance, product
    totals = np.bincount(group, scores, minlength=n.size)
    apart = (n**2).sum() - (scores.size - size.sum() + (size**2).sum())
    between = (totals**2).sum() - (all_squares - squares + (sums**2).sum())
    explained = max(float(between / apart), 0.0) if apart > 0 else 0.0
    return variance - explained, product - explained


def _worth(size: Numbers, correlation: float) -> float:
    """Return how many clusters of equal weight these clusters are worth, by their variances."""
    weights = _variances(size, correlation)[size > 1]
    return float(weights.sum() ** 2 / (weights**2).sum())


def _variances(size: Numbers, correlation: float) -> Numbers:
    """Return the variance of each cluster's sum, of scores of variance 1."""
    return size * (1 + (size - 1) * correlation)


def _effective(n: Numbers, clustered: Cells, correlation: float) -> Numbers:
    """Return n over the design effect and over the square of t over z, by group."""
    size = clustered.size
    of_cells = _variances(size, correlation)
    by_group = [
        np.bincount(clustered.group, values, minlength=n.size)
        for values in (size, of_cells, np.where(size > 1, of_cells, 0.0))
    ]
    inside, of_clusters, uncertain = by_group
    variance = n - inside + of_clusters
    share = np.divide(uncertain, variance, out=np.zeros_like(n), where=variance > 0)
    freedom = _worth(size, correlation) / np.maximum(share, 1e-6) ** 2
    wider = (special.stdtrit(freedom, _TAIL) / _Z) ** 2
    found: Numbers = np.where(variance > 0, n**2 / np.maximum(variance, 1e-9), 0.0) / wider
    return found
