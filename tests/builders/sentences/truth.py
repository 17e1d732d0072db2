"""Whether a text of the grid is true of its selection, and says no more than its number allows."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Final

from tests.builders.sentences import (
    consistent,
    told_answers,
    told_dependencies,
    told_numbers,
    told_on_call,
    told_targets,
    told_teams,
    told_titles,
)
from tests.builders.sentences.facts import Facts
from tests.builders.sentences.grid import Case
from tests.builders.sentences.heard import Heard
from tests.builders.sentences.waits import Waits

_JUDGING: Final = re.compile(
    r"\b(?:longer|shorter|slower|slowest|faster|sooner|later|no clear change|stands? out|typically|"
    r"usually|most|least|often|uneven|even)\b|(?<!95)(?<!99\.8)(?<!\d) ?\d[\d.]* %"
)
_WHOLE: Final = re.compile(
    r"\ball (?:the )?(?:[\d,]+ )?(?:high-urgency |low-urgency )?"
    r"(?:incidents|policies|services|teams)\b|\bwhole account\b",
    re.IGNORECASE,
)
_NOTHING: Final[Mapping[str, Callable[[Facts], bool]]] = {
    "No incident matches this selection.": lambda facts: not facts.selected,
    "No incident of this selection was acknowledged": lambda facts: not facts.acks.done,
    "No incident of this selection was resolved": lambda facts: not facts.resolves.done,
    "No acknowledged incident in this selection": lambda facts: not facts.acks.done,
    "No resolved incident in this selection": lambda facts: not facts.resolves.done,
    "No incident of this selection is resolved yet": lambda facts: all(
        life.resolved is None for life in facts.counted
    ),
    "No high-urgency incident went through a policy in this selection": lambda facts: (
        not facts.escalating
    ),
    "No policy paged anybody in this selection.": lambda facts: not facts.escalating,
    "Nobody was interrupted in this selection": lambda facts: not facts.pages,
    "Nobody acknowledged an incident in this selection": lambda facts: not facts.acks.done,
    "No incident of the collected time is counted": lambda facts: (
        not facts.counting(facts.told.lives)
    ),
}
"""What is said instead of a chart, and when it is true."""
_OF_THE_SELECTION: Final = re.compile(r"answer|card|cards|chart .* · title")
_WHATEVER_IS_CHOSEN: Final = re.compile(
    r"card .* · help|chart (?:overview-volume|on-call|dependency|blast|.*-weeks)|"
    r"card (?:Levels|People|Shifts|Linked|Largest|Failing|Undeclared|Incidents · (?:change|note))"
)
"""Said of shifts, of levels, of all weeks, or of the time before as well: other numbers."""


def faults(heard: Heard) -> Iterator[str]:
    """Yield what is false of a text, in words."""
    facts, said = _facts(heard.case), heard.said
    if said.where == "answer":
        yield from _answer(heard, facts)
    right = _expected(heard).get(said.where)
    if right is not None and said.text != right:
        yield f"it is {right!r}"
    if said.where == "chart overview-volume · caption":
        told = told_numbers.of_overview(facts)["collected"]
        if told not in said.text:
            yield f"it is {told!r}"
    if said.where.endswith("· title"):
        yield from told_titles.faults(heard, facts)
    if said.page == "targets":
        yield from told_targets.note(said.where, said.text, facts)
        yield from told_targets.title(said.where, said.text, facts, verb_of(heard))
    if said.page == "dependencies":
        yield from told_dependencies.faults(said.where, said.text, facts)
    if said.page == "teams":
        yield from told_teams.faults(said.where, said.text, facts)
    is_of_team = said.where.startswith("chart team-")
    if said.text in _NOTHING and not is_of_team and not _NOTHING[said.text](facts):
        yield "there is some"
    yield from consistent.faults(said)
    yield from _too_much(heard, facts)
    yield from _too_wide(heard)


def verb_of(heard: Heard) -> str:
    """What the duration shown ends with."""
    options = heard.looked.options
    is_resolve = "Duration" in options or options.get("Target") == "resolve within"
    return "resolved" if is_resolve else "acknowledged"


def waits_of(heard: Heard, facts: Facts) -> Waits:
    return facts.resolves if verb_of(heard) == "resolved" else facts.acks


@cache
def _facts(case: Case) -> Facts:
    return Facts(case.told, case.filters)


def _answer(heard: Heard, facts: Facts) -> Iterator[str]:
    page, text = heard.said.page, heard.said.text
    if page in ("response", "overview"):
        yield from told_answers.response(text, facts, waits_of(heard, facts), verb_of(heard))
    elif page == "escalations":
        yield from told_answers.escalations(text, facts)
    elif page == "on_call":
        yield from told_on_call.faults(text, facts)
    elif page == "teams":
        yield from told_teams.answer(text, facts)
    elif page == "targets":
        yield from told_targets.answer(text, facts, verb_of(heard))


def _expected(heard: Heard) -> Mapping[str, str]:
    return _told(heard.case, heard.said.page, verb_of(heard))


@cache
def _told(case: Case, page: str, verb: str) -> Mapping[str, str]:
    facts = _facts(case)
    if not facts.selected:
        return {}
    if page == "targets":
        return told_targets.expected(facts, verb)
    if page == "response":
        waits = facts.resolves if verb == "resolved" else facts.acks
        return told_numbers.of_response(facts, waits, verb)
    told = {
        "overview": told_numbers.of_overview,
        "escalations": told_numbers.of_escalations,
        "on_call": told_numbers.of_on_call,
    }
    return told[page](facts) if page in told else {}


def _too_much(heard: Heard, facts: Facts) -> Iterator[str]:
    """Below ten, a sentence counts and does not conclude."""
    page, where, text = heard.said
    n = {
        "response": waits_of(heard, facts).n,
        "overview": facts.acks.n,
        "escalations": len(facts.escalating),
    }.get(page, told_numbers.FEW)
    is_counted = _OF_THE_SELECTION.match(where) and not _WHATEVER_IS_CHOSEN.match(where)
    if n >= told_numbers.FEW or not is_counted:
        return
    own = text.split(" Of everything collected,")[0]
    if found := _JUDGING.search(own):
        yield f"{found.group().strip()!r} is said of {n}"


def _too_wide(heard: Heard) -> Iterator[str]:
    """With a filter on, nothing is said of all."""
    chosen = heard.case.filters
    narrows = (
        *(chosen.services, chosen.teams, chosen.policies),
        *(chosen.urgency, chosen.hours, chosen.days),
    )
    if not any(narrows) or heard.said.page not in ("response", "overview", "escalations"):
        return
    where = heard.said.where
    if not _OF_THE_SELECTION.match(where) or _WHATEVER_IS_CHOSEN.match(where):
        return
    own = heard.said.text.split(" Of everything collected,")[0]
    if found := _WHOLE.search(own):
        yield f"{found.group()!r} is said of a selection"
