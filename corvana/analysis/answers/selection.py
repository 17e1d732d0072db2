"""A reader's selection in words, so that a sentence names the incidents it is about."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from corvana.analysis.account.selection import NO_PRIORITY, Filters
from corvana.analysis.wording import count, days, plain

_DAYS: Final = {"weekday": "on weekdays", "weekend": "at weekends"}


class Labels(NamedTuple):
    """The label of each service, team, policy and priority by its id."""

    services: Mapping[str, str]
    teams: Mapping[str, str]
    policies: Mapping[str, str]
    priorities: Mapping[str, str]


class Selected(NamedTuple):
    """The parts of a selection in Markdown: urgency, places, period.

    `urgency` is "high-urgency", "low-urgency" or empty; `places` is such as "Payments, 2 chosen
    policies", empty if no filter names a place; `period` is such as "from 3 Nov to 24 Nov";
    `times` is such as "in sleep hours at weekends", and `priority` such as "with priority P1",
    both empty if not filtered.
    """

    urgency: str
    places: str
    period: str
    times: str = ""
    priority: str = ""

    def incidents(self, n: int, more: str = "", *, urgency: str = "") -> str:
        """Return "212 high-urgency incidents of Payments in sleep hours from 3 Nov to 24 Nov".

        `more` says more of the incidents, such as "paged through a policy". `urgency` is that of
        the incidents counted, if it is narrower than the filter's.
        """
        noun = "incident" if n == 1 else "incidents"
        of = f"of {self.places}" if self.places else ""
        which = (urgency or self.urgency, noun, of, self.priority, self.times, more)
        return " ".join(part for part in (count(n), *which, self.period) if part)

    @property
    def scope(self) -> str:
        """What narrows the selection besides its period: "Payments, high urgency, in sleep hours";
        else empty."""
        parts = (self.places, self.urgency.replace("-", " "), self.priority, self.times)
        return ", ".join(part for part in parts if part)


def selected(filters: Filters, labels: Labels, time_zone: str) -> Selected:
    """Return the selection in words, its period in days of a reader's IANA zone."""
    places = (
        _named(filters.services, labels.services, "", "services"),
        _named(filters.teams, labels.teams, "team ", "teams"),
        _named(filters.policies, labels.policies, "policy ", "policies"),
    )
    return Selected(
        urgency=f"{filters.urgency}-urgency" if filters.urgency else "",
        places=", ".join(place for place in places if place),
        period=f"from {days(filters.start, filters.end, time_zone)}",
        times=" ".join(part for part in (hours(filters), _DAYS.get(filters.days, "")) if part),
        priority=_priority(filters.priorities, labels.priorities),
    )


def hours(filters: Filters) -> str:
    """Return the chosen hours in words: "in sleep hours", "in business or off hours"."""
    return f"in {' or '.join(filters.hours)} hours" if filters.hours else ""


def _priority(chosen: Sequence[str], labels: Mapping[str, str]) -> str:
    if chosen == (NO_PRIORITY,):
        return "without a priority"
    named = _named(chosen, labels, "priority ", "priorities")
    return f"with {named}" if named else ""


def _named(chosen: Sequence[str], labels: Mapping[str, str], one: str, several: str) -> str:
    if len(chosen) > 1:
        return f"{count(len(chosen))} chosen {several}"
    return f"{one}{plain(labels.get(chosen[0], chosen[0]))}" if chosen else ""
