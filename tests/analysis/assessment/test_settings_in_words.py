"""Changes of settings in words, with names and without people."""

from typing import Any

import pandas as pd
import pytest

from corvana.analysis.assessment import settings_in_words
from corvana.frames import CONFIGURATION_CHANGES
from tests.builders.analysis.rotations import framed

NAMES = {"P1": "Ops", "P2": "Payments", "S1": "Days", "S2": "Nights", "T1": "Core"}


def told(*changes: tuple[str, int | None, Any, Any]) -> str:
    rows = [
        {"object_type": "service", "object_id": "X", "at": pd.Timestamp("2026-03-02", tz="UTC")}
        | dict(zip(("field", "level", "before", "after"), change, strict=True))
        for change in changes
    ]
    return settings_in_words.told(framed(rows, CONFIGURATION_CHANGES), NAMES)


@pytest.mark.parametrize(
    ("field", "level", "before", "after", "words"),
    [
        ("escalation_delay_in_minutes", 1, "30", "15", "delay of level 1: 30 min → 15 min"),
        ("targets", 2, "S1", "S1 S2 ann", "who is paged on level 2: Days → Days, Nights, 1 person"),
        ("targets", 1, "ann", "bob", "who is paged on level 1: other people than before"),
        ("num_loops", None, "0", "2", "repeats: 0 → 2"),
        ("auto_resolve_timeout", None, "14400", None, "auto-resolve timeout: 4 h → off"),
        ("acknowledgement_timeout", None, None, "1800", "acknowledgement timeout: off → 30 min"),
        ("escalation_policy_id", None, "P1", "P2", "escalation policy: Ops → Payments"),
        ("team_ids", None, "T1", None, "teams: Core → none"),
        ("label", None, "API_1", "API_2", "name: API_1 → API_2"),
        ("status", None, "active", "disabled", "status: active → disabled"),
        ("urgency", None, "high", "severity_based", "urgency: high → severity based"),
        ("support_days", None, "1 2 3", "1 5", "days of the support hours: Mon Tue Wed → Mon Fri"),
        ("alert_grouping", None, None, "time 300", "alert grouping: off → by time, 5 min"),
        ("time_zone", None, "Etc/UTC", "Europe/Paris", "time zone: Etc/UTC → Europe/Paris"),
        ("added", None, None, None, "added"),
        ("deleted", None, None, None, "deleted"),
    ],
)
def test_a_change_says_what_changed_from_what_to_what(
    field: str, level: int | None, before: str | None, after: str | None, words: str
) -> None:
    assert told((field, level, before, after)) == words


def test_changes_seen_at_once_are_told_together() -> None:
    assert told(("escalation_delay_in_minutes", 1, "30", "15"), ("num_loops", None, None, "1")) == (
        "delay of level 1: 30 min → 15 min; repeats: none → 1"
    )
