"""Who an incident was handed to: by a policy, a person or an acknowledgement; exact levels."""

from typing import Any

import pandas as pd
import pytest

from tests.builders.analysis.incident_log import FIRST, TRIGGER, assigned, at, did
from tests.builders.analysis.lived_incident import live

BY_HAND = did(0, "trigger", "eve")
A_SECOND = 1 / 60


def escalated(minutes: float, *people: str, by: str = "service") -> dict[str, Any]:
    return assigned(minutes, *people, kind="escalate", by=by)


def level_of(life: pd.Series) -> tuple[int | None, str | None]:
    level, source = life["acknowledged_level"], life["level_source"]
    return (None, None) if pd.isna(level) else (int(level), source)


# --- direct assignment --------------------------------------------------------------------------


@pytest.mark.parametrize("agent", ["eve", "service"])
def test_opened_by_hand_for_one_person_pages_no_level_whoever_is_the_agent(agent: str) -> None:
    life = live(
        BY_HAND,
        assigned(0, "bob", by=agent),
        did(3, "acknowledge", "bob"),
        assigned_via="direct_assignment",
    )
    assert level_of(life) == (None, None)
    assert pd.isna(life["max_level_reached"])


def test_what_a_machine_opened_went_through_the_policy_although_it_was_reassigned_later() -> None:
    life = live(
        TRIGGER,
        FIRST,
        did(3, "acknowledge", "ann"),
        assigned(5, "dan", by="ann"),
        assigned_via="direct_assignment",
    )
    assert level_of(life) == (1, "schedule")


@pytest.mark.parametrize("agent", ["eve", "service"])
def test_opened_by_hand_for_a_policy_and_reassigned_later_was_on_its_first_level(agent: str):
    life = live(
        BY_HAND,
        assigned(0, "ann", by=agent),
        did(3, "acknowledge", "ann"),
        assigned(5, "dan", by="ann"),
        assigned_via="direct_assignment",
    )
    assert level_of(life) == (1, "schedule")


@pytest.mark.parametrize("agent", ["eve", "service"])
def test_opened_by_hand_for_a_person_and_handed_to_a_policy_later_was_on_no_level(agent: str):
    life = live(
        BY_HAND,
        assigned(0, "dan", by=agent),
        did(3, "acknowledge", "dan"),
        assigned(5, "ann", kind="delegate", by="dan"),
        assigned_via="escalation_policy",
    )
    assert level_of(life) == (None, None)


# --- taking over --------------------------------------------------------------------------------


@pytest.mark.parametrize("agent", ["service", "bob"])
@pytest.mark.parametrize("late", [-A_SECOND, 0, A_SECOND])
def test_who_takes_over_by_acknowledging_answers_on_the_level_in_force(agent: str, late: float):
    entries = [
        TRIGGER,
        FIRST,
        did(2, "acknowledge", "bob"),
        assigned(2 + late, "bob", by=agent),
        did(20, "unacknowledge", "service"),
        escalated(20, "bob"),
        did(22, "acknowledge", "bob"),
    ]
    life = live(*sorted(entries, key=lambda entry: entry["at"]))
    assert level_of(life) == (1, "schedule")
    assert (life["max_level_reached"], life["timeout_escalation_count"]) == (2, 1)
    assert life["reassignment_count"] == 0


def test_who_is_assigned_by_somebody_else_and_acknowledges_at_once_did_not_take_over() -> None:
    life = live(TRIGGER, FIRST, assigned(2, "bob", by="ann"), did(2, "acknowledge", "bob"))
    assert life["reassignment_count"] == 1
    assert level_of(life) == (None, None)


# --- one event, several entries -----------------------------------------------------------------


def test_one_timer_written_on_both_sides_of_a_second_is_one_escalation() -> None:
    rules: list[dict[str, Any]] = [
        {"level": 1, "target": "ann", "target_type": "user"},
        *({"level": 2, "target": who, "target_type": "user"} for who in ("bob", "cat")),
    ]
    life = live(
        TRIGGER,
        FIRST,
        escalated(5, "bob"),
        escalated(5 + A_SECOND, "cat"),
        did(6, "acknowledge", "cat"),
        rules=rules,
    )
    assert life["timeout_escalation_count"] == 1
    assert level_of(life) == (2, "target")


def test_a_delegation_and_its_assignment_are_one_event() -> None:
    life = live(
        TRIGGER,
        FIRST,
        assigned(5, kind="delegate", by="ann"),
        assigned(5 + A_SECOND, "dan", by="ann"),
    )
    assert life["reassignment_count"] == 1


def test_the_repeat_of_a_policy_may_be_written_a_second_before_its_escalation() -> None:
    life = live(
        TRIGGER,
        FIRST,
        escalated(5, "bob"),
        did(10, "repeat_escalation_path", "service"),
        escalated(10 + A_SECOND, "ann"),
        did(12, "acknowledge", "ann"),
    )
    assert level_of(life) == (1, "schedule")


def test_a_person_who_reassigns_in_the_second_of_the_first_assignment_reassigns() -> None:
    life = live(TRIGGER, FIRST, assigned(0, "dan", by="zoe"), did(3, "acknowledge", "dan"))
    assert life["reassignment_count"] == 1
    assert level_of(life) == (None, None)


def test_an_assignment_may_be_written_a_second_before_its_delegation() -> None:
    life = live(
        TRIGGER,
        FIRST,
        assigned(5, "dan", by="ann"),
        assigned(5 + A_SECOND, kind="delegate", by="ann"),
    )
    assert life["reassignment_count"] == 1


def test_three_escalations_by_hand_within_seconds_are_three() -> None:
    by_hand = [escalated(5 + 2 * A_SECOND * n, who, by="ann") for n, who in enumerate("bcd")]
    assert live(TRIGGER, FIRST, *by_hand)["manual_escalation_count"] == 3


def test_two_people_who_reassign_within_a_second_reassign_twice() -> None:
    life = live(
        TRIGGER, FIRST, assigned(5, "dan", by="ann"), assigned(5 + A_SECOND, "eve", by="bob")
    )
    assert life["reassignment_count"] == 2


def test_two_timers_a_minute_apart_are_two_escalations() -> None:
    life = live(TRIGGER, FIRST, escalated(5, "bob"), escalated(6, "cat"))
    assert life["timeout_escalation_count"] == 2


# --- the ordinal --------------------------------------------------------------------------------

BOTH_THEN_ONE = [
    {"level": 1, "target": "ann", "target_type": "user"},
    {"level": 1, "target": "bob", "target_type": "user"},
    {"level": 2, "target": "ann", "target_type": "user"},
]


def test_escalated_by_hand_back_to_the_first_level_the_timer_goes_on_from_there() -> None:
    life = live(
        TRIGGER,
        assigned(0, "ann", "bob"),
        escalated(10, "ann"),
        escalated(15, "ann", "bob", by="ann"),
        escalated(25, "ann"),
        did(26, "acknowledge", "ann"),
        rules=BOTH_THEN_ONE,
    )
    assert level_of(life) == (2, "target")
    assert life["max_level_reached"] == 2
    assert (life["timeout_escalation_count"], life["manual_escalation_count"]) == (2, 1)


def test_escalated_by_hand_twice_to_people_nobody_knows_counts_on_from_the_last_level() -> None:
    life = live(
        TRIGGER,
        assigned(0, "ann", "bob"),
        escalated(5, "ann", "bob", by="ann"),
        escalated(6, "zoe", by="ann"),
        did(7, "acknowledge", "zoe"),
        rules=BOTH_THEN_ONE,
    )
    assert level_of(life) == (2, "ordinal")


def test_no_level_is_counted_beyond_the_policys_last() -> None:
    climbed = [escalated(5 * step, "zoe") for step in range(1, 6)]
    life = live(TRIGGER, FIRST, *climbed, did(40, "acknowledge", "zoe"))
    assert level_of(life) == (3, "ordinal")
    assert life["max_level_reached"] == 3


def test_by_hand_the_level_that_pages_exactly_these_people_is_taken() -> None:
    rules = [
        {"level": 1, "target": "SPRIMARY", "target_type": "schedule"},
        {"level": 2, "target": "bob", "target_type": "user"},
        {"level": 2, "target": "cat", "target_type": "user"},
        {"level": 3, "target": "bob", "target_type": "user"},
    ]
    life = live(
        TRIGGER,
        FIRST,
        escalated(5, "bob", by="ann"),
        did(6, "acknowledge", "bob"),
        rules=rules,
    )
    assert level_of(life) == (3, "target")


# --- clocks and history -------------------------------------------------------------------------


def test_an_ack_before_its_assignment_by_a_skewed_clock_is_on_the_first_level() -> None:
    life = live(TRIGGER, did(-1, "acknowledge", "ann"), FIRST)
    assert level_of(life) == (1, "schedule")
    assert life["clock_skew"]


def version(since: float | None, *people: str) -> list[dict[str, Any]]:
    instant = None if since is None else at(since)
    return [
        {"level": level, "target": who, "target_type": "user", "since": instant}
        for level, who in enumerate(people, start=1)
    ]


def test_an_incident_keeps_the_policy_of_its_creation() -> None:
    story = [TRIGGER, FIRST, did(2, "acknowledge", "ann")]
    edited_later = [*version(-600, "ann", "bob"), *version(1, "bob", "ann")]
    assert level_of(live(*story, rules=edited_later)) == (1, "target")
    edited_before = [*version(-600, "ann", "bob"), *version(-1, "bob", "ann")]
    assert level_of(live(*story, rules=edited_before)) == (2, "target")


def test_a_policy_changed_before_its_new_version_was_seen_when_only_that_one_fits() -> None:
    swapped = [*version(-600, "ann", "bob"), *version(60, "bob", "ann")]
    to_bob = [TRIGGER, assigned(0, "bob"), did(2, "acknowledge", "bob")]
    assert level_of(live(*to_bob, rules=swapped)) == (1, "target")
    assert level_of(live(TRIGGER, FIRST, did(2, "acknowledge", "ann"), rules=swapped)) == (
        1,
        "target",
    )


def test_a_version_seen_months_later_does_not_change_history() -> None:
    months = 60 * 24 * 90
    swapped = [*version(-months, "ann", "bob"), *version(months, "bob", "ann")]
    to_bob = [TRIGGER, assigned(0, "bob"), did(2, "acknowledge", "bob")]
    assert level_of(live(*to_bob, rules=swapped)) == (2, "target")


def test_before_the_first_version_that_was_seen_the_oldest_one_counts() -> None:
    seen_later = [*version(60, "ann", "bob"), *version(120, "bob", "ann")]
    life = live(TRIGGER, FIRST, did(2, "acknowledge", "ann"), rules=seen_later)
    assert level_of(life) == (1, "target")


def test_a_policy_without_rules_at_the_time_matches_nobody() -> None:
    emptied = [*version(-600, "bob", "ann"), {"since": at(-5)}]
    life = live(TRIGGER, FIRST, did(2, "acknowledge", "ann"), rules=emptied)
    assert level_of(life) == (1, "ordinal")
