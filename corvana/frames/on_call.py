"""What is worked out from shifts."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from corvana.frames.configuration import SHIFTS
from corvana.frames.dtypes import COUNT, FLAG, INSTANT, LEVEL, SECONDS, TEXT

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
        "interruptions_per_on_call_hour_effective_n": "float64",
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
        "is_needed": FLAG,
    }
)
"""When nobody was or will be on call, one row per gap: of a policy's level (schedule null) or of a
schedule (policy and level null)."""

SNAPSHOT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "taken_at": INSTANT,
        "escalation_policy_id": TEXT,
        "level": LEVEL,
        "responder": TEXT,
        "schedule_id": TEXT,
    }
)
"""PagerDuty's own newest list of who is on call, as it was at `taken_at`: one row per person,
policy, level and schedule. `schedule_id` is empty for a person named in the policy directly."""

OVERRIDES: Final[Mapping[str, str]] = MappingProxyType(
    {"schedule_id": TEXT, "responder": TEXT, "start": INSTANT, "end": INSTANT}
)
"""Who replaced the person of the rotation, and when: one row per override; adjacent parts of one
override are joined. Only past ones are collected. SHIFTS has the same time as shifts."""

SCHEDULE_COVERAGE: Final[Mapping[str, str]] = MappingProxyType(
    {"schedule_id": TEXT, "since": INSTANT, "until": INSTANT, "percentage": "float64"}
)
"""PagerDuty's own coverage of each schedule in coming spans: the percentage of the time in which a
person is on call."""
