"""Sentences that say how often the client's targets are met, and where least."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import pandas as pd

from corvana.analysis.answers.selection import Selected
from corvana.analysis.assessment.attainment import lowest
from corvana.analysis.assessment.targets import Attained, Attainment, Target
from corvana.analysis.assessment.typed_duration import exact
from corvana.analysis.response.durations import Measure
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.wording import TOO_FEW, count, percent, plain, plural, share_interval

VERB: Final[Mapping[Measure, str]] = MappingProxyType(
    {"seconds_to_first_ack": "acknowledged", "seconds_to_resolve": "resolved"}
)
"""How an incident that met a target ended its wait."""
_MOST_NAMED: Final = 12


def answer(attainment: Attainment, selected: Selected, low: str = "") -> str:
    """Return how often each target that is set was met.

    Parameters
    ----------
    attainment
        Of the selection; a target of at least one kind is set.
    selected
        The selection in words.
    low
        A sentence about where a target is met least, from `standout`.
    """
    told = [
        (each, verb)
        for each, verb in zip(attainment, VERB.values(), strict=True)
        if each.is_set and each.n
    ]
    if not told:
        return _none_judged(attainment, selected)
    (first, verb), *rest = told
    parts = [_first(first, verb, selected), *(_second(each, done) for each, done in rest), low]
    return " ".join(part for part in parts if part)


def standout(groups: pd.DataFrame, names: Mapping[str, str], measure: Measure) -> str:
    """Return a sentence on the group that is clearly lowest (`attainment.lowest`), else nothing.

    Parameters
    ----------
    groups
        From attainment.by_group.
    names
        Label of each group's id.
    """
    found = lowest(groups)
    if found is None:
        return ""
    name, verb = names.get(str(found["id"]), str(found["id"])), VERB[measure]
    return (
        f"*{plain(name)}* has the lowest share {verb} in time: {percent(found['value'])} of its "
        f"{count(found['n'])} judged incidents ({_range(found)}), less than chance explains."
    )


def composition(attained: Attained, verb: str) -> str:
    """Return the counts behind the share: met, missed and how, and what is not judged."""
    parts = [
        f"n = {count(attained.n)}",
        f"{count(attained.n_met)} {verb} in time",
        _part(attained.n_late, "later"),
        _without_ack(attained),
        _part(attained.n_open, f"not {verb} yet"),
    ]
    unjudged = ", ".join(
        part
        for part in (
            _part(attained.n_young, "younger than the target"),
            _part(attained.n_without_target, "without a target"),
            _part(attained.n_left_out, "merged or created in a maintenance window"),
        )
        if part
    )
    told = " · ".join(part for part in parts if part)
    return f"{told} · not judged: {unjudged}" if unjudged else told


def told_targets(targets: Sequence[Target], levels: Mapping[str, str], *, services: int) -> str:
    """Return the targets of priorities or urgencies in their order: "P1: acknowledge within 15 min,
    resolve within 4 h". `services`: how many have targets of their own."""
    of_level = {each.level: each for each in targets if not each.service}
    named = [f"{plain(levels[one])}: {times(of_level[one])}" for one in levels if one in of_level]
    more = len(named) - _MOST_NAMED
    parts = [
        *named[:_MOST_NAMED],
        f"and {plural(more, 'other', 'others')}" if more > 0 else "",
        plural(services, "service has targets of its own", "services have targets of their own")
        if services
        else "",
    ]
    return " · ".join(part for part in parts if part)


def times(target: Target) -> str:
    """Return both times of a target in words: "acknowledge within 15 min, resolve within 4 h"."""
    parts = (
        f"{verb} within {exact(seconds)}"
        for verb, seconds in (("acknowledge", target.acknowledge), ("resolve", target.resolve))
        if seconds is not None
    )
    return ", ".join(parts) or "none"


def _first(attained: Attained, verb: str, selected: Selected) -> str:
    were = "was" if attained.n == 1 else "were"
    if attained.n < ENOUGH:
        return (
            f"**{count(attained.n_met)} of {selected.incidents(attained.n)}** {were} {verb} within "
            f"{_whose(attained.n)} target; {TOO_FEW}."
        )
    return (
        f"**{percent(attained.share.value)}** ({share_interval(attained.share)}) of the "
        f"{selected.incidents(attained.n, 'with a target')} were {verb} within it."
    )


def _second(attained: Attained, verb: str) -> str:
    if attained.n < ENOUGH:
        were = "was" if attained.n == 1 else "were"
        return f"{count(attained.n_met)} of {count(attained.n)} {were} {verb} within the target."
    return (
        f"**{percent(attained.share.value)}** ({share_interval(attained.share)}) of "
        f"{count(attained.n)} were {verb} within theirs."
    )


def _none_judged(attainment: Attainment, selected: Selected) -> str:
    young = max(each.n_young for each in attainment)
    every = [each for each in attainment if each.is_set]
    n = max(each.n_young + each.n_without_target for each in every)
    if not n:
        return f"No incident {selected.period} is counted: all are merged or in maintenance."
    if young:
        return f"No target of the {selected.incidents(n)} has passed yet."
    none = "has" if n == 1 else "have"
    return f"{selected.incidents(n)} {none} no target."


def _without_ack(attained: Attained) -> str:
    if not attained.n_without_ack:
        return ""
    early = f" ({count(attained.n_early)} before the target passed)" if attained.n_early else ""
    return f"{count(attained.n_without_ack)} resolved without an acknowledgement{early}"


def _range(found: pd.Series) -> str:
    return f"{percent(found['low']).removesuffix(' %')} to {percent(found['high'])}"


def _whose(n: int) -> str:
    return "its" if n == 1 else "their"


def _part(n: int, what: str) -> str:
    return f"{count(n)} {what}" if n else ""
