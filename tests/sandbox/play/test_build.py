"""The simulated account is a believable, consistent and reproducible PagerDuty account."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.model import Incident, LogEntry, World
from corvana.sandbox.world.truth import Truth

END = datetime(2026, 6, 1, 13, 17, 5, tzinfo=UTC)
START = END - timedelta(days=120)


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(end=END)


@pytest.fixture(scope="module")
def plain_world() -> World:
    return build_world(end=END, incidents=800, planted=False)


def entries(world: World) -> Iterator[tuple[Incident, LogEntry]]:
    return ((incident, entry) for incident in world.incidents for entry in incident.log_entries)


def kinds(world: World) -> Counter[tuple[str, str | None, str]]:
    return Counter(
        (entry.type, entry.agent_kind, entry.channel_type) for _, entry in entries(world)
    )


def truths(world: World) -> list[Truth]:
    return [world.truth[incident.id] for incident in world.incidents]


# --- reproducible ---


def test_equal_arguments_give_equal_worlds() -> None:
    one = build_world(seed=11, end=END, days=30, incidents=300)

    assert one == build_world(seed=11, end=END, days=30, incidents=300)


def test_another_seed_gives_another_world() -> None:
    one = build_world(seed=11, end=END, days=30, incidents=50)
    other = build_world(seed=12, end=END, days=30, incidents=50)

    assert [each.id for each in one.users] != [each.id for each in other.users]
    assert one.incidents != other.incidents


def test_exactly_the_incidents_asked_for_within_the_days_asked_for(world: World) -> None:
    assert len(world.incidents) == 6000
    assert world.start == START
    assert world.end == END
    assert all(START <= incident.created_at <= END for incident in world.incidents)


# --- structure ---


def test_the_account_is_large_enough_to_be_interesting(world: World) -> None:
    assert len(world.services) >= 40
    assert len(world.users) >= 60
    assert len(world.business_services) == 6
    assert len({user.time_zone for user in world.users}) == 3
    assert {len(policy.rules) for policy in world.escalation_policies} == {1, 2, 3, 4}
    assert Counter(schedule.kind for schedule in world.schedules)["v3"] == 6


def test_there_is_one_owner_and_a_few_admins(world: World) -> None:
    roles = Counter(user.role for user in world.users)

    assert roles["owner"] == 1
    assert roles["admin"] == 3


def test_every_id_occurs_once(world: World) -> None:
    ids = [
        each.id
        for group in (
            world.teams, world.users, world.schedules, world.escalation_policies, world.services,
            world.business_services, world.dependencies, world.priorities, world.incidents,
        )
        for each in group
    ]  # fmt: skip

    assert len(ids) == len(set(ids))
    assert len({user.email for user in world.users}) == len(world.users)


def test_dependencies_join_existing_services(world: World) -> None:
    known = {each.id for each in world.services} | {each.id for each in world.business_services}

    assert world.dependencies
    assert all({each.supporting_id, each.dependent_id} <= known for each in world.dependencies)


def test_no_person_is_on_two_levels_of_a_policy_except_where_planted(world: World) -> None:
    people = {
        schedule.id: {shift.user_id for shift in schedule.shifts} for schedule in world.schedules
    }
    fake = {each.subject_id for each in world.planted if each.kind == "fake_redundancy"}
    for policy in world.escalation_policies:
        levels = [
            set().union(*(people.get(target.id, {target.id}) for target in rule.targets))
            for rule in policy.rules
        ]
        shared = sum(map(len, levels)) - len(set().union(*levels))
        assert shared == (1 if policy.id in fake else 0), policy.name


# --- schedules ---


def test_a_daily_shift_lasts_23_hours_when_clocks_go_forward(world: World) -> None:
    spring = datetime(2026, 3, 29, 1, tzinfo=UTC)
    lengths = {
        shift.end - shift.start
        for schedule in world.schedules
        for shift in schedule.shifts
        if shift.source == "rotation"
        and shift.start < spring < shift.end
        and schedule.name == "Identity primary"
    }

    assert lengths == {timedelta(hours=23)}


def test_a_daily_shift_lasts_25_hours_when_clocks_go_back() -> None:
    autumn = datetime(2025, 10, 26, 1, tzinfo=UTC)
    world = build_world(end=datetime(2025, 11, 20, tzinfo=UTC), days=40, incidents=20)
    lengths = {
        shift.end - shift.start
        for schedule in world.schedules
        for shift in schedule.shifts
        if schedule.name == "Identity primary" and shift.start < autumn < shift.end
    }

    assert timedelta(hours=25) in lengths


def test_layer_based_schedules_have_one_person_at_a_time(world: World) -> None:
    for schedule in world.schedules:
        if schedule.kind == "v2":
            assert schedule.layers
            assert all(one.end <= other.start for one, other in pairwise(schedule.shifts))


def test_some_shift_based_schedules_have_two_people_at_once(world: World) -> None:
    overlapping = [
        schedule.name
        for schedule in world.schedules
        if schedule.kind == "v3"
        and any(one.end > other.start for one, other in pairwise(schedule.shifts))
    ]

    assert len(overlapping) >= 2


def test_schedules_have_overrides_custom_shifts_and_gaps(world: World) -> None:
    sources = {shift.source for schedule in world.schedules for shift in schedule.shifts}
    gaps = [
        schedule.name
        for schedule in world.schedules
        if any(one.end < other.start for one, other in pairwise(schedule.shifts))
    ]

    assert sources == {"rotation", "override", "custom_shift"}
    assert len(gaps) >= 3


def test_shifts_reach_from_ten_days_before_to_a_hundred_days_after(world: World) -> None:
    always = next(schedule for schedule in world.schedules if schedule.name == "Payments secondary")

    assert always.shifts[0].start == START - timedelta(days=10)
    assert always.shifts[-1].end == END + timedelta(days=100)


# --- log ---


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


# --- states ---


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


# --- truth ---


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


# --- planted bottlenecks ---


def test_every_bottleneck_is_planted_on_something_that_exists(world: World) -> None:
    subjects = {
        "service": {each.id for each in world.services},
        "user": {each.id for each in world.users},
        "schedule": {each.id for each in world.schedules},
        "escalation_policy": {each.id for each in world.escalation_policies},
    }

    assert {each.kind for each in world.planted} == {
        "slow_ack", "level_never_answers", "exhausted_policy", "ack_timeouts",
        "ping_pong_routing", "fake_redundancy", "coverage_gap", "overloaded_responder",
        "single_responder_service", "noisy_service", "auto_resolve_wall", "dependency_cascade",
    }  # fmt: skip
    assert all(each.subject_id in subjects[each.subject_type] for each in world.planted)


def test_without_planting_the_same_people_and_services_have_no_bottlenecks(
    world: World, plain_world: World
) -> None:
    assert plain_world.planted == ()
    assert plain_world.users == world.users
    assert [each.id for each in plain_world.services] == [each.id for each in world.services]


def test_the_level_that_never_answers_never_answers(world: World) -> None:
    policy_id = next(e.subject_id for e in world.planted if e.kind == "level_never_answers")
    on_it = [
        each
        for each in truths(world)
        if each.escalation_policy_id == policy_id and each.reassignment_count == 0
    ]
    levels = Counter(each.acknowledged_level for each in on_it)

    assert levels[1] > 0
    assert levels[2] == 0
    assert levels[3] > 0


def test_the_noisy_service_clears_itself_unacknowledged(world: World) -> None:
    service_id = next(e.subject_id for e in world.planted if e.kind == "noisy_service")
    noise = [each for each in truths(world) if each.service_id == service_id]
    unanswered = [e for e in noise if e.resolution == "auto" and e.acknowledged_by is None]

    assert len(unanswered) > 0.8 * len(noise)
