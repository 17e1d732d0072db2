"""The frame contracts: column names, dtypes and units of the frames that modules share.

Columns have the names of PagerDuty Analytics where it has them. Durations are in seconds, instants
in UTC.
"""

from corvana.frames.collected import INCIDENT_ROWS, JOINED, LOG_ENTRIES
from corvana.frames.conclusions import DIMENSION_SCORES, FINDINGS, SCORECARD, TESTS
from corvana.frames.configuration import (
    ALERT_GROUPING,
    DEPENDENCIES,
    LABELS,
    MAINTENANCE_WINDOWS,
    REPEATS,
    RESPONDERS,
    RULE_VERSIONS,
    RULES,
    SCHEDULES,
    SERVICE_VERSIONS,
    SERVICES,
    SHIFTS,
    SUPPORT_HOURS,
    URGENCY_RULES,
)
from corvana.frames.dtypes import (
    COUNT,
    FLAG,
    INSTANT,
    LEVEL,
    PLACE,
    SECONDS,
    TEXT,
    WORD,
    conform,
    empty,
)
from corvana.frames.lifecycle import (
    ESCALATION_STEPS,
    INCIDENTS,
    INTERRUPTIONS,
    LIFECYCLES,
    PARTICIPATIONS,
)
from corvana.frames.on_call import COVERAGE_GAPS, LEVELLED_SHIFTS, RESPONDER_LOADS

__all__ = [
    "ALERT_GROUPING",
    "COUNT",
    "COVERAGE_GAPS",
    "DEPENDENCIES",
    "DIMENSION_SCORES",
    "ESCALATION_STEPS",
    "FINDINGS",
    "FLAG",
    "INCIDENTS",
    "INCIDENT_ROWS",
    "INSTANT",
    "INTERRUPTIONS",
    "JOINED",
    "LABELS",
    "LEVEL",
    "LEVELLED_SHIFTS",
    "LIFECYCLES",
    "LOG_ENTRIES",
    "MAINTENANCE_WINDOWS",
    "PARTICIPATIONS",
    "PLACE",
    "REPEATS",
    "RESPONDERS",
    "RESPONDER_LOADS",
    "RULES",
    "RULE_VERSIONS",
    "SCHEDULES",
    "SCORECARD",
    "SECONDS",
    "SERVICES",
    "SERVICE_VERSIONS",
    "SHIFTS",
    "SUPPORT_HOURS",
    "TESTS",
    "TEXT",
    "URGENCY_RULES",
    "WORD",
    "conform",
    "empty",
]
