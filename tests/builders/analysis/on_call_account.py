"""Accounts of shifts and pages written by hand."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from corvana import frames
from corvana.analysis.account.analysed import Account
from tests.builders.analysis.rotations import at, framed

DAY = 24
WEEK = 7 * DAY
_NEUTRAL = {"bool": False, "int32": 0, "int64": 0}
_FRAMES = {
    "escalation_steps": frames.ESCALATION_STEPS,
    "interruptions": frames.INTERRUPTIONS,
    "participations": frames.PARTICIPATIONS,
    "shifts": frames.SHIFTS,
    "rules": frames.RULES,
    "repeats": frames.REPEATS,
    "services": frames.SERVICES,
    "support_hours": frames.SUPPORT_HOURS,
    "dependencies": frames.DEPENDENCIES,
    "responders": frames.RESPONDERS,
    "maintenance_windows": frames.MAINTENANCE_WINDOWS,
    "schedules": frames.SCHEDULES,
    "urgency_rules": frames.URGENCY_RULES,
    "alert_grouping": frames.ALERT_GROUPING,
}


def account(pages: Sequence[tuple[str, float, str]] = (), **known: pd.DataFrame) -> Account:
    """A week from Monday on a UTC clock; `pages` are responder, hour and the incident's policy."""
    incidents: list[Mapping[str, Any]] = [
        {"incident_id": f"Q{i}", "escalation_policy_id": policy, "created_at": at(hour)}
        for i, (_, hour, policy) in enumerate(pages)
    ]
    blank = {name: _NEUTRAL.get(dtype) for name, dtype in frames.INCIDENTS.items()}
    arrived = [
        {"responder": who, "at": at(hour), "incident_id": f"Q{i}"}
        for i, (who, hour, _) in enumerate(pages)
    ]
    filled: dict[str, Any] = {
        **{name: frames.empty(contract) for name, contract in _FRAMES.items()},
        "interruptions": framed(arrived, frames.INTERRUPTIONS),
        "incidents": framed([{**blank, **row} for row in incidents], frames.INCIDENTS),
        **known,
    }
    return Account(
        **filled,
        since=at(0),
        as_of=at(WEEK),
        time_zone="UTC",
    )
