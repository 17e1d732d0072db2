"""Incidents and their log as collected, before anything is worked out from them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from corvana.frames.dtypes import FLAG, INSTANT, TEXT, WORD

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
    }
)
"""Incidents as collected, before their log entries are read."""

LOG_ENTRIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "incident_id": TEXT,
        "log_entry_id": TEXT,
        "at": INSTANT,
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
"""The events, one row per log entry. `agent` is the acting responder, `responder` the notified
responder, `assignees` are pseudonyms separated by one space, `until` is the end of a snooze."""

JOINED: Final[Mapping[str, str]] = MappingProxyType(
    {"incident_id": TEXT, "responder": TEXT, "at": INSTANT}
)
"""Accepted responder requests."""
