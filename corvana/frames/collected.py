"""Incidents and their log as collected, before anything is worked out from them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from corvana.frames.dtypes import FLAG, INSTANT, PLACE, TEXT, WORD

INCIDENT_ROWS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "incident_id": TEXT,
        "number": "int64",
        "service_id": TEXT,
        "escalation_policy_id": TEXT,
        "team_ids": TEXT,
        "urgency": TEXT,
        "priority": TEXT,
        "assigned_via": TEXT,
        "merged": FLAG,
        "created_at": INSTANT,
        "status": WORD,
        "resolved_at": INSTANT,
        "status_changed_at": INSTANT,
        "status_changed_by": WORD,
    }
)
"""Incidents as collected, before their log entries are read. `resolved_at` is null while open;
`status_changed_by` is the kind of who or what gave the incident its status, `user` for a person.
Both, and `status_changed_at`, are null where PagerDuty did not say."""

LOG_ENTRIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "incident_id": TEXT,
        "at": INSTANT,
        "place": PLACE,
        "type": WORD,
        "agent_type": WORD,
        "agent": WORD,
        "channel_type": WORD,
        "notification_type": WORD,
        "responder": TEXT,
        "assignees": TEXT,
        "until": INSTANT,
    }
)
"""The events, one row per log entry. PagerDuty's times are whole seconds: `place` counts the
account's entries of the same instant that PagerDuty lists as earlier, and is null for entries that
were stored before it was kept. `agent` is the acting responder, `responder` the notified
responder, `assignees` are pseudonyms separated by one space, `until` is the end of a snooze."""

JOINED: Final[Mapping[str, str]] = MappingProxyType(
    {"incident_id": TEXT, "responder": TEXT, "at": INSTANT}
)
"""Accepted responder requests."""
