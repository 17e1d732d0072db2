"""The lifecycle of one incident, from log entries written by hand."""

from collections.abc import Sequence
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
    requested = [
        {"incident_id": _name(0), "responder": who, "at": at(when)} for who, when in joined
    ]
    (life,) = live_each([entries], requested, rules, shifts, as_of, **incident)
    return life


def live_each(
    logs: Sequence[Sequence[dict[str, Any]]],
    joined: list[dict[str, Any]] | None = None,
    rules: list[dict[str, Any]] | None = None,
    shifts: list[dict[str, Any]] | None = None,
    as_of: pd.Timestamp = AS_OF,
    **incident: Any,
) -> list[pd.Series]:
    """The lifecycles of incidents created at START that differ in their logs only."""
    same = {
        "number": 1,
        "service_id": "PSVC1",
        "escalation_policy_id": POLICY,
        "team_ids": "",
        "urgency": "high",
        "assigned_via": "escalation_policy",
        "merged": False,
        "created_at": START,
    } | incident
    rows = [{"incident_id": _name(number)} | same for number in range(len(logs))]
    log = [
        {"incident_id": _name(number), "place": place} | entry
        for number, entries in enumerate(logs)
        for place, entry in enumerate(entries)
    ]
    chain = [
        {"escalation_policy_id": POLICY, "escalation_delay_in_minutes": 5} | rule
        for rule in (RULES if rules is None else rules)
    ]
    built = rebuild_frames(
        frame(rows, frames.INCIDENT_ROWS),
        frame(log, frames.LOG_ENTRIES),
        frame(joined or [], frames.JOINED),
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
    assert len(built.incidents) == len(logs)
    return [life for _, life in built.incidents.iterrows()]


def _name(number: int) -> str:
    return f"Q{number + 1}"
