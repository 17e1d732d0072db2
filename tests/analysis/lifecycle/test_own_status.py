"""What only the incident itself tells: PagerDuty does not log every change of status."""

import pytest

from tests.builders.analysis.incident_log import AS_OF, FIRST, TRIGGER, at, did
from tests.builders.analysis.lived_incident import live

RESOLVED = did(9, "resolve", "ann")


@pytest.mark.parametrize(
    ("by", "resolution"), [("user", "responder"), ("service", "auto"), (None, "auto")]
)
def test_resolved_without_a_log_entry_is_resolved_by_whom_the_incident_says(by, resolution) -> None:
    life = live(status="resolved", resolved_at=at(20), status_changed_by=by)
    assert (life["resolution"], life["resolved_at"]) == (resolution, at(20))
    assert life["seconds_to_resolve"] == 1200
    assert life["status_without_log"]


def test_a_resolve_that_only_the_incident_tells_ends_the_work_on_it() -> None:
    life = live(TRIGGER, FIRST, did(5, "acknowledge", "ann"), status="resolved", resolved_at=at(20))
    assert life["engaged_seconds"] == 15 * 60
    assert life["seconds_to_first_ack"] == 300


def test_opened_again_without_a_log_entry_is_open_and_was_reopened() -> None:
    life = live(TRIGGER, FIRST, RESOLVED, status="triggered")
    assert (life["resolution"], life["reopened"]) == ("open", True)
    assert life["resolved_at"] is None or life["resolved_at"] != life["resolved_at"]
    assert life["status_without_log"]


def test_where_log_and_incident_agree_the_log_counts() -> None:
    life = live(TRIGGER, FIRST, RESOLVED, status="resolved", resolved_at=at(9.4))
    assert (life["resolved_at"], life["status_without_log"]) == (at(9), False)
    still_open = live(TRIGGER, FIRST, status="triggered", status_changed_at=at(0))
    assert (still_open["resolution"], still_open["status_without_log"]) == ("open", False)


def test_a_status_older_than_the_log_is_not_used() -> None:
    before = live(TRIGGER, FIRST, RESOLVED, status="triggered", status_changed_at=at(0))
    assert (before["resolution"], before["status_without_log"]) == ("responder", False)
    again = did(30, "trigger", "inbound_integration")
    reopened = live(TRIGGER, FIRST, RESOLVED, again, status="resolved", resolved_at=at(9))
    assert (reopened["resolution"], reopened["status_without_log"]) == ("open", False)


def test_a_status_of_after_the_collected_time_is_not_known_yet() -> None:
    later = AS_OF.floor("s") + (at(1) - at(0))
    life = live(TRIGGER, FIRST, status="resolved", resolved_at=later)
    assert (life["resolution"], life["status_without_log"]) == ("open", False)
    opened = live(TRIGGER, FIRST, RESOLVED, status="triggered", status_changed_at=later)
    assert (opened["resolution"], opened["status_without_log"]) == ("responder", False)


def test_opened_again_later_without_an_entry_keeps_what_happened_within_the_last_second() -> None:
    acked = did(5, "acknowledge", "ann"), did(5, "resolve", "ann")
    for changed_at in (at(60), at(0)):
        life = live(TRIGGER, FIRST, *acked, status="triggered", status_changed_at=changed_at)
        assert life["seconds_to_first_ack"] == 300
        assert life["reopened"] == (changed_at == at(60))
        assert life["status_without_log"] == (changed_at == at(60))


def test_clocks_that_differ_by_seconds_do_not_leave_a_resolved_incident_open() -> None:
    life = live(TRIGGER, FIRST, status="resolved", resolved_at=at(-2 / 60))
    assert (life["resolution"], life["status_without_log"]) == ("auto", True)
    assert life["seconds_to_resolve"] == 0


@pytest.mark.parametrize("status", ["unknown", None])
def test_of_an_unknown_status_the_log_tells_the_end(status: str | None) -> None:
    assert live(TRIGGER, FIRST, RESOLVED, status=status)["resolution"] == "responder"
    assert live(TRIGGER, FIRST, status=status)["resolution"] == "open"


def test_without_the_time_of_the_resolve_the_last_change_of_status_stands_in() -> None:
    life = live(TRIGGER, FIRST, status="resolved", status_changed_at=at(20))
    assert (life["resolution"], life["seconds_to_resolve"]) == ("auto", 1200)


def test_a_merged_incident_without_a_log_entry_of_its_end_is_merged() -> None:
    life = live(TRIGGER, FIRST, status="resolved", resolved_at=at(3), merged=True)
    assert (life["resolution"], life["resolved_at"]) == ("merged", at(3))
