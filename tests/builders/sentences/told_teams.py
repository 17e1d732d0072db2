"""The teams page: what its answer and the numbers of the open team have to say."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Final

from corvana.analysis import wording
from tests.builders.sentences.facts import Facts
from tests.builders.sentences.stored import label
from tests.builders.sentences.told import Life
from tests.builders.sentences.told_numbers import FEW, bounds, many, seconds, shares
from tests.builders.sentences.waits import Waits

_D: Final = r"[\d,.]+ (?:s|min|h|days?)(?: \d+ (?:s|min))?"
_WHICH: Final = r"(?:The one finding|The largest): [^:]+:"
_NOBODY: Final = r"No finding belongs to (?:the one team|the (?P<teams>\d+) teams)\."
_FIRST: Final = (
    rf"(?P<name>[\w ]+) first: up to (?P<once>{_D}) a month are avoidable"
    rf"(?: if each incident counts once, (?P<added>{_D}) if its (?P<n>\d+) findings share no "
    rf"incident)?\. {_WHICH} [^.]+?, (?P<worth>{_D}) a month of "
    r"avoidable (?:waiting|work) \([^)]+\)\."
    r"(?: (?P<other>[\w ]+?)(?:, and one more team|, and \d+ more teams)? may come first instead: "
    rf"added up, its findings make (?P<more>{_D}) a month\.)?"
)
_UNMEASURED: Final = (
    r"(?P<name>[\w ]+) first: its (?:\d+ findings have|finding has) no avoidable time\. "
    rf"{_WHICH} .+, no avoidable time measured \([^)]+\)\."
)
_PERIOD_ONLY: Final = {"card In sleep hours · value", "card In sleep hours · note"}


def answer(text: str, facts: Facts) -> Iterator[str]:
    """Yield the faults of the answer. What findings cost is held against hand-written ledgers in
    `tests/analysis/teams`; here the numbers of one answer have to fit each other."""
    found = next(
        (each for form in (_NOBODY, _FIRST, _UNMEASURED) if (each := re.fullmatch(form, text))),
        None,
    )
    if found is None:
        yield "an answer of an unknown form"
        return
    said, teams = found.groupdict(), _teams(facts)
    if said.get("teams") and int(said["teams"]) != len(teams):
        yield f"there are {len(teams)} teams"
    for name in ("name", "other"):
        if said.get(name) and said[name] not in map(label, teams):
            yield f"{said[name]} is no team"
    once = seconds(said.get("once") or "0 s")
    for name in ("added", "more"):
        if said.get(name) and seconds(said[name] or "") < once:
            yield f"{said[name]} is less than what is counted once"
    if seconds(said.get("worth") or "0 s") > 1.05 * once:
        yield "the largest finding alone is worth more than all counted once"


def faults(where: str, text: str, facts: Facts) -> Iterator[str]:
    """Yield what is false of a number of the open team; any team may be open."""
    if not facts.selected:
        return
    is_all = facts.filters.end - facts.filters.start >= facts.told.as_of - min(
        life.at for life in facts.told.lives
    )
    if where in _PERIOD_ONLY and not is_all:
        return
    right = {told[where] for told in _told(facts) if where in told}
    if right and not any(text == each or text.endswith(f" · {each}") for each in right):
        yield f"it is one of {sorted(right)}"
    if where == "chart teams-avoidable · caption":
        teams = facts.told.teams
        n = sum(not teams.get(life.service) for life in facts.selected)
        one = "1 incident belongs" if n == 1 else f"{n} incidents belong"
        told = f"{one} to no team, of the {len(facts.selected)} selected."
        if (told in text) != bool(n):
            yield f"{n} incidents are of no team"


def _teams(facts: Facts) -> set[str]:
    return set(facts.told.teams.values())


@cache
def _told(facts: Facts) -> list[Mapping[str, str]]:
    """What the cards say, by team."""
    every = Facts(facts.told, replace(facts.filters, teams=()))
    return [_of_team(every, team) for team in _teams(facts)]


def _of_team(every: Facts, team: str) -> Mapping[str, str]:
    own, rest = _Part(every, team), _Part(every, team, is_rest=True)
    acks, others = every.waits(own.counted), every.waits(rest.counted)
    resolves = every.lasting(own.counted)
    return {
        "card Half acknowledged in · value": _half(acks),
        "card Half acknowledged in · note": _end(acks, others),
        "card Half resolved in · value": _half(resolves),
        "card Escalated · value": shares(own.escalated, len(own.decided)),
        # The interval counts with the effective number of incidents, and is not worked out here.
        "card Escalated · note": (
            f"of {many(len(own.decided), 'high-urgency incident', 'high-urgency incidents')} · the "
            f"rest: {shares(rest.escalated, len(rest.decided))}, of {len(rest.decided):,}"
        ),
        "card In sleep hours · value": shares(own.asleep, own.pages),
        "card In sleep hours · note": _asleep(own, rest),
        "card Incidents a week · value": _weekly(len(own.counted), every),
    }  # fmt: skip


class _Part:
    """The incidents of a team, or all that are not its."""

    def __init__(self, every: Facts, team: str, *, is_rest: bool = False) -> None:
        def is_in(life: Life) -> bool:
            return (every.told.teams.get(life.service) == team) != is_rest

        self.counted = [life for life in every.counted if is_in(life)]
        self.decided = [life for life in every.decided if is_in(life)]
        self.escalated = sum(bool(life.climbed or life.called) for life in self.decided)
        of_team = Facts(every.told, replace(every.filters, teams=(team,)))
        self.pages, self.asleep = len(of_team.pages), of_team.asleep
        if is_rest:
            self.pages = len(every.pages) - self.pages
            self.asleep = every.asleep - self.asleep


def _half(waits: Waits) -> str:
    return "–" if waits.n < FEW else wording.duration(waits.half)


def _end(own: Waits, rest: Waits) -> str:
    """The end of a note that begins with the interval, which is not worked out here."""
    few = f"fewer than {FEW} · " if own.n < FEW else None
    ending = f"of {many(own.n, 'incident', 'incidents')} · the rest: {_half(rest)}, of {rest.n}"
    return f"{few}{ending}" if few else ending


def _asleep(own: _Part, rest: _Part) -> str:
    interval = f"{bounds(own.asleep, own.pages)} · " if own.pages >= FEW else ""
    return (
        f"{interval}of {many(own.pages, 'interruption', 'interruptions')} · the rest: "
        f"{shares(rest.asleep, rest.pages)}, of {rest.pages:,}"
    )


def _weekly(n: int, every: Facts) -> str:
    if n < FEW:
        return "–"
    rate = n / ((every.filters.end - every.filters.start).total_seconds() / 604_800)
    return f"{rate:,.0f}" if rate >= FEW else f"{rate:.1f}"
