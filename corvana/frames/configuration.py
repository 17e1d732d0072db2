"""How the account is set up: who is paged in which order, and what things are called."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from corvana.frames.dtypes import COUNT, FLAG, INSTANT, LEVEL, TEXT

RULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "escalation_policy_id": TEXT,
        "level": LEVEL,
        "escalation_delay_in_minutes": "int32",
        "target": TEXT,
        "target_type": TEXT,
    }
)
"""Escalation rules, one row per target. `target_type` is `user` (target: a pseudonym) or
`schedule` (target: a schedule id)."""

RULE_VERSIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "escalation_policy_id": TEXT,
        "since": INSTANT,
        "level": LEVEL,
        "target": TEXT,
        "target_type": TEXT,
    }
)
"""Every state of an escalation policy that was seen, from `since` on: one row per target. A state
without a rule has one row without a level."""

POLICY_HISTORY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "escalation_policy_id": TEXT,
        "since": INSTANT,
        "is_deleted": FLAG,
        "num_loops": COUNT,
        "level": LEVEL,
        "escalation_delay_in_minutes": COUNT,
        "target": TEXT,
        "target_type": TEXT,
    }
)
"""Every state of an escalation policy that was seen, from `since` on, with its delays and repeats:
one row per target. A deleted policy, or one without a rule, has one row without a level."""

REPEATS: Final[Mapping[str, str]] = MappingProxyType(
    {"escalation_policy_id": TEXT, "num_loops": "int32"}
)
"""How often a policy repeats its levels after the last level. After that, nobody is paged."""

CONFIGURATION_CHANGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "object_type": TEXT,
        "object_id": TEXT,
        "at": INSTANT,
        "field": TEXT,
        "level": LEVEL,
        "before": TEXT,
        "after": TEXT,
    }
)
"""Changes of settings that were seen from the second collection on, one row a setting.

`object_type` is `service`, `escalation_policy` or `schedule`; `at` is when the collection saw the
change, which was made between it and the collection before. `field` is the setting; `added` or
`deleted` for the whole object. `level` is the level of a policy to which the setting belongs.
`before` and `after` are the values as text: numbers in PagerDuty's unit, ids, pseudonyms, or null
for none; several ids have one space between them."""

SHIFTS: Final[Mapping[str, str]] = MappingProxyType(
    {"schedule_id": TEXT, "responder": TEXT, "start": INSTANT, "end": INSTANT}
)
"""Who was on call when, one row per shift; adjacent parts of one shift are joined."""

SCHEDULES: Final[Mapping[str, str]] = MappingProxyType({"schedule_id": TEXT, "time_zone": TEXT})
"""Collected schedules with their IANA time zone."""

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

SERVICE_VERSIONS: Final[Mapping[str, str]] = MappingProxyType(
    {"service_id": TEXT, "since": INSTANT, "escalation_policy_id": TEXT}
)
"""Every escalation policy that a service was seen with, from `since` on."""

SERVICE_HISTORY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "service_id": TEXT,
        "since": INSTANT,
        "is_deleted": FLAG,
        "status": TEXT,
        "escalation_policy_id": TEXT,
        "urgency_rule": TEXT,
        "urgency": TEXT,
        "urgency_during_support_hours": TEXT,
        "urgency_outside_support_hours": TEXT,
        "support_time_zone": TEXT,
        "support_days": TEXT,
        "support_start": TEXT,
        "support_end": TEXT,
    }
)
"""Every state of a service that was seen, from `since` on, as far as it decides who is paged. The
columns are those of SERVICES, URGENCY_RULES and SUPPORT_HOURS."""

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
"""Support hours of the services that have them: days as `1 2 3 4 5` (1 is Monday), times as
`09:00:00` in `support_time_zone`."""

URGENCY_RULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "service_id": TEXT,
        "urgency_rule": TEXT,
        "urgency": TEXT,
        "urgency_during_support_hours": TEXT,
        "urgency_outside_support_hours": TEXT,
    }
)
"""Which urgency the incidents of a service get. `urgency_rule` is `constant` (then `urgency` holds:
`high`, `low` or `severity_based`) or `use_support_hours` (then the other two hold)."""

ALERT_GROUPING: Final[Mapping[str, str]] = MappingProxyType(
    {"service_id": TEXT, "type": TEXT, "timeout": "float64", "time_window": "float64"}
)
"""How alerts of a service are grouped into incidents, one row per service and setting. `type` is
`time`, `intelligent`, `content_based` or `content_based_intelligent`; `timeout` (of `time`) and
`time_window` (of the others) are seconds. A service without a row groups no alerts, if any setting
of the account was collected."""

MAINTENANCE_WINDOWS: Final[Mapping[str, str]] = MappingProxyType(
    {"service_id": TEXT, "start": INSTANT, "end": INSTANT}
)
"""Maintenance windows: when a service opens no incidents, one row per service and window. Windows
of a service may overlap."""

LABELS: Final[Mapping[str, str]] = MappingProxyType({"kind": TEXT, "id": TEXT, "label": TEXT})
"""Names of objects at PagerDuty; `kind` is service, escalation_policy, schedule, team,
business_service or priority."""

RESPONDERS: Final[Mapping[str, str]] = MappingProxyType({"responder": TEXT, "time_zone": TEXT})

DEPENDENCIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dependent_id": TEXT,
        "dependent_type": TEXT,
        "supporting_id": TEXT,
        "supporting_type": TEXT,
    }
)
"""Declared edges, one row per edge: the dependent service needs the supporting service. A type is
`technical_service` or `business_service`."""
