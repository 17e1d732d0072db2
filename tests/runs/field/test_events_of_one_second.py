"""Events that PagerDuty gives the same second, or that one timer wrote on both sides of a second.

The ids of PagerDuty's log entries follow no order, so every order of ids has the same result.
"""

from datetime import UTC, datetime
from typing import Final

import pytest

from tests.builders.field.life import Life, Place
from tests.builders.field.seen import Seen, collected


def flapping(tag: str, *ids: str) -> Life:
    """An alert that fires and clears within one second."""
    trigger, assign, resolve = ids
    return (
        Life(Place(tag), "10:00")
        .log("trigger", "10:00", begins=trigger)
        .log("assign", "10:00", to="A", begins=assign)
        .log("resolve", "10:00", begins=resolve)
    )


def scripted(tag: str, *ids: str) -> Life:
    """A script acknowledges and resolves within one second."""
    acknowledge, resolve = ids
    return (
        Life(Place(tag), "10:00")
        .log("trigger", "10:00")
        .log("assign", "10:00:01", to="A")
        .log("acknowledge", "10:05", "A", channel="api", begins=acknowledge)
        .log("resolve", "10:05", "A", channel="api", begins=resolve)
    )


FLAPPING: Final = {
    "resolve id first": flapping("FLAPDOWN", "RZZ", "RMM", "RAA"),
    "trigger id first": flapping("FLAPUP", "RAA", "RMM", "RZZ"),
}
SCRIPTED: Final = {
    "resolve id first": scripted("SCRIPTDOWN", "RZZ", "RAA"),
    "acknowledge id first": scripted("SCRIPTUP", "RAA", "RZZ"),
}
SNOOZED: Final = (
    Life(Place("SNOOZED"), "14:00")
    .paged("A")
    .log("acknowledge", "14:05", "A", begins="RZZ")
    .log(
        "snooze",
        "14:05",
        "A",
        begins="RAA",
        changed_actions=[{"type": "unacknowledge", "at": "2026-11-12T15:05:00Z"}],
    )
    .log("unacknowledge", "15:05", channel="timeout")
    .log("resolve", "15:30", "A")
)
ACROSS: Final = (
    Life(Place("ACROSS", ("A", "BC")), "07:00")
    .paged("A")
    .log("escalate", "07:10", channel="timeout", to="B")
    .log("escalate", "07:10:01", channel="timeout", to="C")
    .log("acknowledge", "07:11", "C")
    .log("resolve", "07:20", "C")
)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    lives = [*FLAPPING.values(), *SCRIPTED.values(), SNOOZED, ACROSS]
    return collected(tmp_path_factory.mktemp("account"), lives)


@pytest.mark.parametrize("ids", FLAPPING)
def test_an_alert_that_clears_in_its_first_second_is_resolved_once(seen: Seen, ids: str) -> None:
    """Ids within a second follow no order in the log that apache/incubator-devlake recorded."""
    expected = {
        "resolution": "auto",
        "resolved_at": datetime(2026, 11, 12, 10, tzinfo=UTC),
        "seconds_to_resolve": 0,
        "reopened": False,
    }
    assert seen.incident(FLAPPING[ids], expected) == expected


@pytest.mark.parametrize("ids", SCRIPTED)
def test_an_ack_in_the_second_of_the_resolve_comes_before_it(seen: Seen, ids: str) -> None:
    """Automations that use the API (superplane, ServiceNow); apache/incubator-devlake's log."""
    expected = {
        "resolution": "responder",
        "resolved_at": datetime(2026, 11, 12, 10, 5, tzinfo=UTC),
        "seconds_to_resolve": 300,
        "seconds_to_first_ack": 300,
        "reopened": False,
        "acknowledgement_count": 1,
    }
    assert seen.incident(SCRIPTED[ids], expected) == expected


def test_a_snooze_in_the_second_of_the_ack_lasts_until_it_ends(seen: Seen) -> None:
    """mbovo/pdh#14: one command acknowledges, then snoozes."""
    expected = {
        "snooze_count": 1,
        "snoozed_seconds": 3600,
        "acknowledgement_count": 1,
        "seconds_to_first_ack": 300,
    }
    assert seen.incident(SNOOZED, expected) == expected


def test_a_timer_that_pages_two_people_a_second_apart_is_one_escalation(seen: Seen) -> None:
    """community.pagerduty.com t/2151: one entry for each target.

    Notifications of one escalation are up to four seconds apart in the log of
    apache/incubator-devlake.
    """
    expected = {"timeout_escalation_count": 1, "acknowledged_level": 2}
    assert seen.incident(ACROSS, expected) == expected
