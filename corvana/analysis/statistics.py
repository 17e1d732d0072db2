"""Estimates with their uncertainty: quantiles, shares, rates and time-to-event curves.

Every interval is two-sided at 95 %. A bound the data cannot give is NaN, never a guess.
"""

import warnings
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

CONFIDENCE: Final = 0.95
_TAIL: Final = (1 - CONFIDENCE) / 2
_Z: Final = float(stats.norm.ppf(1 - _TAIL))

Numbers = npt.NDArray[Any]


class Estimate(NamedTuple):
    """A value with its 95 % interval, in the unit of what was estimated; unknown is NaN."""

    value: float
    low: float
    high: float


UNKNOWN: Final = Estimate(np.nan, np.nan, np.nan)


def quantile(values: npt.ArrayLike, q: float) -> Estimate:
    """Return a quantile with its order-statistic interval; missing values are left out.

    The bounds are observed values, so nothing is assumed about the distribution: the l-th smallest
    with P(B < l) ≤ 2.5 % and the u-th smallest with P(B ≥ u) ≤ 2.5 %, B ~ Binomial(n, q). With too
    few values the bound does not exist and is NaN (a median needs six).

    Source: Conover, Practical Nonparametric Statistics, 3rd ed., section 3.2.
    """
    observed = np.asarray(values, dtype=np.float64)
    observed = np.sort(observed[~np.isnan(observed)])
    table = _quantiles_of_sorted(observed, np.array([observed.size], dtype=np.int64), q)
    return Estimate(*(float(column[0]) for column in table)) if observed.size else UNKNOWN


def quantile_by(frame: pd.DataFrame, by: list[str], value: str, q: float) -> pd.DataFrame:
    """Return the quantile of `value` per group: indexed by `by`, with n, value, low, high.

    The interval is that of `quantile`, computed for all groups at once. Missing values are left
    out; a group without any value does not appear.
    """
    known = frame.loc[frame[value].notna(), [*by, value]]
    sizes = known.groupby(by, sort=True, observed=True).size()
    # Sorting integers is several times faster than sorting the group's texts.
    order = known.groupby(by, sort=True, observed=True).ngroup().to_numpy()
    ordered = known[value].to_numpy(dtype=np.float64)
    ordered = ordered[np.lexsort((ordered, order))]
    point, low, high = _quantiles_of_sorted(ordered, sizes.to_numpy(), q)
    return pd.DataFrame(
        {"n": sizes.to_numpy(), "value": point, "low": low, "high": high}, index=sizes.index
    )


def share(successes: int, n: int) -> Estimate:
    """Return a share between 0 and 1 with its Wilson score interval.

    Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209-212.
    """
    if n == 0:
        return UNKNOWN
    interval = stats.binomtest(successes, n).proportion_ci(CONFIDENCE, method="wilson")
    return Estimate(successes / n, float(interval.low), float(interval.high))


def rate(events: int, exposure: float) -> Estimate:
    """Return events per unit of exposure with the exact Poisson interval.

    Source: Garwood (1936), Biometrika 28, 437-442.
    """
    if exposure <= 0:
        return UNKNOWN
    low = stats.chi2.ppf(_TAIL, 2 * events) / 2 if events else 0.0
    high = stats.chi2.ppf(1 - _TAIL, 2 * (events + 1)) / 2
    return Estimate(events / exposure, float(low) / exposure, float(high) / exposure)


def ratio(current: Estimate, previous: Estimate) -> Estimate:
    """Return current / previous of two independent positive estimates.

    The bounds come from the two intervals, combined on the log scale (method of variance estimates
    recovery). Source: Zou & Donner (2008), Statistics in Medicine 27, 1693-1702.
    """
    values = np.array([current, previous])
    if np.isnan(values[:, 0]).any() or (values[:, 0] <= 0).any():
        return UNKNOWN
    (a, a_low, a_high), (b, b_low, b_high) = np.log(np.where(values > 0, values, np.nan))
    log = a - b
    return Estimate(
        float(np.exp(log)),
        float(np.exp(log - np.hypot(a - a_low, b_high - b))),
        float(np.exp(log + np.hypot(a_high - a, b - b_low))),
    )


def difference(current: Estimate, previous: Estimate) -> Estimate:
    """Return current − previous of two independent estimates.

    With Wilson intervals of two shares this is Newcombe's hybrid score interval.
    Source: Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
    """
    (a, a_low, a_high), (b, b_low, b_high) = current, previous
    return Estimate(
        a - b,
        float(a - b - np.hypot(a - a_low, b_high - b)),
        float(a - b + np.hypot(a_high - a, b - b_low)),
    )


def rate_ratio(
    events: int, exposure: float, events_before: int, exposure_before: float
) -> Estimate:
    """Return the ratio of two Poisson rates with its exact conditional interval.

    Given the total, the current events are binomial; the Clopper-Pearson bounds of that share
    become bounds of the ratio. Source: Przyborowski & Wilenski (1940), Biometrika 31, 313-323.
    """
    if exposure <= 0 or exposure_before <= 0 or events_before == 0:
        return UNKNOWN
    interval = stats.binomtest(events, events + events_before).proportion_ci(CONFIDENCE, "exact")
    scale = exposure_before / exposure
    low, high = float(interval.low), float(interval.high)
    return Estimate(
        events / events_before * scale,
        low / (1 - low) * scale,
        high / (1 - high) * scale if high < 1 else np.nan,
    )


def rank_test(frame: pd.DataFrame, by: str, value: str) -> pd.DataFrame:
    """Return, per group of `by`, how it ranks against all other rows: p_value and q_value.

    Mann-Whitney with the tie-corrected normal approximation, all groups from one ranking;
    `q_value` is Benjamini-Hochberg over the groups given.
    Source: Mann & Whitney (1947), Ann. Math. Stat. 18, 50-60; Benjamini & Hochberg (1995).
    """
    known = frame.loc[frame[value].notna(), [by, value]]
    total = len(known)
    groups = (
        known.assign(rank=stats.rankdata(known[value].to_numpy(dtype=np.float64)))
        .groupby(by, sort=True)["rank"]
        .agg(["size", "sum"])
    )
    ties = known[value].value_counts().to_numpy(dtype=np.float64)
    n, rest = groups["size"], total - groups["size"]
    tied = (ties**3 - ties).sum() / (total * (total - 1)) if total > 1 else 0.0
    spread = np.sqrt(n * rest / 12 * (total + 1 - tied))
    surplus = (groups["sum"] - n * (n + 1) / 2 - n * rest / 2).abs()
    z = ((surplus - 0.5).clip(lower=0) / spread.where(spread > 0)).fillna(0.0)
    p = np.minimum(1.0, 2 * stats.norm.sf(z.to_numpy(dtype=np.float64)))
    q = stats.false_discovery_control(p) if len(p) else p
    return pd.DataFrame({"p_value": p, "q_value": q}, index=groups.index)


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


def _quantiles_of_sorted(
    ordered: Numbers, sizes: Numbers, q: float
) -> tuple[Numbers, Numbers, Numbers]:
    """Return value, low, high of consecutive, sorted blocks of `sizes` values."""
    if not ordered.size:
        return np.empty(0), np.empty(0), np.empty(0)
    starts = np.r_[0, np.cumsum(sizes)[:-1]]
    place = (sizes - 1) * q
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, sizes - 1)
    left, right = ordered[starts + below], ordered[starts + above]
    lower = stats.binom.ppf(_TAIL, sizes, q).astype(int)
    upper = stats.binom.ppf(1 - _TAIL, sizes, q).astype(int) + 1
    return (
        left + (right - left) * (place - below),
        np.where(lower >= 1, ordered[starts + np.maximum(lower, 1) - 1], np.nan),
        np.where(upper <= sizes, ordered[starts + np.minimum(upper, sizes) - 1], np.nan),
    )


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
