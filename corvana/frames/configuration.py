"""How the account is set up: who is paged in which order, and what things are called."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from corvana.frames.dtypes import INSTANT, LEVEL, TEXT

RULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "escalation_policy_id": TEXT,
        "level": LEVEL,
        "escalation_delay_in_minutes": "int32",
        "target": TEXT,
        "target_type": TEXT,
    }
)
"""Escalation chains, one row a target: `target_type` is `user` (target a pseudonym) or
`schedule` (target a schedule id)."""

REPEATS: Final[Mapping[str, str]] = MappingProxyType(
    {"escalation_policy_id": TEXT, "num_loops": "int32"}
)
"""How often a policy starts over after its last level before nobody is paged any more."""

SHIFTS: Final[Mapping[str, str]] = MappingProxyType(
    {"schedule_id": TEXT, "responder": TEXT, "start": INSTANT, "end": INSTANT}
)
"""Who was on call when, one row a shift; adjacent parts of one shift are joined."""

SCHEDULES: Final[Mapping[str, str]] = MappingProxyType({"schedule_id": TEXT, "time_zone": TEXT})
"""Schedules that are collected, with the IANA zone they are kept in."""

SERVICES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "service_id": TEXT,
        "label": TEXT,
        "status": TEXT,
        "escalation_policy_id": TEXT,
        "team_ids": TEXT,
        "auto_resolve_timeout": "float64",
        "acknowledgement_timeout": "float64",
    }
)

SUPPORT_HOURS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "service_id": TEXT,
        "urgency_outside_support_hours": TEXT,
        "support_time_zone": TEXT,
        "support_days": TEXT,
        "support_start": TEXT,
        "support_end": TEXT,
    }
)
"""Working hours of the services that have them: days as `1 2 3 4 5` (1 is Monday), times as
`09:00:00` on the clock of `support_time_zone`."""

MAINTENANCE_WINDOWS: Final[Mapping[str, str]] = MappingProxyType(
    {"service_id": TEXT, "start": INSTANT, "end": INSTANT}
)
"""When a service was switched off on purpose, one row a service and window."""

LABELS: Final[Mapping[str, str]] = MappingProxyType({"kind": TEXT, "id": TEXT, "label": TEXT})
"""Names people gave; `kind` is service, escalation_policy, schedule, team, business_service or
priority."""

RESPONDERS: Final[Mapping[str, str]] = MappingProxyType({"responder": TEXT, "time_zone": TEXT})

DEPENDENCIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dependent_id": TEXT,
        "dependent_type": TEXT,
        "supporting_id": TEXT,
        "supporting_type": TEXT,
    }
)
"""Declared edges, one row each: the dependent service needs the supporting one. A type is
`technical_service` or `business_service`."""
