"""Measures and scores of two times for charts."""

import math
from collections.abc import Sequence
from typing import get_args

import pandas as pd

from corvana.analysis.assessment.changed.measure import Measure, Name
from corvana.analysis.statistics.estimates import UNKNOWN, Estimate

NAMES = get_args(Name)


def ratio(value: float, low: float, high: float, name: Name = "acknowledged_half") -> Measure:
    """A time that changed from ten minutes by a ratio; the same at the same mix."""
    change = Estimate(value, low, high)
    before, after = Estimate(600, 500, 700), Estimate(600 * value, 500 * value, 700 * value)
    return Measure(name, "seconds", "less", before, after, 120, 80, change, change, 0.9)


def share(change: float, low: float, high: float, name: Name = "acknowledged") -> Measure:
    """A share of 60 % that changed by so many points of 1."""
    before, after = Estimate(0.6, 0.5, 0.7), Estimate(0.6 + change, 0.5, 0.7)
    return Measure(name, "share", "more", before, after, 120, 80, Estimate(change, low, high))


def ratios(n: int) -> Sequence[Measure]:
    """So many, of every kind that is drawn otherwise."""
    kinds = (
        ratio(0.5, 0.4, 0.7),
        ratio(1.0, 0.8, 1.25),
        ratio(2.0, math.nan, math.nan),
        ratio(40.0, 1.5, math.inf, "interruptions")._replace(same_mix=UNKNOWN),
        ratio(1.5, 1.2, 1.9, "incidents")._replace(better="neither", unit="a week"),
    )
    return [kinds[place % len(kinds)] for place in range(n)]


def shares(n: int) -> Sequence[Measure]:
    """So many, of every kind that is drawn otherwise."""
    kinds = (share(0.2, 0.1, 0.3), share(-0.3, -0.4, -0.2, "escalated"), share(0.0, -0.1, 0.1))
    return [kinds[place % len(kinds)] for place in range(n)]


def dimensions(n: int) -> pd.DataFrame:
    """So many scores; the first one fell by ten points."""
    columns = {"before": 50.0, "after": 60.0, "known": 3, "checks": 4}
    named = pd.DataFrame({"dimension": [f"Dimension {place}" for place in range(n)], **columns})
    return named.assign(after=named["after"].mask(named.index == 0, 40.0))
