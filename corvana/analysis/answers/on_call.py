"""Who carries the pager?"""

import math
from collections.abc import Mapping
from typing import Final

import pandas as pd

from corvana.analysis.answers.selection import Selected
from corvana.analysis.staffing.burden import SHARED, LevelLoad, Totals
from corvana.analysis.staffing.fairness import Fairness
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.wording import (
    TOO_FEW,
    count,
    duration,
    percent,
    plain,
    plural,
    sentence_case,
    share_interval,
    some_of,
)
from corvana.assessment.settings import SMALLEST_GROUP

_BY_WHAT: Final = {
    SHARED[0]: "in proportion to on-call time in sleep hours",
    SHARED[1]: "in proportion to on-call time",
    SHARED[2]: "in proportion to on-call time",
}


def recognisable(smallest: int = SMALLEST_GROUP) -> str:
    """Return why numbers of single people are not shown; `smallest`: the smallest group."""
    return (
        f"Fewer than {smallest} people are in this selection: each would be recognisable, so "
        "numbers of single people are not shown."
    )


def answer(
    totals: Totals, levels: pd.DataFrame, names: Mapping[str, str], selected: Selected
) -> str:
    """Return how often people on call are interrupted, and which levels have nobody on call.

    Parameters
    ----------
    totals
        burden.totals of the selection.
    levels
        The levels of covered_levels.covered_levels, worst first.
    names
        Label of each policy's id.
    selected
        The selection in words.
    """
    where = ", ".join(part for part in (selected.scope, selected.period) if part)
    parts = (
        f"{sentence_case(where)}: {_interrupted(totals)}",
        "" if selected.times else _asleep(totals),
        _uncovered(levels, names, selected),
    )
    return " ".join(part for part in parts if part)


def evenness(shared: Fairness, what: str) -> str:
    """Return the Gini coefficient of one of burden.SHARED beside the value expected by chance; the
    verdict compares the rounded numbers that the sentence shows."""
    if math.isnan(shared.gini):
        return f"No {what} to share among people on call."
    if shared.events < ENOUGH:
        return f"{what.capitalize()}: n = {count(shared.events)}; {TOO_FEW}."
    gini = round(shared.gini, 2)
    over = f"{what} over {count(shared.responders)} people"
    if not shared.can_tell:
        turns = plural(shared.turns, "turn is", "turns are")
        return (
            f"{sentence_case(over)}: Gini {gini:.2f}. {turns} too few to tell an unfair "
            "share from a bad turn."
        )
    low, high = (round(bound, 2) for bound in (shared.expected.low, shared.expected.high))
    if gini > high:
        verdict = "**more uneven than by chance**"
    elif gini < low:
        verdict = "more even than by chance"
    else:
        verdict = "no more uneven than by chance"
    return (
        f"The split of {over} is {verdict}: Gini {gini:.2f}; chance alone, {_BY_WHAT[what]} and "
        f"with bad turns as they come, gives {shared.expected.value:.2f} ({low:.2f} to {high:.2f})."
    )


def every(load: LevelLoad) -> str:
    """Return a rate in words: the mean time on call between two interruptions, or a count."""
    if load.interruptions >= ENOUGH:
        return f"every {duration(3_600 / load.per_hour.value)}"
    times = {0: "never", 1: "once"}.get(load.interruptions, f"{load.interruptions} times")
    return f"{times} in {count(load.hours)} h on call"


def _interrupted(totals: Totals) -> str:
    if not totals.levels:
        return "nobody was on call by schedule."
    first, *others = totals.levels
    if not any(load.interruptions for load in totals.levels):
        hours = sum(load.hours for load in totals.levels)
        return f"nobody was interrupted on call, in {count(hours)} h."
    rest = "".join(f"; on {load.level}, {every(load)}{_range(load)}" for load in others)
    if not first.interruptions:
        return f"on {first.level}, nobody was interrupted in {count(first.hours)} h on call{rest}."
    return f"**on {first.level}, people are interrupted {every(first)}**{_range(first)}{rest}."


def _range(load: LevelLoad) -> str:
    if load.interruptions < ENOUGH:
        return ""
    low, high = (duration(3_600 / rate) for rate in (load.per_hour.high, load.per_hour.low))
    return f" ({low} to {high})"


def _asleep(totals: Totals) -> str:
    n, asleep = totals.interruptions, totals.asleep
    if not n:
        return ""
    if n < ENOUGH:
        fall = some_of(asleep.value * n, n, "interruption falls", "interruptions fall")
        return f"{fall} in sleep hours, on shift or not."
    return (
        f"{percent(asleep.value)} of the {count(n)} interruptions, on shift or not, fall in sleep "
        f"hours ({share_interval(asleep)})."
    )


def _uncovered(levels: pd.DataFrame, names: Mapping[str, str], selected: Selected) -> str:
    policies = "policies of this selection" if selected.places else "policies in use"
    if levels.empty:
        return f"No schedules are known for the {policies}."
    worst, n = levels.iloc[0], len(levels)
    if not worst["gaps"]:
        return (
            f"{'Both' if n == 2 else f'All {count(n)}'} levels of the {policies} have somebody on "
            "call, past and coming."
            if n > 1
            else f"The only level of the {policies} has somebody on call, past and coming."
        )
    policy = worst["escalation_policy_id"]
    others = int(levels["gaps"].gt(0).sum()) - 1
    rest = f"; {count(others)} more {'level has' if others == 1 else 'levels have'} gaps"
    return (
        f"Level {worst['level']} of **{plain(names.get(policy, policy))}** has nobody on call for "
        f"{percent(float(worst['uncovered']))} of the time needed, past and coming"
        f"{rest * (others > 0)}."
    )
