"""A reader's selection in words, so that a sentence names the incidents it is about."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from corvana.analysis.account.selection import Filters
from corvana.analysis.wording import count, plain, span


class Labels(NamedTuple):
    """The label of each service, team and policy by its id."""

    services: Mapping[str, str]
    teams: Mapping[str, str]
    policies: Mapping[str, str]


class Selected(NamedTuple):
    """The parts of a selection in Markdown: urgency, places, period.

    `urgency` is "high-urgency", "low-urgency" or empty; `places` is such as "Payments, 2 chosen
    policies",
    empty if no filter names a place; `period` is such as "from 3 Nov to 24 Nov".
    """

    urgency: str
    places: str
    period: str

    def incidents(self, n: int, more: str = "", *, urgency: str = "") -> str:
        """Return "212 high-urgency incidents of Payments from 3 Nov to 24 Nov".

        `more` says more of the incidents, such as "paged through a policy". `urgency` is that of
        the incidents counted, if it is narrower than the filter's.
        """
        noun = "incident" if n == 1 else "incidents"
        of = f"of {self.places}" if self.places else ""
        parts = (count(n), urgency or self.urgency, noun, of, more, self.period)
        return " ".join(part for part in parts if part)

    @property
    def scope(self) -> str:
        """What narrows the selection besides its period: "Payments, high urgency"; else empty."""
        return ", ".join(part for part in (self.places, self.urgency.replace("-", " ")) if part)


def selected(filters: Filters, labels: Labels) -> Selected:
    """Return the selection in words."""
    places = (
        _named(filters.services, labels.services, "", "services"),
        _named(filters.teams, labels.teams, "team ", "teams"),
        _named(filters.policies, labels.policies, "policy ", "policies"),
    )
    return Selected(
        urgency=f"{filters.urgency}-urgency" if filters.urgency else "",
        places=", ".join(place for place in places if place),
        period=f"from {span(filters.start, filters.end)}",
    )


def _named(chosen: Sequence[str], labels: Mapping[str, str], one: str, several: str) -> str:
    if len(chosen) > 1:
        return f"{count(len(chosen))} chosen {several}"
    return f"{one}{plain(labels.get(chosen[0], chosen[0]))}" if chosen else ""
