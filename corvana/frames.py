"""The frame contracts: column names, dtypes and units of the frames that modules share.

Columns have the names of PagerDuty Analytics where it has them. Durations are in seconds, instants
in UTC.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

INSTANT: Final = "datetime64[us, UTC]"
TEXT: Final = "str"
WORD: Final = "category"
SECONDS: Final = "float64"
COUNT: Final = "int32"
LEVEL: Final = "Int16"
FLAG: Final = "bool"

INCIDENTS: Final[Mapping[str, str]] = MappingProxyType(
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
        "snooze_count": COUNT,
        "max_level_reached": LEVEL,
        "responder_count": COUNT,
        "notification_count": COUNT,
    }
)
"""The lifecycle, one row per incident. `team_ids` are sorted and separated by one space; a missing
text is null. `docs`: analysis.lifecycle defines every column."""

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

JOINED: Final[Mapping[str, str]] = MappingProxyType(
    {"incident_id": TEXT, "responder": TEXT, "at": INSTANT}
)
"""Accepted responder requests."""

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

SHIFTS: Final[Mapping[str, str]] = MappingProxyType(
    {"schedule_id": TEXT, "responder": TEXT, "start": INSTANT, "end": INSTANT}
)
"""Who was on call when, one row per shift; adjacent parts of one shift are joined."""

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

REPEATS: Final[Mapping[str, str]] = MappingProxyType(
    {"escalation_policy_id": TEXT, "num_loops": "int32"}
)
"""How often a policy repeats its levels after the last level. After that, nobody is paged."""


def empty(contract: Mapping[str, str]) -> pd.DataFrame:
    """Return a frame with the contract's columns and dtypes and no row."""
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in contract.items()})


def conform(frame: pd.DataFrame, contract: Mapping[str, str]) -> pd.DataFrame:
    """Return the contract's columns in order, cast to its dtypes.

    Raises
    ------
    KeyError
        A column of the contract is missing.
    """
    kept = frame[list(contract)].reset_index(drop=True)
    # Cast only columns with another dtype: needless casts of dozens of columns take most time.
    casts = {
        name: dtype
        for (name, dtype), present in zip(_dtypes(contract), kept.dtypes, strict=True)
        if present != dtype
    }
    return kept.astype(casts) if casts else kept


def _dtypes(contract: Mapping[str, str]) -> Iterable[tuple[str, Any]]:
    """Compare categoricals by dtype name; their categories may differ."""
    return ((name, dtype if dtype == WORD else _parsed(dtype)) for name, dtype in contract.items())


@cache
def _parsed(dtype: str) -> Any:
    return pd.api.types.pandas_dtype(dtype)


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

LEVELLED_SHIFTS: Final[Mapping[str, str]] = MappingProxyType(
    {**SHIFTS, "level": LEVEL, "escalation_policy_id": TEXT}
)
"""SHIFTS joined to the levels they serve: one row per shift, policy and level. Policy and level
are null for a schedule that no policy uses."""

RESPONDER_LOADS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "responder": TEXT,
        "time_zone": TEXT,
        "time_zone_source": TEXT,
        "on_call_seconds": SECONDS,
        "on_call_seconds_level_1": SECONDS,
        "on_call_seconds_level_2_plus": SECONDS,
        "on_call_seconds_without_policy": SECONDS,
        "on_call_share": "float64",
        "weekend_on_call_seconds": SECONDS,
        "sleep_on_call_seconds": SECONDS,
        "permanent_policy_count": COUNT,
        "interruptions": COUNT,
        "business_hour_interruptions": COUNT,
        "off_hour_interruptions": COUNT,
        "sleep_hour_interruptions": COUNT,
        "interruptions_on_call": COUNT,
        "interruptions_per_on_call_hour": "float64",
        "interruptions_per_on_call_hour_low": "float64",
        "interruptions_per_on_call_hour_high": "float64",
        "disrupted_hours": COUNT,
        "rests": COUNT,
        "short_rests": COUNT,
        "shifts": COUNT,
        "quiet_shifts": COUNT,
        "shifts_over_norm": COUNT,
    }
)
"""The on-call load of each responder in a period, one row per responder. `docs`:
analysis.responder_load defines every column."""

COVERAGE_GAPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "escalation_policy_id": TEXT,
        "schedule_id": TEXT,
        "level": LEVEL,
        "start": INSTANT,
        "end": INSTANT,
        "in_support_hours": FLAG,
    }
)
"""When nobody was or will be on call, one row per gap: of a policy's level (schedule null) or of a
schedule (policy and level null)."""

SCHEDULES: Final[Mapping[str, str]] = MappingProxyType({"schedule_id": TEXT, "time_zone": TEXT})
"""Collected schedules with their IANA time zone."""

MAINTENANCE_WINDOWS: Final[Mapping[str, str]] = MappingProxyType(
    {"service_id": TEXT, "start": INSTANT, "end": INSTANT}
)
"""Maintenance windows: when a service opens no incidents, one row per service and window."""

PARTICIPATIONS: Final[Mapping[str, str]] = MappingProxyType(
    {"incident_id": TEXT, "responder": TEXT, "engaged_at": INSTANT, "engaged_seconds": SECONDS}
)
"""Who worked on an incident, from when and how long: one row per responder, incident and ended
episode."""

TESTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "subject_type": TEXT,
        "subject_id": TEXT,
        "detail": TEXT,
        "effect": "float64",
        "low": "float64",
        "high": "float64",
        "reference": "float64",
        "n": "int64",
        "p_value": "float64",
        "is_material": FLAG,
        "avoidable_minutes_per_month": "float64",
    }
)
"""The tests of one kind of finding, one row per subject, whether it stands out or not.

`subject_type` is `service`, `escalation_policy`, `schedule` or `responder`; `detail` names it
further (a level, another service's id) or is null. `effect`, its 95 % interval and `reference` are
in the kind's unit. `p_value` is one-sided for "worse than the reference"; null for a kind that is
read from the configuration, without a test. `is_material`: the effect reaches the kind's floor."""

FINDINGS: Final[Mapping[str, str]] = MappingProxyType({"kind": TEXT, **TESTS, "q_value": "float64"})
"""TESTS that are findings. Those with the most avoidable minutes per month come first."""

SCORECARD: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dimension": TEXT,
        "check": TEXT,
        "measures": TEXT,
        "value": "float64",
        "low": "float64",
        "high": "float64",
        "n": "int64",
        "unit": TEXT,
        "fails_at": "float64",
        "meets_at": "float64",
        "points": "float64",
        "is_known": FLAG,
        "source": TEXT,
        "setting": TEXT,
    }
)
"""One row per check: the measured `value` (an estimate has its 95 % interval), its `n`, the
thresholds, and the points between them, 0 to 100. An unknown check has no value and no points."""

DIMENSION_SCORES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dimension": TEXT,
        "score": "float64",
        "known_checks": COUNT,
        "checks": COUNT,
        "coverage": TEXT,
    }
)
"""One row per dimension: the mean points of its known checks, and their number."""
