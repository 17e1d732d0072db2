"""Settings in words: as collected, and nothing of what is not known."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.measures import present_settings
from tests.builders.analysis.rotations import framed, rules
from tests.builders.analysis.written_account import account

NAMES = {"S1": "Payments primary"}


def ruled(**rule: Any) -> Account:
    row = {"service_id": "db", "urgency_rule": "constant", **rule}
    return replace(account(db={}), urgency_rules=framed([row], frames.URGENCY_RULES))


def grouped(*rows: dict[str, Any]) -> Account:
    return replace(account(db={}), alert_grouping=framed(list(rows), frames.ALERT_GROUPING))


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"urgency": "high"}, "All its incidents are high-urgency now."),
        ({"urgency": "low"}, "All its incidents are low-urgency now."),
        (
            {"urgency": "severity_based"},
            (
                "All its incidents are high-urgency or low-urgency by the severity of their alerts "
                "now."
            ),
        ),
        (
            {
                "urgency_rule": "use_support_hours",
                "urgency_during_support_hours": "high",
                "urgency_outside_support_hours": "low",
            },
            "Its incidents are high-urgency in support hours and low-urgency outside them now.",
        ),
        ({"urgency_rule": "use_support_hours"}, ""),
        ({"urgency": "of tomorrow"}, ""),
    ],
)
def test_the_urgency_rule_is_told_in_words(rule: dict[str, Any], told: str) -> None:
    assert present_settings.urgency(ruled(**rule), "db") == told


def test_the_rule_of_another_service_is_not_told() -> None:
    assert present_settings.urgency(ruled(urgency="high"), "api") == ""
    assert present_settings.is_always_high(ruled(urgency="high"), "db")
    assert not present_settings.is_always_high(ruled(urgency="high"), "api")


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({"type": "time", "timeout": 300}, "Its alerts are grouped by time within 5 min now."),
        (
            {"type": "time", "timeout": 0},
            "Its alerts are grouped by time until they are resolved now.",
        ),
        (
            {"type": "content_based", "time_window": 3_600},
            "Its alerts are grouped by content within 1 h now.",
        ),
        (
            {"type": "intelligent", "time_window": 0},
            "Its alerts are grouped by similarity (intelligent) within the recommended time now.",
        ),
        ({"type": "time"}, "Its alerts are grouped by time now."),
        ({"type": "of tomorrow"}, ""),
    ],
)
def test_alert_grouping_is_told_with_its_time(setting: dict[str, Any], told: str) -> None:
    assert present_settings.grouping(grouped({"service_id": "db", **setting}), "db") == told


def test_grouping_is_off_only_if_the_settings_of_the_account_are_known() -> None:
    """Without any setting, grouping may be off everywhere, or PagerDuty did not show it."""
    known = grouped({"service_id": "api", "type": "time", "timeout": 300})
    assert present_settings.grouping(known, "db") == "Its alerts are not grouped now."
    assert present_settings.is_ungrouped(known, "db")
    assert present_settings.grouping(account(db={}), "db") == ""
    assert not present_settings.is_ungrouped(account(db={}), "db")


def test_timers_delays_and_repeats_are_those_of_exactly_that_service_or_policy() -> None:
    known = replace(
        account(db={"auto_resolve_timeout": 14_400, "escalation_policy_id": "P1"}, api={}),
        rules=rules(("P1", 1, "S1"), ("P1", 1, "ann"), ("P1", 2, "ann"), ("P1", 2, "bob"))
        .assign(escalation_delay_in_minutes=[30, 30, 5, 5])
        .astype({"escalation_delay_in_minutes": "int32"}),
        repeats=pd.DataFrame({"escalation_policy_id": ["P1"], "num_loops": [2]}),
    )
    assert present_settings.timer(known, "db", "auto_resolve_timeout") == 14_400
    assert pd.isna(present_settings.timer(known, "api", "auto_resolve_timeout"))
    assert pd.isna(present_settings.timer(known, "gone", "auto_resolve_timeout"))
    assert present_settings.delay(known, "P1", 1) == "The delay of level 1 is 30 min now."
    assert present_settings.delay(known, "P1", 3) == ""
    assert present_settings.repeats(known, "P1") == 2
    assert pd.isna(present_settings.repeats(known, "P2"))
    assert (present_settings.levels(known, "P1"), present_settings.levels(known, "P2")) == (2, 0)
    assert present_settings.policy_of(known, "db") == "P1"
    assert present_settings.policy_of(known, "api") == ""


def test_schedules_are_named_and_people_only_counted() -> None:
    known = replace(
        account(),
        rules=rules(
            ("P1", 1, "S1"), ("P1", 1, "ann"), ("P1", 2, "ann"), ("P1", 2, "bob"), ("P1", 3, "S2")
        ),
    )
    pages = [present_settings.targets(known, "P1", level, NAMES) for level in (1, 2, 3, 4)]
    assert pages == ["Payments primary and 1 person", "2 people", "a schedule", ""]
