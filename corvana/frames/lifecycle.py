"""What is worked out from the log of an incident."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from corvana.frames.dtypes import COUNT, FLAG, INSTANT, LEVEL, SECONDS, TEXT

LIFECYCLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "incident_id": TEXT,
        "number": "int64",
        "service_id": TEXT,
        "escalation_policy_id": TEXT,
        "team_ids": TEXT,
        "urgency": TEXT,
        "urgency_at_creation": TEXT,
        "priority": TEXT,
        "assigned_via": TEXT,
        "created_at": INSTANT,
        "first_paged_at": INSTANT,
        "pages_proxy": FLAG,
        "first_acknowledged_at": INSTANT,
        "seconds_to_first_ack": SECONDS,
        "clock_skew": FLAG,
        "acknowledged_by": TEXT,
        "acknowledged_level": LEVEL,
        "level_source": TEXT,
        "first_resolved_at": INSTANT,
        "resolved_at": INSTANT,
        "seconds_to_resolve": SECONDS,
        "seconds_to_engage": SECONDS,
        "seconds_to_mobilize": SECONDS,
        "engaged_seconds": SECONDS,
        "snoozed_seconds": SECONDS,
        "active_seconds": SECONDS,
        "resolution": TEXT,
        "timeout_escalation_count": COUNT,
        "manual_escalation_count": COUNT,
        "unknown_escalation_count": COUNT,
        "reassignment_count": COUNT,
        "acknowledgement_count": COUNT,
        "service_acknowledgement_count": COUNT,
        "ack_timeout_count": COUNT,
        "repeated": FLAG,
        "exhausted": FLAG,
        "reopened": FLAG,
        "status_without_log": FLAG,
        "snooze_count": COUNT,
        "max_level_reached": LEVEL,
        "responder_count": COUNT,
        "notification_count": COUNT,
    }
)
"""The lifecycle as built from the log and kept by month, one row per incident. `team_ids` are
sorted and separated by one space; a missing text is null. `docs`: analysis.lifecycle defines every
column."""

INCIDENTS: Final[Mapping[str, str]] = MappingProxyType(
    {**LIFECYCLES, "in_maintenance": FLAG, "storm": COUNT}
)
"""The lifecycle as the analysis reads it. `in_maintenance`: created while its service was in a
maintenance window. `storm`: the number of the storm it belongs to (analysis.storms), 0 for an
incident that came alone. Both are worked out when a data version is opened, because windows and
dependencies may become known after the month was written."""

ESCALATION_STEPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "incident_id": TEXT,
        "at": INSTANT,
        "escalation_policy_id": TEXT,
        "level": LEVEL,
        "from_responders": TEXT,
        "to_responders": TEXT,
        "cause": TEXT,
    }
)
"""Every change of an incident's assignees, one row per change. Responders are pseudonyms separated
by one space; `cause` is `first`, `timeout`, `manual`, `unknown` (escalations), `reassignment` or
`delegation`; policy and level are null when they cannot be known or no policy pages."""

INTERRUPTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {"responder": TEXT, "at": INSTANT, "incident_id": TEXT}
)
"""A push, phone call or SMS to a responder. Arrivals within 60 s count once, at the first one."""

PARTICIPATIONS: Final[Mapping[str, str]] = MappingProxyType(
    {"incident_id": TEXT, "responder": TEXT, "engaged_at": INSTANT, "engaged_seconds": SECONDS}
)
"""Who worked on an incident, from when and how long: one row per responder, incident and ended
episode."""
