"""The columns of the tables. Other programs depend on them: announce changes in the changelog."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from corvana.frames import COUNT, INCIDENTS, INSTANT, LEVEL, LEVELLED_SHIFTS, SECONDS, TEXT

INTERVAL: Final = ("", "_low", "_high")
"""The suffixes of a column's name for an estimate and the two ends of its 95 % interval."""
ESTIMATE: Final = (*INTERVAL, "_effective_n")
"""The same with the effective number of values behind the interval."""

_DURATIONS: Final = {
    "n": COUNT,
    "n_acked": COUNT,
    "n_open": COUNT,
    **{
        f"{quantile}_{measure}{end}": SECONDS
        for measure in ("seconds_to_first_ack", "seconds_to_resolve")
        for quantile in ("p50", "p90")
        for end in ESTIMATE
    },
}

TABLES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "incidents": {
            **INCIDENTS,
            **{
                f"{target}_{column}": dtype
                for target in ("acknowledge", "resolve")
                for column, dtype in (("target_seconds", SECONDS), ("outcome", TEXT))
            },
        },
        "escalation_steps": {
            "incident_id": TEXT,
            "at": INSTANT,
            "level": LEVEL,
            "from_responder": TEXT,
            "to_responders": TEXT,
            "cause": TEXT,
        },
        "shifts": LEVELLED_SHIFTS,
        "interruptions": {
            "responder": TEXT,
            "at": INSTANT,
            "incident_id": TEXT,
            "hours_class": TEXT,
        },
        "responders": {
            "responder": TEXT,
            "time_zone": TEXT,
            "on_call_seconds": SECONDS,
            "business_hour_interruptions": COUNT,
            "off_hour_interruptions": COUNT,
            "sleep_hour_interruptions": COUNT,
            **{f"interruptions_per_on_call_hour{end}": "float64" for end in ESTIMATE},
        },
        "services": {"service_id": TEXT, "label": TEXT, **_DURATIONS},
        "escalation_policies": {"escalation_policy_id": TEXT, "label": TEXT, **_DURATIONS},
        "dependencies": {"dependent_id": TEXT, "supporting_id": TEXT, "kinds": TEXT},
        "coverage_gaps": {
            "escalation_policy_id": TEXT,
            "schedule_id": TEXT,
            "level": LEVEL,
            "start": INSTANT,
            "end": INSTANT,
        },
        "privacy": {"treatment": TEXT, "object": TEXT, "field": TEXT, "kind": TEXT, "why": TEXT},
    }
)
"""Each table's columns and their types in Parquet, in the order in which they are written.

`from_responder` and `to_responders` are pseudonyms separated by one space, and so are the two
`kinds`: that of the dependent service, then that of the supporting one.
"""
