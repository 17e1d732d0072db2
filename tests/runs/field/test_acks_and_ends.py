"""Who acknowledged, and whether and when it was over."""

from datetime import UTC, datetime
from typing import Final

import pytest

from tests.builders.field.life import DAY, Life, Place
from tests.builders.field.seen import Seen, collected

BY_INTEGRATION: Final = (
    Life(Place("INTEGRATION"), f"{DAY}T12:00:00+02:00")
    .log("trigger", f"{DAY}T10:00:00Z")
    .log("assign", f"{DAY}T05:00:00-05:00", to="A")
    .log("acknowledge", f"{DAY}T10:05:00.000000Z", "A")
    .log("resolve", f"{DAY}T10:10:00+00:00")
)
BY_MACHINES: Final = (
    Life(
        Place("MACHINES", of_person={"role": "read_only_user"}),
        "08:00",
        status="acknowledged",
        of_incident={
            "priority": {"id": "PRIORITY1", "type": "priority", "name": "P1", "order": 1},
            "incident_key": None,
            "basic_alert_grouping": None,
            "alert_grouping": {"grouping_type": "advanced", "ended_at": None},
        },
    )
    .log("trigger", "08:00", channel="nagios")
    .log("assign", "08:00", to="A")
    .log("acknowledge", "08:01", agent={"id": "PAPIKEY", "type": "api_key_reference"})
    .log("acknowledge", "08:02", agent={"id": "PFLOW", "type": "incident_workflow_reference"})
    .log("acknowledge", "08:03", agent={"id": "PORCH", "type": "inbound_integration_reference"})
    .log("acknowledge", "08:04", "A", channel="slack")
)
AGAIN: Final = (
    Life(Place("AGAIN"), "08:00", status="acknowledged")
    .paged("A")
    .log("acknowledge", "08:04", "A")
    .log("acknowledge", "08:14", "A")
    .log(
        "snooze",
        "08:15",
        "A",
        changed_actions=[{"type": "unacknowledge", "at": f"{DAY}T12:15:00Z"}],
    )
    .log("unacknowledge", "12:15", channel="timeout")
    .log("acknowledge", "12:20", "A")
)
MERGED: Final = (
    Life(
        Place("MERGED", people="B"),
        "08:00",
        of_incident={
            "resolve_reason": {
                "type": "merge_resolve_reason",
                "incident": {"id": "QOTHER", "type": "incident_reference"},
            }
        },
    )
    .paged("A")
    .log("resolve", "08:05", "A")
    .log("unlink", "08:05", "A")
    .log("annotate", "09:05", "B")
)
WITHOUT_LOG: Final = Life(
    Place("WITHOUTLOG"),
    "09:00",
    of_incident={
        "resolved_at": f"{DAY}T09:20:00Z",
        "last_status_change_at": f"{DAY}T09:20:00Z",
        "last_status_change_by": {"id": "PUWITHOUTLOGA", "type": "user_reference"},
    },
)
REOPENED: Final = (
    Life(Place("REOPENED"), "09:00", status="triggered", of_incident={"resolved_at": None})
    .paged("A")
    .log("resolve", "09:10", "A")
    .log("reopen", "09:40", "A")
)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    lives = [BY_INTEGRATION, BY_MACHINES, AGAIN, MERGED, WITHOUT_LOG, REOPENED]
    return collected(tmp_path_factory.mktemp("account"), lives)


def test_instants_are_the_same_however_they_are_written(seen: Seen) -> None:
    """department-of-veterans-affairs/va.gov-cms#8057; lyft/opsreview#36.

    A person acknowledges, the integration resolves; PagerDuty writes the times in four ways.
    """
    expected = {"seconds_to_first_ack": 300, "resolution": "auto", "seconds_to_resolve": 600}
    assert seen.incident(BY_INTEGRATION, expected) == expected


def test_the_first_ack_is_a_persons_not_that_of_a_key_or_a_workflow(seen: Seen) -> None:
    """PagerDuty/api-schema#412 (incident_key is null); port-labs/ocean (an embedded priority)."""
    expected = {
        "seconds_to_first_ack": 240,
        "acknowledgement_count": 1,
        "service_acknowledgement_count": 3,
        "resolution": "open",
        "priority": "PRIORITY1",
    }
    assert seen.incident(BY_MACHINES, expected) == expected


def test_acknowledging_again_is_counted_and_the_first_ack_stays_first(seen: Seen) -> None:
    """hubot-archive/hubot-pager-me#56; mbovo/pdh#14."""
    expected = {
        "seconds_to_first_ack": 240,
        "acknowledgement_count": 3,
        "ack_timeout_count": 1,
        "snooze_count": 1,
        "snoozed_seconds": 4 * 3600,
        "resolution": "open",
    }
    assert seen.incident(AGAIN, expected) == expected


def test_a_note_after_a_merge_does_not_open_the_incident_again(seen: Seen) -> None:
    """giranm/pd-live-react#140; airbnb/streamalert#58."""
    expected = {
        "resolution": "merged",
        "reopened": False,
        "resolved_at": datetime(2026, 11, 12, 8, 5, tzinfo=UTC),
    }
    assert seen.incident(MERGED, expected) == expected


def test_an_incident_resolved_without_a_log_ends_when_pagerduty_says(seen: Seen) -> None:
    """PagerDuty/developer-docs, PagerDuty/pagerduty-api-python-client: resolved_at is told."""
    expected = {
        "resolution": "responder",
        "resolved_at": datetime(2026, 11, 12, 9, 20, tzinfo=UTC),
        "seconds_to_resolve": 1200,
        "status_without_log": True,
    }
    assert seen.incident(WITHOUT_LOG, expected) == expected


def test_an_incident_triggered_after_its_resolve_is_open_and_reopened(seen: Seen) -> None:
    """PagerDuty's changelog of 2025-09-18: a PUT reopens. Its log entry is documented nowhere."""
    expected = {"resolution": "open", "resolved_at": None, "reopened": True}
    assert seen.incident(REOPENED, expected) == expected
