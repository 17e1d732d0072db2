"""The fields in which targets are typed: what they are for, what was read, and what is wrong."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from corvana.analysis.assessment.targets import Level
from corvana.analysis.assessment.typed_duration import NotADuration, exact, seconds_of
from corvana.store.models import ResponseTarget

NONE_SET: Final = "no target"


class Place(NamedTuple):
    """What a target is for: a priority or urgency, of all services or of one."""

    by: str
    level: str
    service: str = ""


class Typed(NamedTuple):
    """The texts of the two fields of a place."""

    acknowledge: str = ""
    resolve: str = ""


class Seconds(NamedTuple):
    """The two times of a place; None: no target."""

    acknowledge: int | None = None
    resolve: int | None = None


def place_of(row: ResponseTarget) -> Place:
    """Return what a row is for."""
    return Place(row.by, row.level, row.service_id)


def by_place(rows: Iterable[ResponseTarget]) -> dict[Place, ResponseTarget]:
    """Return the rows by what they are for."""
    return {place_of(row): row for row in rows}


def places(
    by: Level, levels: Mapping[str, str], stored: Iterable[Place], services: Mapping[str, str]
) -> list[Place]:
    """Return every place that has fields: the levels in their order, then services with targets of
    their own by name, then targets that apply to nothing any more, so that they can be emptied."""
    every = [Place(by, level) for level in levels]
    others = [one for one in stored if one not in every]
    own = [one for one in others if one.by == by and one.level in levels]
    order = list(levels)
    return [
        *every,
        *sorted(
            own,
            key=lambda one: (services.get(one.service, one.service), order.index(one.level)),
        ),
        *sorted(one for one in others if one not in own),
    ]


def name_of(place: Place, by: Level, levels: Mapping[str, str], services: Mapping[str, str]) -> str:
    """Return the name of a place: "P1", "Payments, P1", and why a target applies to nothing."""
    level = levels.get(place.level, place.level)
    name = f"{services.get(place.service, place.service)}, {level}" if place.service else level
    if place.by != by:
        return f"{name} ({place.by}; incidents have {'priorities' if by == 'priority' else 'none'})"
    if place.level not in levels:
        return f"{name} ({place.by} not in PagerDuty any more)"
    if place.service and place.service not in services:
        return f"{name} (service not in PagerDuty any more)"
    return name


def stored_seconds(row: ResponseTarget) -> Seconds:
    """Return the times of a stored target."""
    return Seconds(row.acknowledge_seconds, row.resolve_seconds)


def texts_of(seconds: Seconds) -> Typed:
    """Return times as they are typed."""
    return Typed(*("" if one is None else exact(one) for one in seconds))


def seconds_typed(typed: Typed) -> Seconds:
    """Return the times that were typed.

    Raises `NotADuration`, whose message says in words which field is wrong and what to type.
    """
    found = Seconds(
        _read("Acknowledge within", typed.acknowledge), _read("Resolve within", typed.resolve)
    )
    acknowledge, resolve = found
    if acknowledge is not None and resolve is not None and resolve < acknowledge:
        raise NotADuration(
            f"Resolve within {exact(resolve)} is shorter than acknowledge within "
            f"{exact(acknowledge)}."
        )
    return found


def in_words(seconds: Seconds) -> dict[str, str]:
    """Return both times in words, by the name of the field."""
    return {
        f"{what.capitalize()} within": text or NONE_SET
        for what, text in zip(Typed._fields, texts_of(seconds), strict=True)
    }


def _read(field_name: str, text: str) -> int | None:
    try:
        return seconds_of(text)
    except NotADuration as wrong:
        raise NotADuration(f"{field_name}: {wrong}") from None
