"""The lifecycle of incidents written by hand: one test an edge, exact values."""

from typing import Any

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.lifecycle.incident_rows import rebuild_frames
from tests.builders.analysis.incident_log import (
    AS_OF,
    FIRST,
    OTHER,
    POLICY,
    RULES,
    SHIFTS,
    START,
    TRIGGER,
    assigned,
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
    row = {
        "incident_id": "Q1",
        "number": 1,
        "service_id": "PSVC1",
        "escalation_policy_id": POLICY,
        "team_ids": "",
        "urgency": "high",
        "assigned_via": "escalation_policy",
        "merged": False,
        "created_at": START,
    } | incident
    log = [
        {"incident_id": "Q1", "log_entry_id": f"R{number:04}"} | entry
        for number, entry in enumerate(entries)
    ]
    chain = [
        {"escalation_policy_id": POLICY, "escalation_delay_in_minutes": 5} | rule
        for rule in (RULES if rules is None else rules)
    ]
    built = rebuild_frames(
        frame([row], frames.INCIDENT_ROWS),
        frame(log, frames.LOG_ENTRIES),
        frame(
            [{"incident_id": "Q1", "responder": who, "at": at(when)} for who, when in joined],
            frames.JOINED,
        ),
        frame(chain, frames.RULES),
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
            frames.SERVICES,
        ),
        as_of=as_of,
    )
    assert len(built.incidents) == 1
    return built.incidents.iloc[0]


def test_an_ordinary_incident() -> None:
    life = live(
        TRIGGER,
        FIRST,
        notified(0.5, "push"),
        did(4, "acknowledge", "ann"),
        did(30, "resolve", "ann"),
    )
    assert life["first_paged_at"] == at(0.5)
    assert life["first_acknowledged_at"] == at(4)
    assert life["seconds_to_first_ack"] == 240.0
    assert (life["acknowledged_by"], life["acknowledged_level"]) == ("ann", 1)
    assert life["level_source"] == "schedule"
    assert life["first_resolved_at"] == life["resolved_at"] == at(30)
    assert life["seconds_to_resolve"] == 1800.0
    assert life["resolution"] == "responder"
    assert (life["engaged_seconds"], life["active_seconds"]) == (1560.0, 1560.0)
    assert (life["responder_count"], life["notification_count"]) == (1, 1)
    assert pd.isna(life["seconds_to_engage"])
    assert pd.isna(life["seconds_to_mobilize"])
    assert not life["clock_skew"]
    assert not life["reopened"]


def test_an_open_incident_has_no_end() -> None:
    life = live(TRIGGER, FIRST, did(4, "acknowledge", "ann"))
    assert life["resolution"] == "open"
    for name in ("first_resolved_at", "resolved_at", "seconds_to_resolve"):
        assert pd.isna(life[name])
    for name in ("engaged_seconds", "active_seconds"):
        assert pd.isna(life[name])
    assert life["seconds_to_first_ack"] == 240.0


def test_reopened_and_open_again_keeps_its_first_resolve_only() -> None:
    life = live(
        TRIGGER,
        FIRST,
        did(4, "acknowledge", "ann"),
        did(10, "resolve", "ann"),
        assigned(20, "ann"),
    )
    assert life["reopened"]
    assert life["resolution"] == "open"
    assert life["first_resolved_at"] == at(10)
    assert pd.isna(life["resolved_at"])
    assert pd.isna(life["seconds_to_resolve"])
    assert pd.isna(life["engaged_seconds"])


def test_reopened_and_resolved_again_reports_both_resolves() -> None:
    life = live(
        TRIGGER,
        FIRST,
        did(4, "acknowledge", "ann"),
        did(10, "resolve", "ann"),
        did(20, "trigger", "inbound_integration"),
        assigned(20, "ann"),
        did(25, "acknowledge", "bob"),
        did(40, "resolve", None),
    )
    assert life["reopened"]
    assert life["resolution"] == "auto"
    assert (life["first_resolved_at"], life["resolved_at"]) == (at(10), at(40))
    assert life["seconds_to_resolve"] == 600.0
    assert life["engaged_seconds"] == (6 + 15) * 60.0
    assert life["acknowledged_by"] == "ann"
    assert (life["seconds_to_engage"], life["seconds_to_mobilize"]) == (21 * 60.0, 25 * 60.0)


def test_an_ack_only_after_a_reopening_is_not_a_first_ack() -> None:
    life = live(TRIGGER, FIRST, did(10, "resolve", None), did(15, "acknowledge", "ann"))
    assert pd.isna(life["first_acknowledged_at"])
    assert pd.isna(life["acknowledged_level"])
    assert life["reopened"]
    assert life["acknowledgement_count"] == 1


def test_a_merged_incident_says_so_whoever_merged_it() -> None:
    life = live(TRIGGER, FIRST, did(10, "resolve", "ann"), merged=True)
    assert life["resolution"] == "merged"
    assert life["seconds_to_resolve"] == 600.0


@pytest.mark.parametrize(
    ("by", "resolution"),
    [("ann", "responder"), ("service", "auto"), ("inbound_integration", "auto"), (None, "auto")],
)
def test_who_resolved_decides_the_resolution(by: str | None, resolution: str) -> None:
    assert live(TRIGGER, FIRST, did(9, "resolve", by))["resolution"] == resolution


def test_an_ack_before_the_creation_is_clock_skew_and_counts_as_zero() -> None:
    life = live(did(-1, "acknowledge", "ann"), TRIGGER, FIRST)
    assert life["clock_skew"]
    assert life["seconds_to_first_ack"] == 0.0
    assert life["first_acknowledged_at"] == at(-1)


def test_a_snooze_that_runs_out_lasts_as_long_as_it_was_set() -> None:
    life = live(
        TRIGGER,
        FIRST,
        did(5, "acknowledge", "ann"),
        did(10, "snooze", "ann", until=at(40)),
        did(40, "unacknowledge", "service"),
        did(60, "resolve", "ann"),
    )
    assert (life["snooze_count"], life["snoozed_seconds"]) == (1, 1800.0)
    assert (life["engaged_seconds"], life["active_seconds"]) == (55 * 60.0, 25 * 60.0)
    assert life["ack_timeout_count"] == 1


def test_a_snooze_ends_with_the_resolve_that_overtakes_it() -> None:
    life = live(
        TRIGGER,
        FIRST,
        did(5, "acknowledge", "ann"),
        did(10, "snooze", "ann", until=at(240)),
        did(30, "resolve", "ann"),
    )
    assert life["snoozed_seconds"] == 1200.0
    assert (life["engaged_seconds"], life["active_seconds"]) == (1500.0, 300.0)


def test_a_snooze_ends_with_the_next_snooze_and_they_do_not_add_up_twice() -> None:
    life = live(
        TRIGGER,
        FIRST,
        did(10, "snooze", "ann", until=at(70)),
        did(20, "snooze", "ann", until=at(50)),
        did(50, "unacknowledge", "service"),
    )
    assert (life["snooze_count"], life["snoozed_seconds"]) == (2, 2400.0)


def test_a_snooze_still_running_lasts_until_now() -> None:
    life = live(TRIGGER, FIRST, did(10, "snooze", "ann", until=at(600)), as_of=at(25))
    assert life["snoozed_seconds"] == 900.0
    assert life["resolution"] == "open"


def test_an_ack_that_lapses_is_an_ack_timeout_and_one_taken_back_is_not() -> None:
    life = live(
        TRIGGER,
        FIRST,
        did(5, "acknowledge", "ann"),
        did(35, "unacknowledge", "service"),
        did(40, "acknowledge", "ann"),
        did(41, "unacknowledge", "ann"),
    )
    assert (life["acknowledgement_count"], life["ack_timeout_count"]) == (2, 1)


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


@pytest.mark.parametrize(
    ("changes", "urgency", "began"),
    [(0, "high", "high"), (1, "high", "low"), (1, "low", "high"), (2, "low", "low")],
)
def test_urgency_at_creation_is_found_by_undoing_the_changes(
    changes: int, urgency: str, began: str
) -> None:
    turns = [did(5 + n, "urgency_change", "ann") for n in range(changes)]
    life = live(TRIGGER, FIRST, *turns, urgency=urgency)
    assert (life["urgency"], life["urgency_at_creation"]) == (urgency, began)


def test_what_happened_after_as_of_has_not_happened() -> None:
    life = live(
        TRIGGER, FIRST, did(4, "acknowledge", "ann"), did(30, "resolve", "ann"), as_of=at(29)
    )
    assert life["resolution"] == "open"
    assert life["acknowledgement_count"] == 1


def test_an_incident_without_a_log_has_nothing_but_its_placement() -> None:
    life = live(rules=[], shifts=[])
    assert life["resolution"] == "open"
    assert life["service_id"] == "PSVC1"
    counts = [name for name, dtype in frames.INCIDENTS.items() if dtype == "int32"]
    assert all(life[name] == 0 for name in counts)
    assert pd.isna(life["first_paged_at"])
    assert pd.isna(life["max_level_reached"])


def test_empty_frames_give_an_empty_lifecycle_of_the_contract() -> None:
    built = rebuild_frames(
        frames.empty(frames.INCIDENT_ROWS),
        frames.empty(frames.LOG_ENTRIES),
        frames.empty(frames.JOINED),
        frames.empty(frames.RULES),
        frames.empty(frames.SHIFTS),
        frames.empty(frames.SERVICES),
        as_of=AS_OF,
    )
    pd.testing.assert_frame_equal(built.incidents, frames.empty(frames.INCIDENTS))


def test_every_lifecycle_has_the_columns_and_dtypes_of_the_contract() -> None:
    for entries in ((), (TRIGGER, FIRST), (TRIGGER, FIRST, did(3, "resolve", None))):
        life = live(*entries).to_frame().T
        assert list(life.columns) == list(frames.INCIDENTS)
