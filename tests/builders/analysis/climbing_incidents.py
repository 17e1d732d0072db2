"""Incidents and their steps through the levels."""

from typing import Any

import pandas as pd

from corvana import frames

START = pd.Timestamp("2026-03-02T10:00:00", tz="UTC")
AS_OF = START + pd.Timedelta(hours=2)


def at(minutes: float | None) -> Any:
    return None if minutes is None else START + pd.Timedelta(minutes=minutes)


def incident(
    name: str, *, acked: float | None = None, resolved: float | None = None, **more: Any
) -> dict[str, Any]:
    ended = "open" if resolved is None else "responder"
    return {
        "incident_id": name,
        "number": 1,
        "escalation_policy_id": "P1",
        "urgency": "high",
        "urgency_at_creation": "high",
        "created_at": START,
        "first_acknowledged_at": at(acked),
        "first_resolved_at": at(resolved),
        "resolution": ended,
    } | more


def step(
    name: str, minute: float, level: int | None, cause: str = "timeout", **more: Any
) -> dict[str, Any]:
    return {
        "incident_id": name,
        "at": at(minute),
        "escalation_policy_id": None if level is None else "P1",
        "level": level,
        "to_responders": "ann",
        "cause": cause,
    } | more


def incidents_of(*rows: dict[str, Any]) -> pd.DataFrame:
    zeros: dict[str, Any] = {
        name: 0 if dtype == frames.COUNT else False
        for name, dtype in frames.INCIDENTS.items()
        if dtype in {frames.COUNT, frames.FLAG}
    }
    blank = dict.fromkeys(frames.INCIDENTS) | zeros
    table = pd.DataFrame([blank | row for row in rows], columns=list(frames.INCIDENTS))
    return frames.conform(table, frames.INCIDENTS)


def steps_of(*rows: dict[str, Any]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(frames.ESCALATION_STEPS))
    return frames.conform(table, frames.ESCALATION_STEPS)
