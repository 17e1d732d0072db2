"""What is kept and what is dropped, read from the allowlist itself so that it cannot drift."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, get_args

from pydantic.fields import FieldInfo

from corvana.pagerduty import payloads
from corvana.pagerduty.payloads import Kept, Kind, Payload


@dataclass(frozen=True, slots=True)
class KeptField:
    """One field that leaves a response: `object` in words, `field` as PagerDuty names it."""

    object: str
    field: str
    kind: Kind
    why: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """What arrives from an endpoint and is skipped while parsing."""

    endpoint: str
    what: tuple[str, ...]


_POINTERS: Final = (payloads.Reference, payloads.PersonReference)

OBJECTS: Final[tuple[tuple[str, type[Payload]], ...]] = (
    ("incident", payloads.Incident),
    ("log entry", payloads.LogEntry),
    ("priority", payloads.Priority),
    ("service", payloads.Service),
    ("business service", payloads.BusinessService),
    ("dependency", payloads.Relationship),
    ("maintenance window", payloads.MaintenanceWindow),
    ("alert grouping setting", payloads.AlertGroupingSetting),
    ("escalation policy", payloads.EscalationPolicy),
    ("schedule (layers)", payloads.Schedule),
    ("schedule (shifts)", payloads.ScheduleV3),
    ("on-call", payloads.OnCall),
    ("team", payloads.Team),
    ("person", payloads.User),
)

DROPPED: Final = (
    Dropped(
        "GET /incidents",
        (
            "titles, descriptions and summaries",
            "incident and alert keys",
            "notes, bodies and resolutions",
            "custom fields, conference bridges and external references",
            "links and names of people",
        ),
    ),
    Dropped(
        "GET /log_entries",
        (
            "subjects, details and contexts of the channel",
            "notes and changed values",
            "e-mail addresses and phone numbers of notifications",
            "summaries, links and names of people",
        ),
    ),
    Dropped(
        "GET /services",
        (
            "descriptions",
            "integrations and their keys",
            "webhooks, add-ons and response plays",
            "runbook and other links",
        ),
    ),
    Dropped("GET /priorities", ("descriptions", "links")),
    Dropped(
        "GET /business_services",
        ("descriptions", "points of contact, which are people", "links"),
    ),
    Dropped("GET /service_dependencies", ("links",)),
    Dropped(
        "GET /maintenance_windows",
        ("descriptions and summaries", "who created them", "links", "names of services and teams"),
    ),
    Dropped(
        "GET /alert_grouping_settings",
        ("names and descriptions", "the alert fields that are compared", "names of services"),
    ),
    Dropped("GET /escalation_policies", ("descriptions", "links", "names of people")),
    Dropped(
        "GET /schedules, /v3/schedules",
        ("descriptions", "calendar feed addresses, which are secrets", "links", "names of people"),
    ),
    Dropped("GET /oncalls", ("names of people, policies and schedules", "links")),
    Dropped("GET /teams", ("descriptions", "links")),
    Dropped(
        "GET /users, /users/me",
        (
            "names",
            "e-mail addresses",
            "phone numbers and other contact methods",
            "notification rules",
            "pictures, job titles and descriptions",
            "calendar feed addresses, which are secrets",
        ),
    ),
)


def kept() -> list[KeptField]:
    """Return every field on the allowlist, object by object."""
    return [
        KeptField(name, field, entry.kind, entry.why)
        for name, model in OBJECTS
        for field, entry in _leaves(model)
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
