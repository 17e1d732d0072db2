"""Curves of the share of events by time, with censored open cases and competing events.

Columns of every curve: seconds, share, low, high (95 %, pointwise), at_risk, effective (see below).

Where the clusters of the cases are given (the storms of incidents), the variance of a curve is
multiplied by a design effect: the number of cases over their effective number (`dependence`). It is
measured from the flags "over by then" at a few times and interpolated between them. `effective` is
the effective share of the cases at each time: 1 without clusters.
Sources: Ying & Wei (1994), J. Multivariate Anal. 50, 17-29 (curves of dependent cases).
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from corvana.analysis.statistics import dependence
from corvana.analysis.statistics.estimates import CONFIDENCE, UNKNOWN, Estimate, Numbers

_Z: Final = float(stats.norm.ppf(1 - (1 - CONFIDENCE) / 2))
_LEVELS: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
"""The shares of all events after which the likeness of clusters is measured."""
_ROUNDING: Final = 1e-9
"""Tolerated float error: a share is a sum of fractions, and 15 of 30 can be slightly below 0.5."""


def time_to_event(
    seconds: npt.ArrayLike, happened: npt.ArrayLike, cluster: npt.ArrayLike | None = None
) -> pd.DataFrame:
    """Return the Kaplan-Meier share of events by time, with the columns of every curve.

    `happened` is False where the event had not come when observation ended (right-censored). The
    interval is pointwise, on the log-log scale, with Greenwood's variance. The same as
    scipy.stats.ecdf's, which takes several times as long for a million cases.

    Sources: Kaplan & Meier (1958), J. Am. Stat. Assoc. 53, 457-481; Greenwood (1926).
    """
    events = np.asarray(happened, dtype=bool)
    if not events.any():
        return _curve(*(np.empty(0) for _ in range(6)))
    cause = np.where(events, 1, 0)
    at, ended, at_risk = _by_time(seconds, cause)
    left = at_risk - ended[1]
    surviving = np.cumprod(left / at_risk)
    greenwood = np.cumsum(
        np.divide(ended[1], at_risk * left, out=np.zeros_like(left), where=left > 0)
    )
    effective = _effective(seconds, cause, cluster, at)
    low, high = _complementary_log_log(surviving, surviving**2 * greenwood / effective)
    kept = ended[1] > 0
    columns = (at, 1 - surviving, 1 - high, 1 - low, at_risk, effective)
    return _curve(*(column[kept] for column in columns))


def cumulative_incidence(
    seconds: npt.ArrayLike, cause: npt.ArrayLike, cluster: npt.ArrayLike | None = None
) -> pd.DataFrame:
    """Return the Aalen-Johansen incidence of cause 1, with the columns of every curve.

    `cause` is 1 for the event of interest, 2 for a competing event that rules it out, and 0 where
    observation ended first. Unlike 1 − Kaplan-Meier, a competing event does not leave the
    denominator: the share is of all, and need not reach 1.

    F(t) = Σ S(tᵢ₋₁) d₁ᵢ / nᵢ, with the delta-method variance, and a pointwise interval on the
    complementary log-log scale, which stays within 0 and 1.

    Sources: Aalen & Johansen (1978), Scand. J. Statist. 5, 141-150; variance: Marubini & Valsecchi
    (1995), Analysing Survival Data, ch. 10; interval: Choudhury (2002), Statist. Med. 21,
    1129-1144.
    """
    causes = np.asarray(cause)
    if not (causes == 1).any():
        return _curve(*(np.empty(0) for _ in range(6)))
    at, ended, at_risk = _by_time(seconds, causes)
    wanted, any_cause = ended[1], ended[1] + ended[2]
    before = np.r_[1.0, np.cumprod(1 - any_cause / at_risk)[:-1]]
    incidence = np.cumsum(before * wanted / at_risk)
    effective = _effective(seconds, causes, cluster, at)
    variance = _incidence_variance(incidence, before, wanted, any_cause, at_risk)
    low, high = _complementary_log_log(incidence, variance / effective)
    kept = wanted > 0
    columns = (at, incidence, low, high, at_risk, effective)
    return _curve(*(column[kept] for column in columns))


def time_until(curve: pd.DataFrame, level: float) -> Estimate:
    """Return the time at which a curve of shares first reaches `level`, in seconds; NaN if never.

    `n` cases are in the curve; their effective number is that at this time, or at the last one. The
    bounds are the times at which the curve's own bounds reach it (Brookmeyer & Crowley (1982),
    Biometrics 38, 29-41): the upper bound gets there first.
    """
    value, low, high = (_first_reach(curve, name, level) for name in ("share", "high", "low"))
    if curve.empty:
        return UNKNOWN
    n = float(curve["at_risk"].iloc[0])
    place = min(int(np.searchsorted(curve["seconds"], value)), len(curve) - 1)
    return Estimate(value, low, high, n, n * float(curve["effective"].iloc[place]))


def thin(curve: pd.DataFrame, points: int = 400) -> pd.DataFrame:
    """Return at most `points` steps of a curve, evenly spaced in log time, ends kept.

    Each kept row is a true step of the curve; only steps between two drawn points are lost.
    """
    if len(curve) <= points:
        return curve
    seconds = curve["seconds"].to_numpy()
    grid = np.geomspace(max(float(seconds[0]), 1.0), float(seconds[-1]), points - 1)
    rows = np.searchsorted(seconds, grid, side="right") - 1
    return curve.iloc[np.unique(np.r_[0, rows.clip(min=0), len(curve) - 1])].reset_index(drop=True)


def _effective(
    seconds: npt.ArrayLike, cause: Numbers, cluster: npt.ArrayLike | None, at: Numbers
) -> Numbers:
    """Return the effective share of the cases at each of the times `at`.

    A case counts as "over by then" if cause 1 had ended it. A case whose observation ended before
    tells nothing and has the score 0.
    """
    if cluster is None:
        return np.ones(at.size)
    clustered = dependence.cells(np.asarray(cluster))
    if not (clustered.size > 1).any():
        return np.ones(at.size)
    lasted = np.asarray(seconds, dtype=np.float64)
    times = np.quantile(lasted[cause == 1], _LEVELS, method="inverted_cdf")
    shares = [
        dependence.effective_sizes(_over_by(lasted, cause, time), clustered)[0] / lasted.size
        for time in times
    ]
    found: Numbers = np.interp(at, times, shares)
    return found


def _over_by(lasted: Numbers, cause: Numbers, time: float) -> Numbers:
    """Return the flags "ended by cause 1 at this time or before" about their mean."""
    is_over = ((cause == 1) & (lasted <= time)).astype(np.float64)
    is_known = (cause != 0) | (lasted >= time)
    scores: Numbers = np.where(is_known, is_over - is_over[is_known].mean(), 0.0)
    return scores


def _by_time(seconds: npt.ArrayLike, cause: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return the distinct times; at each, the number of cases that ended by cause 0, 1, 2; and the
    number at risk just before it."""
    places, at = pd.factorize(np.asarray(seconds, dtype=np.float64), sort=True)
    ended = np.bincount(cause * at.size + places, minlength=3 * at.size).reshape(3, -1) * 1.0
    left = places.size - np.cumsum(ended.sum(axis=0))
    return at, ended, np.r_[float(places.size), left[:-1]]


def _incidence_variance(
    incidence: Numbers, before: Numbers, wanted: Numbers, any_cause: Numbers, at_risk: Numbers
) -> Numbers:
    """Return the delta-method variance of the incidence at every time, from running sums."""
    left = at_risk - any_cause
    # When no case is left, the incidence cannot change any more and the term's factor is 0.
    hazard = np.divide(any_cause, at_risk * left, out=np.zeros_like(before), where=left > 0)
    own = before * wanted / at_risk**2
    squares = (
        incidence**2 * np.cumsum(hazard)
        - 2 * incidence * np.cumsum(incidence * hazard)
        + np.cumsum(incidence**2 * hazard)
    )
    events = np.cumsum(before**2 * wanted * (at_risk - wanted) / at_risk**3)
    cross = incidence * np.cumsum(own) - np.cumsum(incidence * own)
    variance: Numbers = np.maximum(squares + events - 2 * cross, 0.0)
    return variance


def _complementary_log_log(shares: Numbers, variance: Numbers) -> tuple[Numbers, Numbers]:
    """Return the bounds of shares; NaN at exactly 0 and 1, where the scale has no value."""
    inner = np.where((shares > 0) & (shares < 1), shares, np.nan)
    # Beyond e^50 the bounds are 0 and 1 to any precision.
    width = np.minimum(_Z * np.sqrt(variance) / np.abs(inner * np.log(inner)), 50.0)
    return inner ** np.exp(width), inner ** np.exp(-width)


def _first_reach(curve: pd.DataFrame, name: str, level: float) -> float:
    reached = np.flatnonzero(curve[name].to_numpy() >= level - _ROUNDING)
    return float(curve["seconds"].to_numpy()[reached[0]]) if reached.size else np.nan


def _curve(
    seconds: Numbers,
    shares: Numbers,
    low: Numbers,
    high: Numbers,
    at_risk: Numbers,
    effective: Numbers,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "seconds": seconds,
            "share": shares,
            "low": low,
            "high": high,
            "at_risk": at_risk.astype(np.int64),
            "effective": effective,
        }
    )
