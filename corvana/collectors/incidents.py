"""Incidents: their id, state, service, policy and teams. Their history is in the log entries."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session

from corvana.collectors.context import Context, id_of, ids_of, kind_of
from corvana.collectors.noun import Again, Noun
from corvana.collectors.windows import Window, record
from corvana.pagerduty import payloads, responses
from corvana.pagerduty.client import Span
from corvana.store import models
from corvana.store.upsert import upsert

NOUN: Final = Noun(name="incidents", words="incidents", is_essential=True)
OPEN: Final = Again(
    name="open_incidents", words="open incidents (every hour)", every=timedelta(hours=1)
)
RECENT: Final = Again(
    name="recent_incidents",
    words="incidents of the last week (every day)",
    every=timedelta(days=1),
)
OLDER: Final = Again(
    name="older_incidents",
    words="incidents of the last five weeks (every week)",
    every=timedelta(days=7),
)


def extract(context: Context, window: Window) -> AsyncIterator[Span[payloads.Incident]]:
    """Sorted by number. Numbers are unique and only grow, so new rows come at the end."""
    return context.client.spans(
        "/incidents",
        responses.IncidentsPage,
        window.since,
        window.until,
        {"sort_by": "incident_number:asc"},
    )


def transform(context: Context, incidents: Iterable[payloads.Incident]) -> list[dict[str, Any]]:
    return [
        {
            "connection_id": context.connection_id,
            "id": incident.id,
            "number": incident.incident_number,
            "status": incident.status,
            "urgency": incident.urgency,
            "service_id": id_of(incident.service),
            "escalation_policy_id": id_of(incident.escalation_policy),
            "team_ids": ids_of(incident.teams),
            "priority": id_of(incident.priority),
            "assigned_via": incident.assigned_via,
            "merged": _is_merged(incident),
            "created_at": incident.created_at,
            "updated_at": _updated_at(incident),
            "resolved_at": incident.resolved_at,
            "status_changed_at": incident.last_status_change_at,
            "status_changed_by": kind_of(incident.last_status_change_by),
            "deleted_at": None,
        }
        for incident in incidents
    ]


def _updated_at(incident: payloads.Incident) -> datetime:
    """The latest time the incident tells, so that a later copy is not taken for an older one."""
    told = (incident.last_status_change_at, incident.resolved_at, incident.created_at)
    return incident.updated_at or max(instant for instant in told if instant)


def _is_merged(incident: payloads.Incident) -> bool:
    reason = incident.resolve_reason
    return reason is not None and reason.type == "merge_resolve_reason"


def transform_joins(
    context: Context, incidents: Iterable[payloads.Incident]
) -> list[dict[str, Any]]:
    """Accepted responder requests."""
    return [
        {
            "connection_id": context.connection_id,
            "incident_id": incident.id,
            "responder": context.pseudonyms.of(request.user.id),
            "joined_at": request.updated_at,
        }
        for incident in incidents
        for request in incident.incidents_responders
        if request.state == "joined" and request.updated_at
    ]


def load(session: Session, context: Context, incidents: list[payloads.Incident]) -> None:
    """Store incidents; an older copy never overwrites a newer one."""
    upsert(session, models.Incident, transform(context, incidents), newest="updated_at")
    upsert(session, models.ResponderJoin, transform_joins(context, incidents))


def store(context: Context, span: Span[payloads.Incident], now: datetime) -> None:
    """Commit the span's rows and its finished window in one transaction."""
    with context.transaction() as session:
        load(session, context, list(span.rows))
        record(
            session,
            context.connection_id,
            NOUN.name,
            Window(span.since, span.until),
            rows=len(span.rows),
            incomplete=span.incomplete,
            now=now,
        )
