"""Log entries of the account: the record of acks and escalations, and the list of changes."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from corvana.collectors import incidents
from corvana.collectors.context import Context, kind_of
from corvana.collectors.noun import Noun
from corvana.collectors.windows import Window, record
from corvana.pagerduty import payloads, responses
from corvana.pagerduty.client import Span
from corvana.pagerduty.oddities import Oddity
from corvana.store import models
from corvana.store.upsert import upsert

NOUN: Final = Noun(name="log_entries", words="log entries", is_essential=True)

KNOWN_TYPES: Final = frozenset(
    {
        "acknowledge",
        "annotate",
        "assign",
        "custom_field_value_change",
        "delegate",
        "escalate",
        "event_rule_action",
        "exhaust_escalation_path",
        "field_value_change",
        "link",
        "notify",
        "priority_change",
        "reach_ack_limit",
        "reach_trigger_limit",
        "repeat_escalation_path",
        "resolve",
        "responder_request_for_escalation_policy",
        "snooze",
        "trigger",
        "unacknowledge",
        "unlink",
        "urgency_change",
    }
)
"""The types that PagerDuty documents, and undocumented types that are known to arrive."""

UNREAD_INCIDENT: Final = Oddity("/log_entries", "log_entries.incident", "not known", "an object")
UNKNOWN_TYPE: Final = Oddity("/log_entries", "log_entries.type", "not known", "a text")

_NO_TIME: Final = timedelta(0)

AnySpan = Span[payloads.LogEntry] | Span[payloads.LogEntryWithIncident]


def extract(context: Context, window: Window) -> AsyncIterator[Span[payloads.LogEntry]]:
    return context.client.spans(
        "/log_entries", responses.LogEntriesPage, window.since, window.until
    )


def extract_with_incidents(
    context: Context, window: Window
) -> AsyncIterator[Span[payloads.LogEntryWithIncident]]:
    """Entries with their incidents in the present state, with later resolves and merges."""
    return context.client.spans(
        "/log_entries",
        responses.LogEntriesWithIncidentsPage,
        window.since,
        window.until,
        {"include[]": ["incidents"]},
    )


def transform(context: Context, entries: Sequence[payloads.AnyLogEntry]) -> list[dict[str, Any]]:
    """One row per entry, given in PagerDuty's order. An entry without an incident belongs to no
    lifecycle; it is left out."""
    return [
        {**_row(context, entry, entry.incident.id), "place": place}
        for entry, place in zip(entries, places(entries), strict=True)
        if entry.incident is not None
    ]


def places(entries: Sequence[payloads.AnyLogEntry]) -> list[int]:
    """How many entries of the same instant are earlier, for each entry.

    PagerDuty's times are whole seconds and its ids are random, so only the order of the list tells
    what came first. The list is newest first; a list in the other order is recognised by its times.
    """
    steps = [one.created_at - two.created_at for one, two in pairwise(entries)]
    falling, rising = (sum(map(test, steps)) for test in (_NO_TIME.__lt__, _NO_TIME.__gt__))
    is_newest_first = falling >= rising
    earlier: Counter[datetime] = Counter()
    counted = []
    for entry in reversed(entries) if is_newest_first else entries:
        counted.append(earlier[entry.created_at])
        earlier[entry.created_at] += 1
    return counted[::-1] if is_newest_first else counted


def without_incident(entries: Iterable[payloads.AnyLogEntry]) -> int:
    """How many entries `transform` leaves out."""
    return sum(entry.incident is None for entry in entries)


def unread_incidents(entries: Iterable[payloads.AnyLogEntry]) -> int:
    """How many entries came with an incident of which only the id could be read."""
    return sum(type(entry.incident) is payloads.Reference for entry in entries)


def unknown_types(entries: Iterable[payloads.AnyLogEntry]) -> int:
    """How many entries have a type outside `KNOWN_TYPES`. They are stored like the others."""
    return sum(entry.type not in KNOWN_TYPES for entry in entries)


def _row(context: Context, entry: payloads.AnyLogEntry, incident_id: str) -> dict[str, Any]:
    agent_type = kind_of(entry.agent)
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


def store(
    context: Context, span: AnySpan, now: datetime, *, since: datetime
) -> list[payloads.Incident]:
    """Commit the span's rows, the embedded incidents and the finished window together.

    Incidents created before `since` lie outside the collected time and are left out. Returns the
    stored incidents.
    """
    came_along = [each for each in touched(span.rows) if each.created_at >= since]
    with context.transaction() as session:
        upsert(session, models.LogEntry, transform(context, span.rows))
        incidents.load(session, context, came_along)
        record(
            session,
            context.connection_id,
            NOUN.name,
            Window(span.since, span.until),
            rows=len(span.rows),
            incomplete=span.incomplete,
            now=now,
        )
    return came_along


def touched(entries: Sequence[payloads.AnyLogEntry]) -> list[payloads.Incident]:
    """The incidents embedded in the entries, each once."""
    embedded = (entry.incident for entry in entries)
    incidents_seen = (seen for seen in embedded if isinstance(seen, payloads.Incident))
    return list({incident.id: incident for incident in incidents_seen}.values())
