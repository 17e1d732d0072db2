"""Rotations written by hand: shifts and escalation chains in hours since a Monday midnight, UTC."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from corvana import frames

MONDAY = pd.Timestamp("2026-03-02", tz="UTC")


SUMMER_TIME = [
    ("Europe/Berlin", "2026-03-28", -1),
    ("Europe/Berlin", "2026-10-24", 1),
    ("America/New_York", "2026-03-07", -1),
    ("America/New_York", "2026-10-31", 1),
    ("Australia/Sydney", "2026-10-03", -1),
    ("Australia/Sydney", "2026-04-04", 1),
    ("Europe/Berlin", "2026-03-30", 0),
]
"""Zone, the evening before summer time begins or ends, and the hours that night has more."""


def by_the_clock(zone: str, date: str, *clock: int) -> list[pd.Timestamp]:
    """UTC instants of hours since midnight of the date, as the zone's wall clock shows them."""
    midnight = pd.Timestamp(date)
    return [
        (midnight + pd.Timedelta(hours=hours)).tz_localize(zone).tz_convert("UTC")
        for hours in clock
    ]


def at(hours: float) -> pd.Timestamp:
    return MONDAY + pd.Timedelta(hours=hours)


def hours(frame: pd.DataFrame) -> list[tuple[float, float]]:
    """Start and end of each row, in hours."""
    borders = [
        ((frame[border] - MONDAY).dt.total_seconds() / 3600).tolist() for border in ("start", "end")
    ]
    return list(zip(*borders, strict=True))


def framed(rows: Sequence[Mapping[str, Any]], contract: Mapping[str, str]) -> pd.DataFrame:
    """Rows as the contract wants them; what a row leaves out is missing."""
    if not rows:
        return frames.empty(contract)
    blank = dict.fromkeys(contract)
    return frames.conform(pd.DataFrame([{**blank, **row} for row in rows]), contract)


def shifts(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    """Rows of schedule, responder, start and end."""
    worked = [
        {"schedule_id": schedule, "responder": who, "start": at(start), "end": at(end)}
        for schedule, who, start, end in rows
    ]
    return framed(worked, frames.SHIFTS)


def rules(*rows: tuple[str, int, str]) -> pd.DataFrame:
    """Rows of policy, level and target; a target beginning with S is a schedule."""
    chain = [
        {
            "escalation_policy_id": policy,
            "level": level,
            "escalation_delay_in_minutes": 30,
            "target": target,
            "target_type": "schedule" if target.startswith("S") else "user",
        }
        for policy, level, target in rows
    ]
    return framed(chain, frames.RULES)


def paged(*rows: tuple[str, float]) -> pd.DataFrame:
    """INTERRUPTIONS of a responder and a time each, every one of another incident."""
    pages = [
        {"responder": who, "at": at(when), "incident_id": f"Q{number}"}
        for number, (who, when) in enumerate(rows)
    ]
    return framed(pages, frames.INTERRUPTIONS)
