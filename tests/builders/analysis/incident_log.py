"""Logs of incidents, entry by entry."""

from typing import Any

import pandas as pd

from corvana import frames

START = pd.Timestamp("2026-03-02T10:00:00", tz="UTC")
AS_OF = START + pd.Timedelta(hours=24)
POLICY, OTHER = "PPOL1", "PPOL2"


def at(minutes: float) -> pd.Timestamp:
    return START + pd.Timedelta(minutes=minutes)


def frame(rows: list[dict[str, Any]], contract: Any) -> pd.DataFrame:
    if not rows:
        return frames.empty(contract)
    blank = dict.fromkeys(contract)
    return frames.conform(pd.DataFrame([{**blank, **row} for row in rows]), contract)


def did(minutes: float, kind: str, by: str | None = None, **more: Any) -> dict[str, Any]:
    """One log entry: `by` a responder's name, `service`, `integration` or nobody."""
    is_user = by not in {None, "service", "inbound_integration"}
    channel = "timeout" if by == "service" and kind == "escalate" else "web"
    return {
        "at": at(minutes),
        "type": kind,
        "agent_type": "user" if is_user else by,
        "agent": by if is_user else None,
        "channel_type": channel,
        "assignees": "",
    } | more


def assigned(
    minutes: float, *people: str, kind: str = "assign", by: str = "service", **more: Any
) -> dict[str, Any]:
    return did(minutes, kind, by, assignees=" ".join(people), **more)


RULES = [
    {"level": 1, "target": "SPRIMARY", "target_type": "schedule"},
    {"level": 2, "target": "bob", "target_type": "user"},
    {"level": 3, "target": "SLEAD", "target_type": "schedule"},
]
SHIFTS = [
    {"schedule_id": "SPRIMARY", "responder": "ann", "start": at(-600), "end": at(600)},
    {"schedule_id": "SLEAD", "responder": "cat", "start": at(-600), "end": at(600)},
]
TRIGGER = did(0, "trigger", "inbound_integration")
FIRST = assigned(0, "ann")
