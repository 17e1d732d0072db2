"""Bodies with parts that nobody documented: the part may go, the row stays."""

from typing import Final

import pytest

from corvana.store import models
from tests.builders.field.life import Life, Place, Told
from tests.builders.field.seen import Seen, collected

REASON: Final = (
    Life(Place("REASON"), "10:00", of_incident={"resolve_reason": "resolved by a test"})
    .paged("A")
    .log("acknowledge", "10:01", "A")
    .log("resolve", "10:10", "A")
)
AGENT: Final = (
    Life(Place("AGENT"), "10:00")
    .paged("A")
    .log("acknowledge", "10:01", "A", agent={"id": "PUAGENTA"})
    .log("resolve", "10:10", "A")
)
NOTIFICATION: Final = (
    Life(Place("NOTIFICATION"), "10:00")
    .paged("A")
    .notified("10:00:05", "A")
    .log("resolve", "10:10", "A")
)
UNDOCUMENTED: Final = {
    "priority_change": "05:00:11",
    "status_update": "05:00:12",
    "responder_request": "05:00:13",
    "custom_field_value_change": "05:00:14",
    "field_value_change": "05:00:15",
    "urgency_change": "05:01:10",
    "event_rule_action": "05:01:12",
    "reach_trigger_limit": "05:01:13",
    "unsnooze": "05:01:14",
    "something_entirely_new": "05:01:15",
}
MOVED_FROM: Final = {"old_service": {"id": "PX", "type": "service_reference"}}


def undocumented() -> Life:
    life = Life(Place("TYPES"), "05:00", status="acknowledged").paged("A")
    life.log("service_change", "05:00:10", "A", channel=MOVED_FROM)
    for kind, time in UNDOCUMENTED.items():
        life.log(kind, time, "A")
    return life.log("urgency_change", "05:01:11", "A").log("acknowledge", "05:04", "A")


TYPES: Final = undocumented()
NO_POLICY: Final = Place("NOPOLICY", ("",), of_service={"escalation_policy": None})


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    told: list[Told] = [REASON, AGENT, NOTIFICATION, TYPES, NO_POLICY]
    return collected(tmp_path_factory.mktemp("account"), told)


def test_an_incident_whose_resolve_reason_is_a_text_is_there_and_not_merged(seen: Seen) -> None:
    """PagerDuty/pagerduty-api-python-client, test/data: the reason is a sentence."""
    expected = {"resolution": "responder", "seconds_to_resolve": 600}
    assert seen.incident(REASON, expected) == expected


def test_an_entry_whose_agent_has_no_type_is_kept(seen: Seen) -> None:
    """PagerDuty's own sample of log entries, as a public Go client has it."""
    entries = seen.stored(models.LogEntry, incident_id=AGENT.id)
    assert [each["type"] for each in entries] == ["trigger", "assign", "acknowledge", "resolve"]


def test_a_notification_of_an_unknown_kind_is_a_notification(seen: Seen) -> None:
    """Made from the log of apache/incubator-devlake, whose notifications have no kind."""
    assert seen.incident(NOTIFICATION, ["notification_count"]) == {"notification_count": 1}


def test_entries_of_undocumented_types_are_stored_and_not_counted(seen: Seen) -> None:
    """PagerDuty/pagerduty-mcp-server (service_change, its channel has no type);
    wpfleger96/pagerduty-mcp-server (unsnooze)."""
    assert len(seen.stored(models.LogEntry, incident_id=TYPES.id)) == 15
    expected = {
        "seconds_to_first_ack": 240,
        "acknowledgement_count": 1,
        "resolution": "open",
        "reassignment_count": 0,
    }
    assert seen.incident(TYPES, expected) == expected


def test_a_service_without_a_policy_is_there(seen: Seen) -> None:
    """grafana/oncall#1014: references are null once a plan is downgraded."""
    expected = {"n": 0, "label": "service"}
    assert seen.row("services", expected, service_id=NO_POLICY.service_id) == expected
