"""A selection in words: its urgency, its places, its period."""

from datetime import UTC, datetime

import pytest

from corvana.analysis.account.selection import NO_PRIORITY, Filters
from corvana.analysis.answers.selection import Labels, selected

START, END = datetime(2026, 11, 3, tzinfo=UTC), datetime(2026, 11, 24, 6, tzinfo=UTC)
LABELS = Labels({"S1": "Pay_ments"}, {"T1": "Core"}, {"P1": "Web"}, {"R1": "P_1"})


@pytest.mark.parametrize(
    ("chosen", "told", "scope"),
    [
        ({}, "12 incidents from 3 Nov to 24 Nov", ""),
        ({"urgency": "low"}, "12 low-urgency incidents from 3 Nov to 24 Nov", "low urgency"),
        (
            {"services": ("S1",)},
            "12 incidents of Pay\\_ments from 3 Nov to 24 Nov",
            "Pay\\_ments",
        ),
        (
            {"services": ("S1", "S2"), "teams": ("T1",), "policies": ("P1",), "urgency": "high"},
            (
                "12 high-urgency incidents of 2 chosen services, team Core, policy Web from 3 Nov "
                "to 24 Nov"
            ),
            "2 chosen services, team Core, policy Web, high urgency",
        ),
        (
            {"hours": ("sleep",), "services": ("S1",)},
            "12 incidents of Pay\\_ments in sleep hours from 3 Nov to 24 Nov",
            "Pay\\_ments, in sleep hours",
        ),
        (
            {"hours": ("business", "off"), "days": "weekend", "urgency": "high"},
            "12 high-urgency incidents in business or off hours at weekends from 3 Nov to 24 Nov",
            "high urgency, in business or off hours at weekends",
        ),
        (
            {"days": "weekday", "priorities": ("R1",), "teams": ("T1",)},
            "12 incidents of team Core with priority P\\_1 on weekdays from 3 Nov to 24 Nov",
            "team Core, with priority P\\_1, on weekdays",
        ),
        (
            {"priorities": (NO_PRIORITY,)},
            "12 incidents without a priority from 3 Nov to 24 Nov",
            "without a priority",
        ),
        (
            {"priorities": ("R1", NO_PRIORITY)},
            "12 incidents with 2 chosen priorities from 3 Nov to 24 Nov",
            "with 2 chosen priorities",
        ),
        ({"policies": ("P9",)}, "12 incidents of policy P9 from 3 Nov to 24 Nov", "policy P9"),
    ],
)
def test_whatever_narrows_the_selection_is_named(chosen, told, scope):
    found = selected(Filters(START, END, **chosen), LABELS, "UTC")
    assert found.incidents(12) == told
    assert found.scope == scope


def test_one_incident_is_no_plural_and_its_own_urgency_wins():
    found = selected(Filters(START, END), LABELS, "UTC")
    assert found.incidents(1, "paged through a policy", urgency="high-urgency") == (
        "1 high-urgency incident paged through a policy from 3 Nov to 24 Nov"
    )
    team = selected(Filters(START, END, teams=("T1",)), LABELS, "UTC")
    assert team.incidents(2, "paged through a policy") == (
        "2 incidents of team Core paged through a policy from 3 Nov to 24 Nov"
    )
