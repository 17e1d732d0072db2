"""THE ALLOWLIST: the only fields that ever leave a PagerDuty response.

Response bytes are parsed straight into these models. What they do not declare (titles,
descriptions, names, e-mail addresses, phone numbers, notes, links) is skipped by the parser and
never becomes a Python object, so it cannot reach a log line, an exception, a cache or a table.

The kept strings are narrow too: an identifier must look like one, an enumeration value that is not
a plain lower-case word becomes ``unknown``, a time zone must exist. Only a `Label` is free text.

Every field carries a `Kept`: what kind of data it is and why it is kept. The privacy page is
generated from these declarations, and a test fails when one is missing.

Field names and meanings: PagerDuty REST API v2, https://developer.pagerduty.com/api-reference/.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    WrapValidator,
)

from corvana.pagerduty.time_zones import to_iana

Kind = Literal["identifier", "person", "timestamp", "setting", "state", "label"]

UNKNOWN: Final = "unknown"
_WORD = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class Kept:
    """Why a field is on the allowlist, in the words of the privacy page."""

    kind: Kind
    why: str


def _word(value: object) -> str:
    """Keep an enumeration value, known or new; anything that is not a plain word is dropped."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else UNKNOWN


def _log_entry_type(value: object) -> str:
    """`acknowledge_log_entry`, and the schema's variant `acknowledgement_…`, → `acknowledge`."""
    word = _word(value).removesuffix("_log_entry")
    return "acknowledge" if word == "acknowledgement" else word


def _none_if_unreadable(value: Any, parse: Callable[[Any], Any]) -> Any:
    """A row that does not fit the contract becomes None: counted by the client, never stored."""
    try:
        return parse(value)
    except ValidationError:
        return None


def _empty_if_null(value: object) -> object:
    return [] if value is None else value


Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Word = Annotated[str, BeforeValidator(_word)]
TimeZone = Annotated[str | None, BeforeValidator(to_iana)]
Label = Annotated[str, StringConstraints(max_length=255)]


class Payload(BaseModel):
    """A PagerDuty object reduced to its structure. Undeclared fields are dropped while parsing."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


T = TypeVar("T")
Many = Annotated[list[T], BeforeValidator(_empty_if_null)]
Rows = Annotated[
    list[Annotated[T | None, WrapValidator(_none_if_unreadable)]], BeforeValidator(_empty_if_null)
]


# --- parts -------------------------------------------------------------------------------------


class Reference(Payload):
    """A pointer to another object. Its `summary` (often a title or a name) is not declared."""

    id: Annotated[Id, Kept("identifier", "joins rows")]


class TypedReference(Reference):
    type: Annotated[Word, Kept("state", "tells a person from a schedule, service or integration")]


class PersonReference(Payload):
    """A pointer to a person. Becomes a pseudonym before anything is stored."""

    id: Annotated[Id, Kept("person", "stored as a keyed pseudonym, to tell responders apart")]


class Agent(Payload):
    """Whoever did something: a person, or a service or integration (whose id is not kept)."""

    id: Annotated[Id | None, Kept("person", "pseudonym of the acting responder; others dropped")]
    type: Annotated[Word, Kept("state", "tells people from timers and integrations")]


# --- incidents and their log -------------------------------------------------------------------


class ResolveReason(Payload):
    type: Annotated[Word, Kept("state", "tells merged incidents apart")]


class IncidentResponder(Payload):
    """A responder request and its answer."""

    state: Annotated[Word, Kept("state", "whether the request was accepted")]
    user: Annotated[PersonReference, Kept("person", "who was asked")]
    updated_at: Annotated[AwareDatetime | None, Kept("timestamp", "when it was answered")] = None


class Incident(Payload):
    """`GET /incidents`. Assignments are not kept: they empty on resolve, the log has them."""

    id: Annotated[Id, Kept("identifier", "joins the incident to its log")]
    incident_number: Annotated[int, Kept("identifier", "stable order, spot gaps")]
    status: Annotated[Word, Kept("state", "open or resolved")]
    urgency: Annotated[Word, Kept("state", "high urgency pages, low urgency waits")]
    created_at: Annotated[AwareDatetime, Kept("timestamp", "start of every response time")]
    updated_at: Annotated[
        AwareDatetime | None, Kept("timestamp", "an older copy never overwrites a newer one")
    ] = None
    service: Annotated[Reference | None, Kept("identifier", "compare services")] = None
    escalation_policy: Annotated[Reference | None, Kept("identifier", "compare policies")] = None
    teams: Annotated[Many[Reference], Kept("identifier", "compare teams")] = []
    priority: Annotated[Reference | None, Kept("identifier", "severity")] = None
    assigned_via: Annotated[Word, Kept("state", "directly assigned incidents do not escalate")] = (
        UNKNOWN
    )
    resolve_reason: Annotated[ResolveReason | None, Kept("state", "merged or resolved")] = None
    incidents_responders: Annotated[
        Many[IncidentResponder], Kept("person", "who joined on request, and when")
    ] = []


class Notification(Payload):
    """How somebody was notified. The address is not declared."""

    type: Annotated[Word, Kept("state", "push, phone and SMS interrupt; e-mail does not")]


class Channel(Payload):
    """Only the kind of channel. Subject, summary, details and address are not declared."""

    type: Annotated[Word, Kept("state", "tells a timeout from a human escalation")] = UNKNOWN
    notification: Annotated[Notification | None, Kept("state", "kind of notification")] = None


class ChangedAction(Payload):
    type: Annotated[Word, Kept("state", "which timer was set")]
    at: Annotated[AwareDatetime, Kept("timestamp", "when a snooze ends")]


class LogEntryBase(Payload):
    """What an entry tells besides its incident."""

    id: Annotated[Id, Kept("identifier", "one row an event; orders events of one second")]
    type: Annotated[
        str, BeforeValidator(_log_entry_type), Kept("state", "what happened to the incident")
    ]
    created_at: Annotated[AwareDatetime, Kept("timestamp", "when it happened")]
    agent: Annotated[Agent | None, Kept("person", "who or what did it")] = None
    channel: Annotated[Channel | None, Kept("state", "through what")] = None
    assignees: Annotated[Many[PersonReference], Kept("person", "who was paged next")] = []
    user: Annotated[PersonReference | None, Kept("person", "who was notified")] = None
    changed_actions: Annotated[Many[ChangedAction], Kept("timestamp", "when a snooze ends")] = []


class LogEntry(LogEntryBase):
    """`GET /log_entries`: the source of truth for acks and escalations."""

    incident: Annotated[Reference | None, Kept("identifier", "joins the event to its incident")] = (
        None
    )


class LogEntryWithIncident(LogEntryBase):
    """`GET /log_entries?include[]=incidents`: the touched incident comes along, as it is now."""

    incident: Annotated[
        Incident | Reference | None, Kept("identifier", "refreshes the incident that was touched")
    ] = None


AnyLogEntry = LogEntry | LogEntryWithIncident


# --- configuration -----------------------------------------------------------------------------


class Service(Payload):
    """`GET /services`."""

    id: Annotated[Id, Kept("identifier", "joins incidents to their service")]
    name: Annotated[Label, Kept("label", "so that a finding can be acted on")]
    status: Annotated[Word, Kept("state", "disabled services are left out")]
    created_at: Annotated[AwareDatetime | None, Kept("timestamp", "age of the service")] = None
    auto_resolve_timeout: Annotated[
        int | None, Kept("setting", "seconds; tells timers from people")
    ] = None
    acknowledgement_timeout: Annotated[
        int | None, Kept("setting", "seconds; explains acks that lapse")
    ] = None
    escalation_policy: Annotated[Reference | None, Kept("identifier", "which policy responds")] = (
        None
    )
    teams: Annotated[Many[Reference], Kept("identifier", "compare teams")] = []


class EscalationRule(Payload):
    """One level of a policy."""

    id: Annotated[Id, Kept("identifier", "follows a level through changes")]
    escalation_delay_in_minutes: Annotated[int, Kept("setting", "minutes before the next level")]
    targets: Annotated[Many[TypedReference], Kept("person", "who or which schedule is paged")] = []


class EscalationPolicy(Payload):
    """`GET /escalation_policies`."""

    id: Annotated[Id, Kept("identifier", "joins incidents to their policy")]
    name: Annotated[Label, Kept("label", "so that a finding can be acted on")]
    num_loops: Annotated[int, Kept("setting", "how often the policy repeats")] = 0
    escalation_rules: Annotated[Many[EscalationRule], Kept("setting", "the escalation chain")] = []
    teams: Annotated[Many[Reference], Kept("identifier", "compare teams")] = []


class RenderedEntry(Payload):
    """One shift of a layer-based schedule."""

    start: Annotated[AwareDatetime, Kept("timestamp", "start of the shift")]
    end: Annotated[AwareDatetime, Kept("timestamp", "end of the shift")]
    user: Annotated[PersonReference | None, Kept("person", "who was on call")] = None


class FinalSchedule(Payload):
    rendered_schedule_entries: Annotated[
        Many[RenderedEntry], Kept("person", "who was on call when")
    ] = []


class Schedule(Payload):
    """`GET /schedules`, layer-based."""

    id: Annotated[Id, Kept("identifier", "joins shifts to their schedule")]
    name: Annotated[Label, Kept("label", "so that a finding can be acted on")]
    time_zone: Annotated[TimeZone, Kept("setting", "local time of the rotation")] = None
    teams: Annotated[Many[Reference], Kept("identifier", "compare teams")] = []
    final_schedule: Annotated[FinalSchedule | None, Kept("person", "the shifts")] = None


class ShiftMember(Payload):
    type: Annotated[Word, Kept("state", "`empty_member` is a gap")]
    user_id: Annotated[Id | None, Kept("person", "who was on call")] = None


class ComputedShift(Payload):
    """One shift of a shift-based schedule."""

    start_time: Annotated[AwareDatetime, Kept("timestamp", "start of the shift")]
    end_time: Annotated[AwareDatetime, Kept("timestamp", "end of the shift")]
    member: Annotated[ShiftMember, Kept("person", "who was on call")]


class FinalScheduleV3(Payload):
    computed_shift_assignments: Annotated[
        Many[ComputedShift], Kept("person", "who was on call when")
    ] = []


class ScheduleV3(Payload):
    """`GET /v3/schedules/{id}`, shift-based."""

    id: Annotated[Id, Kept("identifier", "joins shifts to their schedule")]
    name: Annotated[Label, Kept("label", "so that a finding can be acted on")]
    time_zone: Annotated[TimeZone, Kept("setting", "local time of the rotation")] = None
    teams: Annotated[Many[Reference], Kept("identifier", "compare teams")] = []
    final_schedule: Annotated[FinalScheduleV3 | None, Kept("person", "the shifts")] = None


class Team(Payload):
    """`GET /teams`."""

    id: Annotated[Id, Kept("identifier", "compare teams")]
    name: Annotated[Label, Kept("label", "so that a finding can be acted on")]


class User(Payload):
    """`GET /users` and `/users/me`. Names and addresses arrive in every row; none is declared."""

    id: Annotated[Id, Kept("person", "stored as a keyed pseudonym")]
    role: Annotated[Word, Kept("state", "whether the connecting person sees everything")]
    time_zone: Annotated[TimeZone, Kept("setting", "local night and working hours")] = None
