"""The lifecycle of incidents written by hand: ends, acks and snoozes, exact values."""

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.lifecycle.incident_rows import rebuild_frames
from tests.builders.analysis.incident_log import (
    AS_OF,
    FIRST,
    TRIGGER,
    assigned,
    at,
    did,
)
from tests.builders.analysis.lived_incident import live, notified


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
    counts = [name for name, dtype in frames.LIFECYCLES.items() if dtype == "int32"]
    assert all(life[name] == 0 for name in counts)
    assert pd.isna(life["first_paged_at"])
    assert pd.isna(life["max_level_reached"])


def test_empty_frames_give_an_empty_lifecycle_of_the_contract() -> None:
    built = rebuild_frames(
        frames.empty(frames.INCIDENT_ROWS),
        frames.empty(frames.LOG_ENTRIES),
        frames.empty(frames.JOINED),
        frames.empty(frames.RULE_VERSIONS),
        frames.empty(frames.SHIFTS),
        frames.empty(frames.SERVICE_VERSIONS),
        as_of=AS_OF,
    )
    pd.testing.assert_frame_equal(built.incidents, frames.empty(frames.LIFECYCLES))


def test_every_lifecycle_has_the_columns_and_dtypes_of_the_contract() -> None:
    for entries in ((), (TRIGGER, FIRST), (TRIGGER, FIRST, did(3, "resolve", None))):
        life = live(*entries).to_frame().T
        assert list(life.columns) == list(frames.LIFECYCLES)
