"""Who would be paged, in sentences and as a table."""

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

from corvana.analysis.answers import who_is_paged as words
from corvana.analysis.on_call.local_time import LocalTime
from corvana.analysis.on_call.on_call_list import Comparison
from corvana.analysis.on_call.who_is_paged import Known, Paged
from tests.builders.analysis.chains import asked, known, rule, service
from tests.builders.analysis.maintained import windows
from tests.builders.analysis.rotations import at

ON = [("S1", "ann", 0, 24), ("S2", "ann", 0, 24)]
WHEN = "**API**, Monday 2 Mar 2026, 10:00 (UTC):"


def told(account: Known, hour: float = 10) -> str:
    text = words.answer(asked(account, hour), "API", "UTC")
    assert text.startswith("**API**, ")
    return text.removeprefix(WHEN).strip()


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            [rule(1, "ann")],
            (
                "A is paged at once, on level 1. Without an acknowledgement nobody is paged any "
                "more after 30 min."
            ),
        ),
        (
            [rule(1, "ann"), rule(1, "bob"), rule(1, "cleo")],
            (
                "A, B and C are paged at once, on level 1. Without an acknowledgement nobody is "
                "paged any more after 30 min."
            ),
        ),
        (
            [rule(1, "ann", num_loops=1), rule(2, "bob", num_loops=1)],
            (
                "A is paged at once, on level 1. Without an acknowledgement the policy repeats once"
                " and ends after 2 h."
            ),
        ),
        (
            [rule(1, "ann", num_loops=3)],
            (
                "A is paged at once, on level 1. Without an acknowledgement the policy repeats 3 "
                "times and ends after 2 h."
            ),
        ),
        (
            [rule(1, "S3"), rule(2, "S1")],
            (
                "A is paged at once, on level 2. **Level 1 has nobody on call** and is passed over."
                " Without an acknowledgement nobody is paged any more after 30 min."
            ),
        ),
        (
            [rule(1, "S1"), rule(2, "S3"), rule(3, "S3"), rule(4, "S2")],
            (
                "A is paged at once, on level 1. **Levels 2 and 3 have nobody on call** and are "
                "passed over. **Level 4 adds nobody new**: A is on level 1 already. Without an "
                "acknowledgement nobody is paged any more after 1 h."
            ),
        ),
        (
            [rule(1, "S1"), rule(2, "bob"), rule(3, "bob"), rule(3, "S2")],
            (
                "A is paged at once, on level 1. **Level 3 adds nobody new**: A and B are on levels"
                " 1 and 2 already. Without an acknowledgement nobody is paged any more after 1 h 30"
                " min."
            ),
        ),
        (
            [rule(1, "S9"), rule(2, "bob")],
            (
                "Who is on level 1 is not known. Without an acknowledgement nobody is paged any "
                "more after 1 h."
            ),
        ),
        (
            [rule(1, "S3")],
            (
                "**nobody is paged**: no level has anybody on call, and PagerDuty then creates no "
                "incident."
            ),
        ),
        (
            [rule(None, None)],
            "**nobody is paged**: the escalation policy of the service has no levels.",
        ),
        ([], "the rules of this service's escalation policy are not known."),
    ],
)
def test_the_answer_names_people_gaps_and_the_end(rows: list[Any], sentence: str) -> None:
    assert told(known(*rows, on=ON)) == sentence


@pytest.mark.parametrize(
    ("account", "why"),
    [
        (known(of=[service(is_deleted=True)]), "the service is deleted at PagerDuty"),
        (known(of=[service(policy=None)]), "the service has no escalation policy"),
        (
            known(of=[service(status="disabled")]),
            "the service is disabled and creates no incidents",
        ),
        (
            known(maintenance_windows=windows(api=[(9, 11)])),
            "the service is in a maintenance window and creates no incidents",
        ),
        (
            known(rule(None, None, is_deleted=True)),
            "the escalation policy of the service is deleted",
        ),
    ],
)
def test_where_nobody_is_paged_the_answer_says_why(account: Known, why: str) -> None:
    assert told(account) == f"**nobody is paged**: {why}."


def test_what_is_not_known_is_said() -> None:
    assert told(known(until=at(10))) == "shifts are not known for this time."
    assert told(known(of=[])) == "the settings of this service are not known."


def test_a_low_urgency_incident_is_assigned_and_does_not_escalate() -> None:
    low = [service(urgency="low")]
    rest = (
        "and does not escalate. Their own rules for low urgency, which are not collected, decide "
        "whether a phone rings."
    )
    assert told(known(rule(1, "S1"), rule(2, "bob"), of=low, on=ON)) == (
        f"low urgency. The incident is assigned to A on level 1 {rest}"
    )
    assert told(known(rule(1, "S3"), rule(2, "bob"), of=low, on=ON)) == (
        "low urgency. **Level 1 has nobody on call** and is passed over. The incident is assigned "
        f"to A on level 2 {rest}"
    )


def test_the_table_has_a_row_per_level() -> None:
    chain = [rule(1, "S1"), rule(1, "S3"), rule(2, "S3"), rule(3, "S2"), rule(3, "bob")]
    account = known(*chain, rule(4, "S9"), on=ON)
    table = words.table(asked(account), {"S1": "Primary", "S2": "Second", "S3": "Third*"})
    assert list(table.columns) == list(words.HEADINGS)
    assert table.to_numpy().tolist() == [
        ["1", "at once", "A", "Primary; Third\\*", "Third\\* has nobody"],
        ["2", "passed over", "nobody on call", "Third\\*", ""],
        ["3", "after 30 min", "A, B", "Second; named directly", "A is also on level 1"],
        ["4", "after 1 h", "not known", "a schedule", ""],
    ]


def test_without_notes_the_table_has_no_column_for_them() -> None:
    chain = [rule(1, "S3"), rule(2, "ann")]
    table = words.table(asked(known(*chain, of=[service(urgency="low")])), {"S3": "Third"})
    assert table.to_dict("list") == {
        "Level": ["1", "2"],
        "Paged": ["passed over", "assigned"],
        "Who": ["nobody on call", "A"],
        "Through": ["Third", "named directly"],
    }


def test_without_levels_the_table_is_empty() -> None:
    assert words.table(asked(known()), {}).empty


@pytest.mark.parametrize(
    ("of", "sentence"),
    [
        (service(), ""),
        (service(urgency="severity_based"), "Urgency follows the severity of the alert: this is"),
        (service(urgency=None), "The urgency of its incidents is not known: this is the way"),
        (
            service(
                urgency_rule="use_support_hours",
                urgency_during_support_hours="high",
                urgency_outside_support_hours="low",
                support_days="1",
                support_start="09:00:00",
                support_end="17:00:00",
            ),
            "Its support hours make it high urgency at that time.",
        ),
        (service(status="disabled", urgency="severity_based"), ""),
    ],
)
def test_what_decides_the_urgency_is_told(of: Any, sentence: str) -> None:
    found = words.urgency(asked(known(rule(1, "ann"), of=[of])))
    assert found.startswith(sentence)
    assert bool(found) == bool(sentence)


@pytest.mark.parametrize(
    ("more", "hour", "sentence"),
    [
        ({}, 10, "Settings as they were at that time."),
        ({}, 30, "Settings and shifts as planned on 3 Mar 2026."),
        ({"since": 11}, 10, "Settings are known since 2 Mar 2026; the oldest known ones stand"),
        ({"since": None}, 10, "Only today's settings are known."),
    ],
)
def test_of_when_the_settings_are_is_told(more: Any, hour: float, sentence: str) -> None:
    account = known(rule(1, "ann", **more), of=[service(**more)])
    as_of = at(24).to_pydatetime()
    assert words.settings(asked(account, hour), as_of, "UTC").startswith(sentence)


def test_of_what_is_not_known_no_settings_are_told() -> None:
    assert (
        words.settings(Paged(at(0), "not known", "not collected"), datetime.now(UTC), "UTC") == ""
    )


@pytest.mark.parametrize(
    ("comparison", "sentence"),
    [
        (
            Comparison(at(8), 3, ()),
            (
                "PagerDuty's own on-call list of Monday 2 Mar 2026, 08:00 (UTC) has the same people"
                " on all 3 levels as our reading of the schedules."
            ),
        ),
        (
            Comparison(at(8), 1, ()),
            (
                "PagerDuty's own on-call list of Monday 2 Mar 2026, 08:00 (UTC) has the same people"
                " on its only level as our reading of the schedules."
            ),
        ),
        (
            Comparison(at(8), 3, (2,)),
            (
                "PagerDuty's own on-call list of Monday 2 Mar 2026, 08:00 (UTC) has other people "
                "than our reading of the schedules on level 2 of 3."
            ),
        ),
        (Comparison(at(40), 3, ()), ""),
        (None, ""),
    ],
)
def test_whether_pagerdutys_list_agrees_is_told(
    comparison: Comparison | None, sentence: str
) -> None:
    assert words.held_against(comparison, at(10), "UTC") == sentence


def test_a_time_of_the_night_of_the_clock_change_is_explained() -> None:
    instant = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    berlin = "Europe/Berlin"
    skipped = words.clock_change(LocalTime(instant, is_skipped=True), berlin)
    assert skipped == "Clocks pass over this time that night; 03:30 is meant."
    twice = words.clock_change(LocalTime(instant, is_twice=True), berlin)
    assert twice == "Clocks show this time twice that night; the first one is meant."
    assert words.clock_change(LocalTime(instant), berlin) == ""
    assert words.moment(pd.Timestamp(instant), berlin) == (
        "Sunday 29 Mar 2026, 03:30 (Europe/Berlin)"
    )
