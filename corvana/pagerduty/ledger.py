"""What is kept and what is dropped, read from the allowlist itself so that it cannot drift."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, get_args

from pydantic.fields import FieldInfo

from corvana.pagerduty import payloads
from corvana.pagerduty.payloads import (
    Kept,
    Kind,
    Payload,
    escalation_policies,
    incidents,
    log_entries,
    on_call,
    people,
    services,
)
from corvana.pagerduty.payloads.allowlist import Dropped, Object


@dataclass(frozen=True, slots=True)
class KeptField:
    """One field that leaves a response: `object` in words, `field` as PagerDuty names it."""

    object: str
    field: str
    kind: Kind
    why: str


_POINTERS: Final = (payloads.Reference, payloads.PersonReference)

_CHAPTERS: Final = (incidents, log_entries, services, escalation_policies, on_call, people)
"""The files of the allowlist, in the order of the privacy page."""

OBJECTS: Final[tuple[Object, ...]] = tuple(each for file in _CHAPTERS for each in file.OBJECTS)
DROPPED: Final[tuple[Dropped, ...]] = tuple(each for file in _CHAPTERS for each in file.DROPPED)


def kept() -> list[KeptField]:
    """Return every field on the allowlist, object by object."""
    return [
        KeptField(each.name, field, entry.kind, entry.why)
        for each in OBJECTS
        for field, entry in _leaves(each.payload)
    ]


def _leaves(
    model: type[Payload], prefix: str = "", pointer: Kept | None = None
) -> Iterator[tuple[str, Kept]]:
    """Yield the paths that hold a value. `pointer` declares the field that holds `model`."""
    for name, field in model.model_fields.items():
        path, entry = f"{prefix}{name}", _entry(model, name, field)
        part = _part(field.annotation)
        if part is not None:
            yield from _leaves(part, f"{path}.", entry)
        elif pointer is not None and issubclass(model, _POINTERS) and name == "id":
            # Why it is kept is known where it points from, and so is that it may be a person.
            person = "person" in {entry.kind, pointer.kind}
            yield path, Kept("person" if person else entry.kind, pointer.why)
        else:
            yield path, entry


def _entry(model: type[Payload], name: str, field: FieldInfo) -> Kept:
    found = next((item for item in field.metadata if isinstance(item, Kept)), None)
    if found is None:
        raise TypeError(f"{model.__name__}.{name} does not say why it is kept")
    return found


def _part(annotation: object) -> type[Payload] | None:
    """Return the payload model inside `annotation`, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, Payload):
        return annotation
    found = (_part(argument) for argument in get_args(annotation))
    return next((part for part in found if part is not None), None)
