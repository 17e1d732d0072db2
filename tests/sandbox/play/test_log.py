"""The log of the simulated account, and the states and truth that follow from it."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from corvana.sandbox.world.model import Incident, LogEntry, World
from corvana.sandbox.world.truth import Truth
from tests.builders.played.account import truths

END = datetime(2026, 6, 1, 13, 17, 5, tzinfo=UTC)


def entries(world: World) -> Iterator[tuple[Incident, LogEntry]]:
    return ((incident, entry) for incident in world.incidents for entry in incident.log_entries)


def kinds(world: World) -> Counter[tuple[str, str | None, str]]:
    return Counter(
        (entry.type, entry.agent_kind, entry.channel_type) for _, entry in entries(world)
    )


def test_log_entries_are_in_time_order_and_their_ids_sort_likewise(world: World) -> None:
    for incident in world.incidents:
        log = incident.log_entries
        assert list(log) == sorted(log, key=lambda entry: (entry.at, entry.id))
        assert list(log) == sorted(log, key=lambda entry: entry.id)


def test_log_entry_ids_sort_by_time_across_the_account(world: World) -> None:
    log = sorted((entry for _, entry in entries(world)), key=lambda entry: entry.id)

    assert len({entry.id for entry in log}) == len(log)
    assert all(one.at <= other.at for one, other in pairwise(log))


def test_every_incident_starts_with_a_trigger_and_an_assignment(world: World) -> None:
    assert all(
        [entry.type for entry in incident.log_entries[:2]] == ["trigger", "assign"]
        for incident in world.incidents
    )


def test_nothing_happens_after_the_end(world: World) -> None:
    assert all(entry.at <= END for _, entry in entries(world))
    assert all(state.at <= END for incident in world.incidents for state in incident.states)


def test_all_instants_are_whole_utc_seconds(world: World) -> None:
    assert all(entry.at.microsecond == 0 and entry.at.tzinfo is UTC for _, entry in entries(world))


def test_incidents_have_about_ten_log_entries(world: World) -> None:
    assert 8 <= sum(kinds(world).values()) / len(world.incidents) <= 11


def test_numbers_count_up_with_creation(world: World) -> None:
    assert [incident.number for incident in world.incidents] == list(range(1, 6001))
    assert all(one.created_at <= other.created_at for one, other in pairwise(world.incidents))


@pytest.mark.parametrize(
    "kind",
    [
        ("trigger", "service", "auto"),
        ("trigger", "user", "website"),
        ("assign", "service", "auto"),
        ("assign", "user", "website"),
        ("assign", "user", "mobile"),
        ("notify", "service", "auto"),
        ("escalate", "service", "timeout"),
        ("escalate", "user", "website"),
        ("escalate", "user", "mobile"),
        ("escalate", "service", "auto"),
        ("repeat_escalation_path", "service", "timeout"),
        ("exhaust_escalation_path", "service", "timeout"),
        ("delegate", "user", "website"),
        ("acknowledge", "user", "mobile"),
        ("acknowledge", "integration", "api"),
        ("unacknowledge", "service", "timeout"),
        ("snooze", "user", "website"),
        ("urgency_change", "user", "website"),
        ("annotate", "user", "note"),
        ("resolve", "user", "website"),
        ("resolve", "integration", "api"),
        ("resolve", "service", "timeout"),
    ],
)
def test_every_kind_of_event_happens(world: World, kind: tuple[str, str, str]) -> None:
    assert kinds(world)[kind] > 0


def test_people_are_notified_in_every_way(world: World) -> None:
    ways = Counter(entry.notification_type for _, entry in entries(world) if entry.notified_user_id)

    assert set(ways) == {"push", "sms", "phone", "email"}


def test_escalations_write_one_entry_a_person(world: World) -> None:
    escalations = [entry for _, entry in entries(world) if entry.type == "escalate"]
    together = Counter(
        (incident.id, entry.at) for incident, entry in entries(world) if entry.type == "escalate"
    )

    assert all(len(entry.assignee_ids) == 1 for entry in escalations)
    assert max(together.values()) >= 2


def test_responder_requests_are_pending_joined_and_declined(world: World) -> None:
    requests = [each for incident in world.incidents for each in incident.responder_requests]

    assert {each.state for each in requests} == {"pending", "joined", "declined"}
    assert all(each.requested_at <= each.updated_at <= END for each in requests)


def test_states_follow_the_log(world: World) -> None:
    statuses = {
        "trigger": "triggered", "assign": "triggered", "escalate": "triggered",
        "delegate": "triggered", "unacknowledge": "triggered", "acknowledge": "acknowledged",
        "resolve": "resolved",
    }  # fmt: skip
    for incident in world.incidents:
        by_instant = {entry.at: statuses[entry.type] for entry in incident.log_entries
                      if entry.type in statuses}  # fmt: skip
        for state in incident.states:
            assert by_instant.get(state.at, state.status) == state.status


def test_states_are_in_order_and_each_differs_from_the_last(world: World) -> None:
    for incident in world.incidents:
        assert incident.states[0].at == incident.log_entries[0].at
        assert all(one.at < other.at for one, other in pairwise(incident.states))


def test_nobody_is_assigned_to_a_resolved_incident(world: World) -> None:
    resolved = [
        state
        for incident in world.incidents
        for state in incident.states
        if state.status == "resolved"
    ]

    assert resolved
    assert all(state.assignee_ids == () == state.acknowledger_ids for state in resolved)
    assert all(state.resolved_at == state.at for state in resolved)


def test_incidents_are_merged_into_an_earlier_open_incident(world: World) -> None:
    by_id = {incident.id: incident for incident in world.incidents}
    merged = [each for each in world.incidents if each.states[-1].merged_into]

    assert merged
    for incident in merged:
        state = incident.states[-1]
        target = by_id[str(state.merged_into)]
        before = [each for each in target.states if each.at < state.at]
        assert state.last_changed_by_kind == "user"
        assert before[-1].status != "resolved"


def test_truth_agrees_with_the_last_state(world: World) -> None:
    for incident in world.incidents:
        last, truth = incident.states[-1], world.truth[incident.id]
        assert (truth.resolution == "open") == (last.status != "resolved")
        assert truth.resolved_at == last.resolved_at
        assert truth.urgency == last.urgency
        assert truth.escalation_policy_id == last.escalation_policy_id
        assert truth.assigned_via == last.assigned_via
        assert truth.number == incident.number


@pytest.mark.parametrize(
    ("column", "type_", "by_people"),
    [
        ("acknowledgement_count", "acknowledge", True),
        ("service_acknowledgement_count", "acknowledge", False),
        ("ack_timeout_count", "unacknowledge", False),
        ("snooze_count", "snooze", True),
        ("notification_count", "notify", False),
    ],
)
def test_counts_add_up_to_the_log(world: World, column: str, type_: str, by_people: bool) -> None:
    written = sum(
        entry.type == type_ and (entry.agent_kind == "user") == by_people
        for _, entry in entries(world)
    )

    assert sum(getattr(truth, column) for truth in truths(world)) == written


def test_every_state_of_the_lifecycle_occurs(world: World) -> None:
    everyone = truths(world)

    assert {each.resolution for each in everyone} == {"open", "merged", "responder", "auto"}
    assert {each.level_source for each in everyone} == {"target", "schedule", "ordinal", None}
    assert {each.max_level_reached for each in everyone} == {1, 2, 3, 4, None}
    for flag in ("repeated", "exhausted", "reopened", "clock_skew", "pages_proxy"):
        assert any(getattr(each, flag) for each in everyone), flag


def test_a_skewed_clock_acknowledges_up_to_three_seconds_before_creation(world: World) -> None:
    skewed = [each for each in truths(world) if each.clock_skew]

    assert all(each.seconds_to_first_ack == 0 for each in skewed)
    assert all(
        each.first_acknowledged_at is not None
        and 1 <= (each.created_at - each.first_acknowledged_at).total_seconds() <= 3
        for each in skewed
    )


def test_low_urgency_does_not_escalate_by_itself(world: World) -> None:
    quiet = [
        each for each in truths(world) if each.urgency == each.urgency_at_creation == "low"
        and not any(entry.type == "urgency_change" for entry in log_of(world, each))
    ]  # fmt: skip

    assert quiet
    assert all(each.timeout_escalation_count == 0 for each in quiet)


def test_active_time_is_engaged_time_without_snoozes(world: World) -> None:
    closed = [each for each in truths(world) if each.engaged_seconds is not None]

    assert all((each.active_seconds or 0) <= (each.engaged_seconds or 0) for each in closed)
    assert any((each.active_seconds or 0) < (each.engaged_seconds or 0) for each in closed)
    assert all(each.engaged_seconds == 0 for each in closed if each.responder_count == 0)


def log_of(world: World, truth: Truth) -> tuple[LogEntry, ...]:
    return world.incidents[truth.number - 1].log_entries
