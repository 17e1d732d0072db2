"""Log entries, account-wide: the source of truth for acks and escalations, and the change feed."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any

from corvana.collectors import incidents
from corvana.collectors.context import Context
from corvana.collectors.windows import Window, record
from corvana.pagerduty import payloads, responses
from corvana.pagerduty.client import Span
from corvana.store import models
from corvana.store.upsert import upsert

NOUN = "log_entries"
AnySpan = Span[payloads.LogEntry] | Span[payloads.LogEntryWithIncident]


def extract(context: Context, window: Window) -> AsyncIterator[Span[payloads.LogEntry]]:
    return context.client.spans(
        "/log_entries", responses.LogEntriesPage, window.since, window.until
    )


def extract_with_incidents(
    context: Context, window: Window
) -> AsyncIterator[Span[payloads.LogEntryWithIncident]]:
    """With the touched incidents as they are now: later resolves, merges and priorities too."""
    return context.client.spans(
        "/log_entries",
        responses.LogEntriesWithIncidentsPage,
        window.since,
        window.until,
        {"include[]": ["incidents"]},
    )


def transform(context: Context, entries: Iterable[payloads.AnyLogEntry]) -> list[dict[str, Any]]:
    """An entry without an incident belongs to no lifecycle and is left out."""
    return [
        _row(context, entry, entry.incident.id) for entry in entries if entry.incident is not None
    ]


def _row(context: Context, entry: payloads.AnyLogEntry, incident_id: str) -> dict[str, Any]:
    agent_type = _agent_type(entry.agent)
    acting = entry.agent.id if entry.agent and agent_type == "user" else None
    notification = entry.channel.notification if entry.channel else None
    pseudonym = context.pseudonyms.of
    return {
        "connection_id": context.connection_id,
        "id": entry.id,
        "incident_id": incident_id,
        "type": entry.type,
        "at": entry.created_at,
        "agent_type": agent_type,
        "agent": pseudonym(acting) if acting else None,
        "channel_type": entry.channel.type if entry.channel else None,
        "notification_type": (
            notification.type.removesuffix("_notification") if notification else None
        ),
        "responder": pseudonym(entry.user.id) if entry.user else None,
        "assignees": context.pseudonyms.joined(entry.assignees),
        "until": next(
            (action.at for action in entry.changed_actions if action.type == "unacknowledge"), None
        ),
    }


def _agent_type(agent: payloads.Agent | None) -> str | None:
    """`user`, `service`, `inbound_integration`, …"""
    return agent.type.removesuffix("_reference") if agent else None


def store(context: Context, span: AnySpan, now: datetime) -> None:
    """Commit the span's rows, the incidents that came along, and its place in the ledger."""
    with context.transaction() as session:
        upsert(session, models.LogEntry, transform(context, span.rows))
        incidents.load(session, context, touched(span.rows))
        record(
            session,
            context.connection_id,
            NOUN,
            Window(span.since, span.until),
            rows=len(span.rows),
            incomplete=span.incomplete,
            now=now,
        )


def touched(entries: Sequence[payloads.AnyLogEntry]) -> list[payloads.Incident]:
    """The incidents embedded in the entries, each once."""
    embedded = (entry.incident for entry in entries)
    incidents_seen = (seen for seen in embedded if isinstance(seen, payloads.Incident))
    return list({incident.id: incident for incident in incidents_seen}.values())
