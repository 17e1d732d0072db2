"""Direct standardisation: what later cases would be with the services and urgencies of before."""

from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from corvana.analysis.statistics.estimates import Numbers

LEAST: Final = 5
"""The least number of cases of a service and urgency on either side."""
_BY: Final = ("service_id", "urgency")
_ROUNDING: Final = 1e-9


class Weights(NamedTuple):
    """The weight of each case of before and of after; `covered` is the share of the cases of before
    whose service and urgency has enough cases on both sides."""

    before: Numbers
    after: Numbers
    covered: float


def weights(before: pd.DataFrame, after: pd.DataFrame) -> Weights:
    """Return the weights that give the cases of after the mix of before.

    Cases of a stratum (a service and urgency) with too few on either side have the weight 0. Of the
    others, those of before have the weight 1, and those of after the number of the stratum's cases
    before over that after.
    """
    strata = _strata(before, after)
    first, then = strata[: len(before)], strata[len(before) :]
    many = int(strata.max(initial=-1)) + 1
    n, n_after = (np.bincount(each, minlength=many).astype(float) for each in (first, then))
    enough = (n >= LEAST) & (n_after >= LEAST)
    factor = np.divide(n, n_after, out=np.zeros(many), where=enough)
    own = enough[first].astype(float)
    covered = float(own.mean()) if own.size else 0.0
    return Weights(own, factor[then], covered)


def worth(weight: Numbers) -> float:
    """Return how many cases of equal weight these are worth (Kish)."""
    squares = float((weight**2).sum())
    return float(weight.sum()) ** 2 / squares if squares else 0.0


def incidence(seconds: Numbers, cause: Numbers, weight: Numbers) -> pd.DataFrame:
    """Return `survival.cumulative_incidence` of weighed cases: seconds and share.

    `cause` is 1 for the event, 2 for one that rules it out, 0 where observation ended first.
    """
    known = weight > 0
    places, at = pd.factorize(seconds[known], sort=True)
    causes, weighed = cause[known], weight[known]
    wanted, ruled_out, left = (
        np.bincount(places, weighed * (causes == each), minlength=at.size) for each in (1, 2, 0)
    )
    ended = wanted + ruled_out
    at_risk = weighed.sum() - np.r_[0.0, np.cumsum(ended + left)[:-1]]
    hazard = np.divide(ended, at_risk, out=np.zeros(at.size), where=at_risk > _ROUNDING)
    before = np.r_[1.0, np.cumprod(1 - np.clip(hazard, 0, 1))[:-1]][: at.size]
    steps = np.divide(wanted, at_risk, out=np.zeros(at.size), where=at_risk > _ROUNDING)
    return pd.DataFrame({"seconds": at, "share": np.cumsum(before * steps)})[wanted > 0]


def reached(curve: pd.DataFrame, level: float) -> float:
    """Return the time at which a curve reaches a share, in seconds; NaN if never."""
    there = curve.loc[curve["share"].ge(level - _ROUNDING), "seconds"]
    return float(there.iloc[0]) if len(there) else np.nan


def _strata(before: pd.DataFrame, after: pd.DataFrame) -> Numbers:
    """Return the number of each case's service and urgency, those of before first."""
    codes = [
        pd.factorize(pd.concat([before[name].astype("str"), after[name].astype("str")]))[0]
        for name in _BY
    ]
    every: Numbers = pd.factorize(codes[0] * (int(codes[1].max(initial=0)) + 2) + codes[1])[0]
    return every
