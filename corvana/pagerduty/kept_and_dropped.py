"""The kept and dropped fields, read from the allowlist itself, so that both always agree."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
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
    """One field that is kept from a response: `object` in words, `field` as PagerDuty names it.

    `columns` are where it is stored, as `table.column`.
    """

    object: str
    field: str
    kind: Kind
    why: str
    columns: tuple[str, ...]


_POINTERS: Final = (payloads.Reference, payloads.PersonReference)

_CHAPTERS: Final = (incidents, log_entries, services, escalation_policies, on_call, people)
"""The files of the allowlist, in the order of the privacy page."""

OBJECTS: Final[tuple[Object, ...]] = tuple(each for file in _CHAPTERS for each in file.OBJECTS)
DROPPED: Final[tuple[Dropped, ...]] = tuple(each for file in _CHAPTERS for each in file.DROPPED)


def kept() -> list[KeptField]:
    """Return every field on the allowlist, object by object."""
    return [field for each in OBJECTS for field in _leaves(each, each.payload, each.table)]


def _leaves(
    whole: Object,
    model: type[Payload],
    table: str,
    prefix: str = "",
    pointer: Kept | None = None,
) -> Iterator[KeptField]:
    """Yield the fields that hold a value. `pointer` declares the field that holds `model`."""
    for name, field in model.model_fields.items():
        path, entry = f"{prefix}{name}", _entry(model, name, field)
        if pointer is not None and pointer.columns:
            entry = replace(entry, columns=pointer.columns)
        own_table, part = entry.table or table, _part(field.annotation)
        if part is not None:
            yield from _leaves(whole, part, own_table, f"{path}.", entry)
            continue
        if pointer is not None and issubclass(model, _POINTERS) and name == "id":
            # The pointer says why the id is kept, and whether the object may be a person.
            person = "person" in {entry.kind, pointer.kind}
            entry = replace(entry, kind="person" if person else entry.kind, why=pointer.why)
        columns = (entry.columns or path.replace(".", "_")).split()
        stored = tuple(f"{each}.{column}" for each in own_table.split() for column in columns)
        yield KeptField(whole.name, path, entry.kind, entry.why, stored)


def _entry(model: type[Payload], name: str, field: FieldInfo) -> Kept:
    found = next((item for item in field.metadata if isinstance(item, Kept)), None)
    if found is None:
        raise TypeError(f"{model.__name__}.{name} does not say why it is kept")
    return found


def _part(annotation: object) -> type[Payload] | None:
    """Return the payload model inside `annotation`, at any depth."""
    if isinstance(annotation, type) and issubclass(annotation, Payload):
        return annotation
    found = (_part(argument) for argument in get_args(annotation))
    return next((part for part in found if part is not None), None)
