"""Where a weekly series may have changed, and what the best of many places is worth."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from scipy import special

from corvana.analysis.statistics.estimates import Numbers

LASTING: Final = 3
"""The least number of weeks that a change lasts; a shorter one is an episode."""
_NO_WEIGHT: Final = 1e-9


class Candidates(NamedTuple):
    """Possible changes: weeks from `first` to `end` (exclusive) differ from the other weeks from
    `begin` to `until`.

    Where `end` is `until`, this is a single change at `first`. `apart` is how different
    neighbouring places are: Σ √(1 − ρ²), with ρ the correlation of their t.
    """

    begin: Numbers
    first: Numbers
    end: Numbers
    until: Numbers
    apart: float


def places(weights: Numbers, bounds: Sequence[int], least: float) -> Candidates:
    """Return the places of a single change between bounds, with at least three weeks and the least
    weight on either side."""
    found, apart = [np.empty((4, 0), dtype=np.int64)], 0.0
    total = np.r_[0.0, np.cumsum(weights)]
    for begin, until in pairwise(bounds):
        place = np.arange(begin + LASTING, until - LASTING + 1)
        before, after = total[place] - total[begin], total[until] - total[place]
        is_place = np.minimum(before, after) >= max(least, _NO_WEIGHT)
        # ρ² of two places is the ratio of their odds: weight before over weight after.
        odds = before[is_place] / after[is_place]
        apart += float(np.sqrt(np.maximum(1 - odds[:-1] / odds[1:], 0)).sum())
        found.append(_rows(begin, place[is_place], np.full(odds.size, until), until))
    begins, first, end, untils = np.concatenate(found, axis=1)
    return Candidates(begins, first, end, untils, apart)


def stretches(weights: Numbers, bounds: Sequence[int], least: float) -> Candidates:
    """Return the stretches of weeks with other weeks of the same level before and after them."""
    found = [np.empty((4, 0), dtype=np.int64)]
    total = np.r_[0.0, np.cumsum(weights)]
    for begin, until in pairwise(bounds):
        place = np.arange(begin + LASTING, until - LASTING + 1)
        first, end = (each.ravel() for each in np.meshgrid(place, place, indexing="ij"))
        edges = (total[begin], total[first], total[end], total[until])
        lightest = np.min([after - before for before, after in pairwise(edges)], axis=0)
        kept = (end - first >= LASTING) & (lightest >= max(least, _NO_WEIGHT))
        found.append(_rows(begin, first[kept], end[kept], until))
    # How different neighbouring stretches are is not worked out: each counts as apart from all.
    begins, first, end, untils = np.concatenate(found, axis=1)
    return Candidates(begins, first, end, untils, np.inf)


def p_of_best(p: float, candidates: Candidates) -> float:
    """Return the two-sided p-value of the best of all candidates from that of the candidate alone.

    With b the normal deviate of p: p + Σ √(1 − ρ²) · exp(−b² / 2) / π, an upper bound in which each
    place adds only what differs from its neighbour; never more than candidates · p. Sources: see
    `analysis.response.changes`.
    """
    beyond = np.exp(-(special.ndtri(p / 2) ** 2) / 2) / np.pi if p > 0 else 0.0
    together = p + candidates.apart * beyond if beyond else p
    return float(min(1.0, together, candidates.first.size * p))


def _rows(begin: int, first: Numbers, end: Numbers, until: int) -> Numbers:
    return np.array([np.full(first.size, begin), first, end, np.full(first.size, until)])
