"""What changed of incidents: how fast they are answered, how they end, how many there are."""

from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from corvana.analysis import maintenance
from corvana.analysis.account.analysed import Account
from corvana.analysis.assessment.changed import same_mix
from corvana.analysis.assessment.changed.measure import Better, Measure, Name
from corvana.analysis.assessment.changed.sides import Sides, in_order
from corvana.analysis.response import durations, period_change
from corvana.analysis.response.durations import Summary
from corvana.analysis.statistics import blocks, estimates, ratios
from corvana.analysis.statistics.blocks import Blocks
from corvana.analysis.statistics.estimates import (
    ENOUGH,
    ENOUGH_FOR_P90,
    UNKNOWN,
    Estimate,
    Numbers,
)

_AT: Final = "created_at"


class _Time(NamedTuple):
    """A time until a share is done: of all incidents, or only of those that are done. Noise of the
    share becomes noise of the time by the curve between the shares `beside`."""

    name: Name
    measure: durations.Measure
    level: float
    of_done: bool
    beside: tuple[float, float]
    least: float
    needed: int


_TIMES: Final = {
    "acknowledged_half": _Time(
        "acknowledged_half", "seconds_to_first_ack", 0.5, False, (0.4, 0.6), 0.2, ENOUGH
    ),
    "acknowledged_p90": _Time(
        "acknowledged_p90", "seconds_to_first_ack", 0.9, True, (0.85, 0.95), 0.05, ENOUGH_FOR_P90
    ),
    "resolved_half": _Time(
        "resolved_half", "seconds_to_resolve", 0.5, False, (0.4, 0.6), 0.2, ENOUGH
    ),
}
_SHARES: Final[tuple[tuple[Name, Better], ...]] = (
    ("acknowledged", "more"),
    ("escalated", "less"),
    ("auto_resolved", "neither"),
    ("reassigned", "less"),
)


def measures(sides: Sides) -> tuple[Measure, ...]:
    """Return the measures of incidents."""
    acks, resolves = (
        tuple(make(each.incidents, each.as_of) for each in (sides.before, sides.after))
        for make in (durations.ack_summary, durations.resolve_summary)
    )
    times = [
        _time(sides, _TIMES["acknowledged_half"], *(each.half for each in acks)),
        _time(sides, _TIMES["acknowledged_p90"], *(each.p90 for each in acks)),
        _time(sides, _TIMES["resolved_half"], *(each.half for each in resolves)),
    ]
    shares = [_share(sides, name, better) for name, better in _SHARES]
    return (*times[:2], shares[0], times[2], *shares[1:], _weekly(sides, *acks))


def _time(sides: Sides, time: _Time, before: Estimate, after: Estimate) -> Measure:
    kept = [
        _lasting(each, time, as_of) for each, as_of in zip(sides.cases, _ends(sides), strict=True)
    ]
    n, n_after = len(kept[0]), len(kept[1])
    found = Measure(time.name, "seconds", "less", before, after, n, n_after, UNKNOWN)
    if min(n, n_after) < time.needed:
        return found
    value = ratios.ratio(after, before).value
    ones = [np.ones(len(each)) for each in kept]
    mix = same_mix.weights(kept[0], kept[1])
    weighed = [mix.before, mix.after, ones[2]]
    curves = [_curve(each, weight) for each, weight in zip(kept[:2], weighed, strict=False)]
    reached = [same_mix.reached(curve, time.level) for curve in curves]
    standardised = reached[1] / reached[0] if reached[0] > 0 else np.nan
    return found._replace(
        change=_ratio(sides, time, kept, ones, value, (before.value, after.value)),
        same_mix=_ratio(sides, time, kept, weighed, standardised, (reached[0], reached[1])),
        covered=mix.covered,
    )


def _ratio(
    sides: Sides,
    time: _Time,
    kept: list[pd.DataFrame],
    weighed: list[Numbers],
    value: float,
    reached: tuple[float, float],
) -> Estimate:
    """The ratio of two times with its interval, of weighed cases."""
    if not value > 0:
        return UNKNOWN
    within = float(np.sqrt(reached[0] * reached[1]))
    curves = [_curve(each, weight) for each, weight in zip(kept[:2], weighed, strict=False)]
    slope = float(np.mean([period_change.slope_of(curve, time.beside) for curve in curves]))
    old = [
        each.assign(weight=weight)[: period_change.old_enough(each[_AT], within, as_of)]
        for each, weight, as_of in zip(kept, weighed, _ends(sides), strict=True)
    ]
    cases = in_order(*old, by=_AT)
    return period_change.ratio_of_times(value, cases, sides.weekly, slope, within, time.least)


def _ends(sides: Sides) -> tuple[pd.Timestamp, ...]:
    """The end of observation of the cases before, after and at all other times."""
    return tuple(pd.Timestamp(each.as_of) for each in (sides.before, sides.after, sides.every))


def _lasting(cases: pd.DataFrame, time: _Time, as_of: pd.Timestamp) -> pd.DataFrame:
    """The cases with `seconds` (missing: not done), and how long each was seen, `lasted`, until it
    ended by `cause`."""
    own = cases.dropna(subset=[time.measure]) if time.of_done else cases
    seconds, ended = own[time.measure], own["seconds_to_resolve"]
    age = (as_of - own[_AT]).dt.total_seconds().clip(lower=0.0)
    return own.assign(
        seconds=seconds,
        lasted=seconds.fillna(ended).fillna(age),
        cause=np.select([seconds.notna(), ended.notna()], [1, 2], default=0),
    )


def _curve(cases: pd.DataFrame, weight: Numbers) -> pd.DataFrame:
    return same_mix.incidence(
        cases["lasted"].to_numpy(np.float64), cases["cause"].to_numpy(), weight
    )


def _share(sides: Sides, name: Name, better: Better) -> Measure:
    before, after, rest = (each.dropna(subset=[name]) for each in sides.cases)
    value, value_after = (estimates.share_of(each[name], each["storm"]) for each in (before, after))
    found = Measure(name, "share", better, value, value_after, len(before), len(after), UNKNOWN)
    if min(len(before), len(after)) < ENOUGH:
        return found
    mix = same_mix.weights(before, after)
    plain = [each.assign(weight=1.0) for each in (before, after, rest)]
    weighed = [before.assign(weight=mix.before), after.assign(weight=mix.after), plain[2]]
    return found._replace(
        change=_difference(name, plain, sides.weekly),
        same_mix=_difference(name, weighed, sides.weekly),
        covered=mix.covered,
    )


def _difference(name: str, sides: list[pd.DataFrame], weekly: Blocks) -> Estimate:
    """The difference of two shares with its interval, of weighed cases."""
    before, after = (_weighed_share(each, name) for each in sides[:2])
    cases = in_order(*sides, by=_AT)
    happened, weight = (cases[each].to_numpy(np.float64) for each in (name, "weight"))
    spread, _ = blocks.of_cases(weekly, cases[_AT], happened, weight)
    return blocks.difference(ratios.difference(after, before), spread)


def _weighed_share(cases: pd.DataFrame, name: str) -> Estimate:
    """A share with the interval of independent cases."""
    weight = cases["weight"].to_numpy(np.float64)
    if not weight.sum():
        return UNKNOWN
    return estimates.share(
        float(np.average(cases[name], weights=weight)), 1, same_mix.worth(weight)
    )


def _weekly(sides: Sides, before: Summary, after: Summary) -> Measure:
    exposed = [_observed_weeks(each) for each in (sides.before, sides.after)]
    rate, rate_after = (
        Estimate(each.n / weeks, np.nan, np.nan)
        for each, weeks in zip((before, after), exposed, strict=True)
    )
    found = Measure("incidents", "a week", "neither", rate, rate_after, before.n, after.n, UNKNOWN)
    if max(before.n, after.n) < ENOUGH:
        return found
    at = in_order(*sides.cases, by=_AT)[_AT]
    spread = blocks.of_numbers(sides.weekly, sides.weekly.totals(at, np.ones(len(at))))
    return found._replace(
        change=blocks.rate_ratio(after.n, exposed[1], before.n, exposed[0], spread)
    )


def _observed_weeks(account: Account) -> float:
    return maintenance.observed_weeks(
        account.incidents, account.maintenance_windows, account.start, account.end
    )
