"""The words that an answer has to name its selection with."""

from collections.abc import Iterator
from datetime import timedelta

from corvana.analysis.account.selection import Filters
from tests.builders.sentences.stored import label


def selection(filters: Filters, *, urgency: str = "") -> str:
    """The words that have to follow the number of incidents, without "incident"."""
    chosen = (
        _places(filters.services, "", "services"),
        _places(filters.teams, "team ", "teams"),
        _places(filters.policies, "policy ", "policies"),
    )
    places = ", ".join(each for each in chosen if each)
    of = urgency or filters.urgency
    return "|".join((f"{of}-urgency" if of else "", places, _period(filters)))


def times(filters: Filters) -> str:
    """The chosen hours and days."""
    hours = f"in {' or '.join(filters.hours)} hours" if filters.hours else ""
    days = {"weekday": "on weekdays", "weekend": "at weekends"}.get(filters.days, "")
    return " ".join(each for each in (hours, days) if each)


def who(text: str, filters: Filters, *, urgency: str = "", more: str = "") -> Iterator[str]:
    of, places, period = selection(filters, urgency=urgency).split("|")
    nouns = ("incident", "incidents")
    right = [
        " ".join(
            part for part in (of, noun, f"of {places}" if places else "", times(filters)) if part
        )
        + f"{more} {period}"
        for noun in nouns
    ]
    if text not in right:
        yield f"the selection is {right[1]!r}, not {text!r}"


def _places(chosen: tuple[str, ...], one: str, several: str) -> str:
    if len(chosen) > 1:
        return f"{len(chosen)} chosen {several}"
    return f"{one}{label(chosen[0])}" if chosen else ""


def _period(filters: Filters) -> str:
    last = filters.end - timedelta(seconds=1)
    return f"from {filters.start:%-d %b} to {last:%-d %b}"
