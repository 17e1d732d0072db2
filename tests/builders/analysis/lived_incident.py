"""The lifecycle of one incident, from log entries written by hand."""

from typing import Any

import pandas as pd

from corvana import frames
from corvana.analysis.lifecycle.incident_rows import rebuild_frames
from tests.builders.analysis.incident_log import (
    AS_OF,
    POLICY,
    RULES,
    SHIFTS,
    START,
    at,
    did,
    frame,
)


def notified(minutes: float, means: str, who: str = "ann") -> dict[str, Any]:
    return did(minutes, "notify", "service", notification_type=means, responder=who)


def live(
    *entries: dict[str, Any],
    joined: tuple[tuple[str, float], ...] = (),
    rules: list[dict[str, Any]] | None = None,
    shifts: list[dict[str, Any]] | None = None,
    as_of: pd.Timestamp = AS_OF,
    **incident: Any,
) -> pd.Series:
    """The lifecycle of one incident created at START."""
    row = {
        "incident_id": "Q1",
        "number": 1,
        "service_id": "PSVC1",
        "escalation_policy_id": POLICY,
        "team_ids": "",
        "urgency": "high",
        "assigned_via": "escalation_policy",
        "merged": False,
        "created_at": START,
    } | incident
    log = [{"incident_id": "Q1", "place": number} | entry for number, entry in enumerate(entries)]
    chain = [
        {"escalation_policy_id": POLICY, "escalation_delay_in_minutes": 5} | rule
        for rule in (RULES if rules is None else rules)
    ]
    built = rebuild_frames(
        frame([row], frames.INCIDENT_ROWS),
        frame(log, frames.LOG_ENTRIES),
        frame(
            [{"incident_id": "Q1", "responder": who, "at": at(when)} for who, when in joined],
            frames.JOINED,
        ),
        frame(chain, frames.RULE_VERSIONS),
        frame(SHIFTS if shifts is None else shifts, frames.SHIFTS),
        frame(
            [
                {
                    "service_id": "PSVC1",
                    "label": "s",
                    "status": "active",
                    "escalation_policy_id": POLICY,
                }
            ],
            frames.SERVICE_VERSIONS,
        ),
        as_of=as_of,
    )
    assert len(built.incidents) == 1
    return built.incidents.iloc[0]
