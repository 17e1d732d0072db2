"""The lifecycle of incidents written by hand: levels, pages and responders, exact values."""

import pandas as pd
import pytest

from tests.builders.analysis.incident_log import (
    FIRST,
    OTHER,
    RULES,
    TRIGGER,
    assigned,
    at,
    did,
)
from tests.builders.analysis.lived_incident import live, notified


def test_two_targets_of_one_escalation_are_one_escalation() -> None:
    life = live(
        TRIGGER,
        FIRST,
        assigned(5, "bob", kind="escalate"),
        assigned(5, "cat", kind="escalate"),
    )
    assert life["timeout_escalation_count"] == 1
    assert life["manual_escalation_count"] == life["unknown_escalation_count"] == 0


def test_the_move_back_to_level_one_counts_and_starts_over() -> None:
    life = live(
        TRIGGER,
        FIRST,
        assigned(5, "bob", kind="escalate"),
        did(10, "repeat_escalation_path", "service"),
        assigned(10, "ann", kind="escalate"),
        did(12, "acknowledge", "ann"),
    )
    assert life["timeout_escalation_count"] == 2
    assert life["repeated"]
    assert not life["exhausted"]
    assert (life["acknowledged_level"], life["max_level_reached"]) == (1, 2)


def test_the_end_of_the_chain_is_exhaustion() -> None:
    life = live(TRIGGER, FIRST, did(15, "exhaust_escalation_path", "service"))
    assert life["exhausted"]
    assert not life["repeated"]


@pytest.mark.parametrize(
    ("by", "channel", "counted"),
    [
        ("ann", "web", "manual"),
        ("ann", "timeout", "manual"),
        ("service", "timeout", "timeout"),
        ("service", "web", "unknown"),
        ("inbound_integration", "timeout", "unknown"),
        (None, "timeout", "unknown"),
    ],
)
def test_the_cause_of_an_escalation(by: str | None, channel: str, counted: str) -> None:
    escalation = did(5, "escalate", by, assignees="bob", channel_type=channel)
    life = live(TRIGGER, FIRST, escalation)
    counts = {
        cause: life[f"{cause}_escalation_count"] for cause in ("manual", "timeout", "unknown")
    }
    assert counts == {"manual": 0, "timeout": 0, "unknown": 0} | {counted: 1}


def test_the_first_assignment_is_never_a_reassignment() -> None:
    life = live(TRIGGER, assigned(0, "dan", by="eve"), assigned_via="direct_assignment")
    assert life["reassignment_count"] == 0


def test_a_responder_who_hands_it_on_reassigns() -> None:
    life = live(
        TRIGGER,
        FIRST,
        assigned(5, "dan", by="ann"),
        assigned(6, "eve", by="ann"),
        assigned(6, "fay", by="ann"),
        assigned(9, "ann"),
    )
    assert life["reassignment_count"] == 2


def test_while_directly_assigned_there_is_no_level() -> None:
    life = live(
        TRIGGER,
        assigned(0, "dan", by="eve"),
        did(3, "acknowledge", "dan"),
        assigned_via="direct_assignment",
    )
    assert life["acknowledged_by"] == "dan"
    assert pd.isna(life["acknowledged_level"])
    assert pd.isna(life["level_source"])
    assert pd.isna(life["max_level_reached"])


def test_reassigned_by_hand_the_level_is_empty_though_one_was_reached() -> None:
    life = live(TRIGGER, FIRST, assigned(5, "dan", by="ann"), did(8, "acknowledge", "dan"))
    assert pd.isna(life["acknowledged_level"])
    assert life["max_level_reached"] == 1


def test_opened_by_hand_for_a_policy_has_level_one() -> None:
    life = live(TRIGGER, assigned(0, "ann", by="eve"), did(3, "acknowledge", "ann"))
    assert (life["acknowledged_level"], life["level_source"]) == (1, "schedule")


def test_a_delegation_switches_to_the_other_policy_at_its_first_level() -> None:
    other = [
        {"escalation_policy_id": OTHER, "level": 1, "target": "dan", "target_type": "user"},
        {"escalation_policy_id": OTHER, "level": 2, "target": "eve", "target_type": "user"},
    ]
    life = live(
        TRIGGER,
        FIRST,
        assigned(5, "bob", kind="escalate"),
        assigned(8, "dan", kind="delegate", by="bob"),
        did(9, "acknowledge", "dan"),
        rules=[*RULES, *other],
        escalation_policy_id=OTHER,
    )
    assert (life["acknowledged_level"], life["level_source"]) == (1, "target")
    assert life["max_level_reached"] == 2
    assert life["reassignment_count"] == 1
    assert life["escalation_policy_id"] == OTHER


def test_between_two_delegations_the_policy_is_unknown_and_the_ordinal_decides() -> None:
    life = live(
        TRIGGER,
        FIRST,
        assigned(5, "bob", kind="delegate", by="ann"),
        did(6, "acknowledge", "bob"),
        assigned(8, "dan", kind="delegate", by="bob"),
        escalation_policy_id=OTHER,
    )
    assert (life["acknowledged_level"], life["level_source"]) == (1, "ordinal")


def test_the_level_comes_from_a_direct_target() -> None:
    life = live(TRIGGER, FIRST, assigned(5, "bob", kind="escalate"), did(6, "acknowledge", "bob"))
    assert (life["acknowledged_level"], life["level_source"]) == (2, "target")


def test_the_level_comes_from_who_was_on_call_and_a_skipped_level_is_seen() -> None:
    life = live(TRIGGER, FIRST, assigned(5, "cat", kind="escalate"), did(6, "acknowledge", "cat"))
    assert (life["acknowledged_level"], life["level_source"]) == (3, "schedule")


def test_the_level_comes_from_the_ordinal_when_nothing_matches() -> None:
    life = live(TRIGGER, FIRST, assigned(5, "dan", kind="escalate"), did(6, "acknowledge", "dan"))
    assert (life["acknowledged_level"], life["level_source"]) == (2, "ordinal")


def test_a_shift_begins_with_its_first_instant_and_ends_before_its_last() -> None:
    edge = [
        {"schedule_id": "SPRIMARY", "responder": "ann", "start": at(-60), "end": at(0)},
        {"schedule_id": "SLEAD", "responder": "ann", "start": at(0), "end": at(60)},
    ]
    life = live(TRIGGER, FIRST, did(1, "acknowledge", "ann"), shifts=edge)
    assert (life["acknowledged_level"], life["level_source"]) == (3, "schedule")


def test_of_several_matching_levels_the_next_not_below_the_ordinal_is_taken() -> None:
    rules = [{"level": level, "target": "ann", "target_type": "user"} for level in (1, 2, 3)]
    life = live(
        TRIGGER,
        FIRST,
        assigned(5, "ann", kind="escalate"),
        did(6, "acknowledge", "ann"),
        rules=rules,
    )
    assert (life["acknowledged_level"], life["max_level_reached"]) == (2, 2)


def test_without_any_notification_the_first_assignment_stands_in() -> None:
    life = live(TRIGGER, assigned(0.2, "ann"))
    assert life["pages_proxy"]
    assert life["first_paged_at"] == at(0.2)
    assert life["notification_count"] == 0


def test_an_incident_told_by_e_mail_only_was_never_paged() -> None:
    life = live(TRIGGER, FIRST, notified(1, "email"), notified(2, "email"))
    assert not life["pages_proxy"]
    assert pd.isna(life["first_paged_at"])
    assert life["notification_count"] == 2


def test_the_earliest_page_counts_and_e_mail_is_none() -> None:
    life = live(
        TRIGGER, FIRST, notified(1, "email"), notified(3, "sms"), notified(2, "phone", "bob")
    )
    assert life["first_paged_at"] == at(2)


def test_an_ack_by_a_service_is_not_a_human_ack() -> None:
    life = live(TRIGGER, FIRST, did(1, "acknowledge", "service"), did(2, "acknowledge", None))
    assert pd.isna(life["first_acknowledged_at"])
    assert pd.isna(life["acknowledged_by"])
    assert life["acknowledgement_count"] == 0
    assert life["service_acknowledgement_count"] == 2
    assert life["responder_count"] == 0


def test_a_responder_who_joined_on_request_is_engaged() -> None:
    life = live(
        TRIGGER,
        FIRST,
        did(4, "acknowledge", "ann"),
        did(30, "resolve", "ann"),
        joined=(("dan", 14.0),),
    )
    assert life["responder_count"] == 2
    assert (life["seconds_to_engage"], life["seconds_to_mobilize"]) == (600.0, 840.0)
    assert life["engaged_seconds"] == (26 + 16) * 60.0
    assert life["acknowledgement_count"] == 1


def test_a_join_after_a_reopening_belongs_to_that_episode() -> None:
    life = live(
        TRIGGER,
        FIRST,
        did(10, "resolve", "ann"),
        assigned(20, "ann"),
        did(60, "resolve", "ann"),
        joined=(("dan", 30.0),),
    )
    assert life["responder_count"] == 1
    assert life["engaged_seconds"] == 1800.0


def test_nobody_engaged_is_zero_seconds_once_resolved() -> None:
    life = live(TRIGGER, FIRST, did(5, "resolve", "service"))
    assert (life["engaged_seconds"], life["active_seconds"], life["responder_count"]) == (0, 0, 0)
