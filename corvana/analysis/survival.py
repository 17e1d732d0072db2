"""Curves of what has happened by a time, with open cases censored and competing ends counted.

Columns of every curve: seconds, share, low, high (95 %, pointwise), at_risk.
"""

import warnings
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from corvana.analysis.statistics import CONFIDENCE, UNKNOWN, Estimate, Numbers

_Z: Final = float(stats.norm.ppf(1 - (1 - CONFIDENCE) / 2))


def time_to_event(seconds: npt.ArrayLike, happened: npt.ArrayLike) -> pd.DataFrame:
    """Return the Kaplan-Meier share of events by time: seconds, share, low, high, at_risk.

    `happened` is False where the event had not come when observation ended (right-censored). The
    interval is pointwise, log-log transformed, as in scipy.stats.ecdf.

    Source: Kaplan & Meier (1958), J. Am. Stat. Assoc. 53, 457-481.
    """
    times = np.asarray(seconds, dtype=np.float64)
    events = np.asarray(happened, dtype=bool)
    if not events.any():
        return _curve(*(np.empty(0) for _ in range(5)))
    result = stats.ecdf(stats.CensoredData.right_censored(times, ~events))
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        # The bound at a share of exactly 1 is undefined and comes back as NaN, with a warning.
        warnings.simplefilter("ignore", RuntimeWarning)
        interval = result.cdf.confidence_interval(CONFIDENCE, method="log-log")
    at = np.unique(times)
    kept = np.isin(at, times[events])
    at_risk = times.size - np.searchsorted(np.sort(times), at, side="left")
    columns = (
        at,
        result.cdf.probabilities,
        interval.low.probabilities,
        interval.high.probabilities,
        at_risk,
    )
    return _curve(*(np.asarray(column, dtype=np.float64)[kept] for column in columns))


def cumulative_incidence(seconds: npt.ArrayLike, cause: npt.ArrayLike) -> pd.DataFrame:
    """Return the Aalen-Johansen incidence of cause 1: seconds, share, low, high, at_risk.

    `cause` is 1 for the event of interest, 2 for a competing event that rules it out, and 0 where
    observation ended first. Unlike 1 − Kaplan-Meier, a competing event does not leave the
    denominator: the share is of all, and need not reach 1.

    F(t) = Σ S(tᵢ₋₁) d₁ᵢ / nᵢ, with the delta-method variance, and a pointwise interval on the
    complementary log-log scale, which stays within 0 and 1.

    Sources: Aalen & Johansen (1978), Scand. J. Statist. 5, 141-150; variance: Marubini & Valsecchi
    (1995), Analysing Survival Data, ch. 10; interval: Choudhury (2002), Statist. Med. 21,
    1129-1144.
    """
    times = np.asarray(seconds, dtype=np.float64)
    causes = np.asarray(cause)
    if not (causes == 1).any():
        return _curve(*(np.empty(0) for _ in range(5)))
    at, position = np.unique(times, return_inverse=True)
    wanted = np.bincount(position, (causes == 1) * 1.0, minlength=at.size)
    any_cause = np.bincount(position, (causes != 0) * 1.0, minlength=at.size)
    at_risk = times.size * 1.0 - np.r_[0, np.cumsum(np.bincount(position, minlength=at.size))][:-1]
    before = np.r_[1.0, np.cumprod(1 - any_cause / at_risk)[:-1]]
    incidence = np.cumsum(before * wanted / at_risk)
    low, high = _complementary_log_log(
        incidence, _incidence_variance(incidence, before, wanted, any_cause, at_risk)
    )
    kept = wanted > 0
    return _curve(at[kept], incidence[kept], low[kept], high[kept], at_risk[kept])


def time_until(curve: pd.DataFrame, level: float) -> Estimate:
    """Return when a curve of shares first reaches `level`, in seconds; NaN if it never does.

    The bounds are where the curve's own bounds reach it (Brookmeyer & Crowley (1982), Biometrics
    38, 29-41): the upper bound gets there first.
    """
    return Estimate(*(_first_reach(curve, name, level) for name in ("share", "high", "low")))


def share_by(curve: pd.DataFrame, seconds: float) -> Estimate:
    """Return the share a curve has reached at a time; before its first event, 0 without bounds."""
    reached = curve.loc[curve["seconds"] <= seconds, ["share", "low", "high"]]
    if reached.empty:
        return Estimate(0.0, np.nan, np.nan) if len(curve) else UNKNOWN
    return Estimate(*(float(bound) for bound in reached.iloc[-1]))


def thin(curve: pd.DataFrame, points: int = 400) -> pd.DataFrame:
    """Return at most `points` steps of a curve, evenly spaced in log time, ends kept.

    Each kept row is a true step of the curve; what is lost lies between two drawn points.
    """
    if len(curve) <= points:
        return curve
    seconds = curve["seconds"].to_numpy()
    grid = np.geomspace(max(float(seconds[0]), 1.0), float(seconds[-1]), points - 1)
    rows = np.searchsorted(seconds, grid, side="right") - 1
    return curve.iloc[np.unique(np.r_[0, rows.clip(min=0), len(curve) - 1])].reset_index(drop=True)


def _incidence_variance(
    incidence: Numbers, before: Numbers, wanted: Numbers, any_cause: Numbers, at_risk: Numbers
) -> Numbers:
    """Return the delta-method variance of the incidence at every time, from running sums."""
    left = at_risk - any_cause
    # Where everyone left, the incidence cannot change any more and the term's factor is 0.
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
    reached = curve.loc[curve[name] >= level, "seconds"]
    return float(reached.iloc[0]) if len(reached) else np.nan


def _curve(
    seconds: Numbers, shares: Numbers, low: Numbers, high: Numbers, at_risk: Numbers
) -> pd.DataFrame:
    return pd.DataFrame(
        {"seconds": seconds, "share": shares, "low": low, "high": high, "at_risk": at_risk}
    ).astype({"at_risk": "int64"})
