"""The cards of one team: its six numbers beside those of all other incidents."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from corvana.analysis import wording
from corvana.analysis.answers.settings import sleep
from corvana.analysis.statistics.estimates import ENOUGH, Estimate
from corvana.analysis.teams.numbers import Beside, Name
from corvana.assessment.settings import DEFAULT_BASIS, Hours
from corvana.ui.components import Card

_RULE: Final = "Below: 95 % interval, then the same of all incidents that are not the team's."
_WORDS: Final[Mapping[Name, tuple[str, str, str, str]]] = {
    "acknowledged": (
        "Half acknowledged in", "incident", "incidents",
        "Time until half of all incidents were acknowledged by a person, as on Response.",
    ),
    "resolved": (
        "Half resolved in", "incident", "incidents",
        "Time until half of all incidents were resolved, as on Response.",
    ),
    "escalated": (
        "Escalated", "high-urgency incident", "high-urgency incidents",
        "At least once, of high-urgency incidents paged through a policy, as on Escalations.",
    ),
    "unanswered": (
        "Closed by themselves", "ended incident", "ended incidents",
        "High-urgency incidents that closed before anybody acknowledged them, of those that ended.",
    ),
    "asleep": (
        "In sleep hours", "interruption", "interruptions",
        "{sleep} on the responder's own clock, of interruptions by these incidents.",
    ),
    "weekly": (
        "Incidents a week", "incident", "incidents",
        f"Created in the period, {wording.LEFT_OUT}, by its length in weeks.",
    ),
}  # fmt: skip


def team_cards(numbers: Sequence[Beside], hours: Hours = DEFAULT_BASIS.hours) -> list[Card]:
    """Return a card for each of the six numbers. `hours` are those of the assessment."""
    return [_weekly(one) if one.unit == "a week" else _card(one, hours) for one in numbers]


def _card(number: Beside, hours: Hours) -> Card:
    label, one, several, told = _WORDS[number.name]
    meaning = told.format(sleep=sleep(hours))
    rest = _told(number, number.rest, number.rest_n)
    note = (
        f"{_range(number)}of {wording.plural(number.n, one, several)} · the rest: {rest}, of "
        f"{wording.count(number.rest_n)}"
    )
    return Card(label, _told(number, number.own, number.n), note, f"{meaning} {_RULE}")


def _range(number: Beside) -> str:
    """The interval of the team's value, or why there is none."""
    if number.n < ENOUGH:
        return f"fewer than {ENOUGH} · " if number.unit == "seconds" else ""
    if number.unit == "share":
        return f"{wording.share_interval(number.own)} · "
    if math.isnan(number.own.value):
        return f"fewer than half {number.name} · "
    return f"{wording.interval(number.own)} · "


def _weekly(number: Beside) -> Card:
    label, one, several, meaning = _WORDS[number.name]
    every = number.n + number.rest_n
    share = f"{wording.plural(number.n, one, several)}, {_part(number.n, every)}"
    if number.n < ENOUGH:
        return Card(label, "–", f"{share} · fewer than {ENOUGH}, no rate", meaning)
    own = number.own
    note = f"{own.low:.2g} to {own.high:.2g} · {share}"
    return Card(label, _rate(own.value), note, f"{meaning} Below: 95 % interval.")


def _part(n: int, every: int) -> str:
    if every < ENOUGH:
        return f"of {wording.count(every)} in the selection"
    return f"{wording.percent(n / every)} of the selection"


def _rate(value: float) -> str:
    return wording.count(value) if value >= ENOUGH else f"{value:.1f}"


def _told(number: Beside, estimate: Estimate, n: int) -> str:
    """The value; fewer than ten incidents have no median, and their share is counted."""
    if number.unit == "share":
        return wording.proportion(estimate.value, n)
    return "–" if n < ENOUGH or math.isnan(estimate.value) else wording.duration(estimate.value)
