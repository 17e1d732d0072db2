"""Two independent estimates compared: their ratio or difference, with an interval."""

import numpy as np
from scipy import special

from corvana.analysis.statistics.estimates import TAIL, UNKNOWN, Estimate


def ratio(current: Estimate, previous: Estimate) -> Estimate:
    """Return current / previous of two independent positive estimates.

    The bounds come from the two intervals, combined on the log scale (method of variance estimates
    recovery). Source: Zou & Donner (2008), Statistics in Medicine 27, 1693-1702.
    """
    values = np.array([current.interval, previous.interval])
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
    (a, a_low, a_high), (b, b_low, b_high) = current.interval, previous.interval
    return Estimate(
        a - b,
        float(a - b - np.hypot(a - a_low, b_high - b)),
        float(a - b + np.hypot(a_high - a, b - b_low)),
    )


def ratio_of_rates(current: Estimate, previous: Estimate) -> Estimate:
    """Return the ratio of two rates (`estimates.rate`) with its exact conditional interval.

    Given the total, the current events are binomial; the Clopper-Pearson bounds of that share
    become bounds of the ratio. Where events come together, their effective numbers count.
    Source: Przyborowski & Wilenski (1940), Biometrika 31, 313-323.
    """
    if not (current.value >= 0 and previous.value > 0):
        return UNKNOWN
    events, before = current.effective_n, previous.effective_n
    low = float(special.betaincinv(events, before + 1, TAIL)) if events else 0.0
    rest = float(special.betaincinv(before, events + 1, TAIL))
    # A rate over its separate events is one over the exposure of as many. Without an event, they
    # are taken to come together as those before.
    each = current.value / events if events else _per_exposure(current) * previous.n / before
    scale = each / (previous.value / before)
    return Estimate(
        current.value / previous.value, low / (1 - low) * scale, _odds_against(rest) * scale
    )


def _odds_against(rest: float) -> float:
    """The odds of a share that leaves a rest; too small a rest for a number has no upper bound."""
    return (1 - rest) / rest if rest > 0 else np.inf


def _per_exposure(nothing: Estimate) -> float:
    """Return 1 / exposure of a rate of no events, from its upper bound."""
    return nothing.high / float(special.gammaincinv(1, 1 - TAIL))
