"""The answer of the on-call page: what each of its sentences has to say."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from corvana.analysis import wording
from tests.builders.sentences.facts import Facts
from tests.builders.sentences.stored import label
from tests.builders.sentences.told_numbers import FEW, bounds
from tests.builders.sentences.told_selection import times
from tests.builders.sentences.waits import Level

_LEVELS: Final = {1: "level 1", 2: "level 2 and above"}
_ELSEWHERE: Final = re.compile(r"; on schedules of no policy, [^.]+")
_BRACKET: Final = re.compile(r" \([^)]*\)(?=[.;]|$)")


def faults(text: str, facts: Facts) -> Iterator[str]:
    """Yield what is false of the answer; the interval of a rate is not looked at."""
    if _shares_people(facts):
        return
    scope, _, rest = text.partition(": ")
    if scope.lower() != _scope(facts).lower():
        yield f"the selection is {_scope(facts)!r}, not {scope!r}"
    interrupted = rest.split(". ")[0] + "."
    said = _BRACKET.sub("", _ELSEWHERE.sub("", interrupted))
    if said != _interrupted(facts):
        yield f"it is {_interrupted(facts)!r}, not {said!r}"
    if asleep := _asleep(facts):
        if asleep not in rest:
            yield f"it says not {asleep!r}"
    elif "fall in sleep hours" in rest:
        yield "nobody was paged"


def _shares_people(facts: Facts) -> bool:
    """Whether somebody is on two schedules, so that hours on levels overlap."""
    people = [{who for who, *_ in turns} for turns in facts.told.schedules.values()]
    return len(set().union(*people)) < sum(map(len, people)) if people else False


def _scope(facts: Facts) -> str:
    chosen = facts.filters
    places = ", ".join(
        part
        for part in (
            _places(chosen.services, "", "services"),
            _places(chosen.teams, "team ", "teams"),
            _places(chosen.policies, "policy ", "policies"),
        )
        if part
    )
    urgency = f"{chosen.urgency} urgency" if chosen.urgency else ""
    last = chosen.end - timedelta(seconds=1)
    period = f"from {chosen.start:%-d %b} to {last:%-d %b}"
    return ", ".join(part for part in (places, urgency, times(chosen), period) if part)


def _places(chosen: tuple[str, ...], one: str, several: str) -> str:
    if len(chosen) > 1:
        return f"{len(chosen)} chosen {several}"
    return f"{one}{label(chosen[0])}" if chosen else ""


def _interrupted(facts: Facts) -> str:
    levels = {number: facts.level(number) for number in _LEVELS}
    known = {number: level for number, level in levels.items() if level.hours}
    if not known:
        return "nobody was on call by schedule."
    hours = sum(level.hours for level in known.values())
    if not any(level.pages for level in known.values()):
        return f"nobody was interrupted on call, in {hours:,.0f} h."
    (first, level), *others = known.items()
    rest = "".join(f"; on {_LEVELS[number]}, {_every(other)}" for number, other in others)
    if not level.pages:
        return f"on {_LEVELS[first]}, nobody was interrupted in {level.hours:,.0f} h on call{rest}."
    return f"on {_LEVELS[first]}, people are interrupted {_every(level)}{rest}."


def _every(level: Level) -> str:
    if level.pages >= FEW:
        return f"every {wording.duration(level.hours * 3_600 / level.pages)}"
    times = {0: "never", 1: "once"}.get(level.pages, f"{level.pages} times")
    return f"{times} in {level.hours:,.0f} h on call"


def _asleep(facts: Facts) -> str:
    if facts.of_times:
        return ""
    n, k = len(facts.pages), facts.asleep
    if not n:
        return ""
    if n < FEW:
        noun = "interruption" if n == 1 else "interruptions"
        return f"{k} of {n} {noun} {'falls' if k == 1 or n == 1 else 'fall'} in sleep hours"
    return (
        f"{wording.percent(k / n)} of the {n:,} interruptions, on shift or not, fall in sleep "
        f"hours ({bounds(k, n)})."
    )
