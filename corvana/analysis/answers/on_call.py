"""Who carries the pager?"""

import math
from collections.abc import Mapping
from typing import Final

import pandas as pd

from corvana.analysis.people import SMALLEST_GROUP
from corvana.analysis.staffing.burden import SHARED, Totals
from corvana.analysis.staffing.fairness import Fairness
from corvana.analysis.statistics.estimates import ENOUGH, Estimate
from corvana.analysis.wording import count, duration, percent, plain, share_interval

RECOGNISABLE: Final = (
    f"Fewer than {SMALLEST_GROUP} people are in this selection: each would be recognisable, so "
    "what falls on single people is not shown."
)

_BY_WHAT: Final = {
    SHARED[0]: "in proportion to on-call time in sleep hours",
    SHARED[1]: "in proportion to on-call time",
    SHARED[2]: "in proportion to on-call time",
}
_SURELY: Final = 0.05


def answer(totals: Totals, levels: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Return how often people on call are interrupted, and which levels have nobody on call.

    Parameters
    ----------
    totals
        burden.totals of the selection.
    levels
        The levels of covered_levels.covered_levels, worst first.
    names
        Label of each policy's id.
    """
    return f"{_interrupted(totals)} {_uncovered(levels, names)}"


def evenness(shared: Fairness, what: str) -> str:
    """Return the Gini coefficient of one of burden.SHARED beside the value expected by chance."""
    if math.isnan(shared.gini):
        return f"No {what} to share among people on call."
    if shared.events < ENOUGH:
        return (
            f"Not enough data to say how even the split of {what} is (n = {count(shared.events)})."
        )
    low, high = shared.expected.low, shared.expected.high
    if shared.p_value < _SURELY:
        verdict = "**more uneven than chance would have it**"
    elif shared.gini < low:
        verdict = "more even than chance would have it"
    else:
        verdict = "no more uneven than chance would have it"
    return (
        f"The split of {what} over {count(shared.responders)} people is {verdict}: "
        f"Gini {shared.gini:.2f}, where falling at random {_BY_WHAT[what]} gives "
        f"{shared.expected.value:.2f} ({low:.2f} to {high:.2f})."
    )


def every(per_hour: Estimate) -> str:
    """Return a rate in words: the mean time on call between two interruptions."""
    return f"every {duration(3_600 / per_hour.value)} on call" if per_hour.value > 0 else "never"


def _interrupted(totals: Totals) -> str:
    if not totals.responders:
        return "Nobody was on call by schedule in this selection."
    rate = totals.per_hour
    asleep = (
        f"; {percent(totals.asleep.value)} of all interruptions come in sleep hours "
        f"({share_interval(totals.asleep)})"
        if totals.interruptions
        else ""
    )
    if not totals.interruptions_on_call:
        return f"Nobody was interrupted in {count(totals.on_call_hours)} hours on call."
    return (
        f"**Whoever is on call is interrupted {every(rate).removesuffix(' on call')}** "
        f"({duration(3_600 / rate.high)} to {duration(3_600 / rate.low)}){asleep}."
    )


def _uncovered(levels: pd.DataFrame, names: Mapping[str, str]) -> str:
    if levels.empty:
        return "Coverage is unknown: no schedule of a policy in use was collected."
    worst = levels.iloc[0]
    if not worst["gaps"]:
        return (
            f"All {count(len(levels))} levels of the policies in use have somebody on call."
            if len(levels) > 1
            else "The only level of the policies in use has somebody on call."
        )
    policy = worst["escalation_policy_id"]
    others = int(levels["gaps"].gt(0).sum()) - 1
    rest = f"; {count(others)} more {'level has' if others == 1 else 'levels have'} gaps"
    return (
        f"Level {worst['level']} of **{plain(names.get(policy, policy))}** has nobody on call for "
        f"{percent(float(worst['uncovered']))} of the time it is needed{rest * (others > 0)}."
    )
