"""Incidents."""

from typing import Annotated, Final

from pydantic import AliasChoices, Field

from corvana.pagerduty.payloads.allowlist import (
    UNKNOWN,
    Dropped,
    Each,
    Id,
    IfFits,
    Instant,
    Kept,
    LargeNumber,
    Object,
    Payload,
    Word,
)
from corvana.pagerduty.payloads.references import Actor, PersonReference, Reference


class ResolveReason(Payload):
    type: Annotated[Word, Kept("state", "tells merged incidents apart")]


class IncidentResponder(Payload):
    """A responder request and its reply."""

    state: Annotated[Word, Kept("state", "whether the request was accepted", "responder")]
    user: Annotated[PersonReference, Kept("person", "who was asked", "responder")]
    updated_at: Annotated[
        IfFits[Instant], Kept("timestamp", "when it was answered", "joined_at")
    ] = None


class Incident(Payload):
    """`GET /incidents`. Assignments are empty after the resolve, so they come from log entries."""

    id: Annotated[Id, Kept("identifier", "joins the incident to its log")]
    incident_number: Annotated[LargeNumber, Kept("identifier", "stable order, spot gaps", "number")]
    status: Annotated[Word, Kept("state", "open or resolved")]
    urgency: Annotated[Word, Kept("state", "high urgency pages, low urgency waits")]
    created_at: Annotated[Instant, Kept("timestamp", "start of every response time")]
    updated_at: Annotated[
        IfFits[Instant], Kept("timestamp", "an older copy never overwrites a newer one")
    ] = None
    resolved_at: Annotated[
        IfFits[Instant], Kept("timestamp", "resolved without a log entry, and when")
    ] = None
    last_status_change_at: Annotated[
        IfFits[Instant],
        Kept("timestamp", "opened again without a log entry", "status_changed_at"),
    ] = None
    last_status_change_by: Annotated[
        IfFits[Actor], Kept("state", "resolved by a person or a timer", "status_changed_by")
    ] = None
    service: Annotated[IfFits[Reference], Kept("identifier", "compare services")] = None
    escalation_policy: Annotated[IfFits[Reference], Kept("identifier", "compare policies")] = None
    teams: Annotated[Each[Reference], Kept("identifier", "compare teams", "team_ids")]
    priority: Annotated[IfFits[Reference], Kept("identifier", "severity", "priority")] = None
    assigned_via: Annotated[Word, Kept("state", "directly assigned incidents do not escalate")] = (
        UNKNOWN
    )
    resolve_reason: Annotated[
        IfFits[ResolveReason], Kept("state", "merged or resolved", "merged")
    ] = None
    incidents_responders: Annotated[
        Each[IncidentResponder],
        Field(validation_alias=AliasChoices("incidents_responders", "incident_responders")),
        Kept("person", "who joined on request, and when", table="responderjoin"),
    ]


OBJECTS: Final = (Object("incident", Incident, "incident"),)
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
)
