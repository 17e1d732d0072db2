"""The simulated account is a believable, consistent and reproducible PagerDuty account."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.model import World
from tests.builders.played.account import truths

END = datetime(2026, 6, 1, 13, 17, 5, tzinfo=UTC)
START = END - timedelta(days=120)


@pytest.fixture(scope="module")
def plain_world() -> World:
    return build_world(end=END, incidents=800, planted=False)


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
        "nights_on_one_person",
        "machine_acks",
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


def test_a_machine_acknowledges_at_once_and_a_person_looks_much_later(world: World) -> None:
    policy_id = next(e.subject_id for e in world.planted if e.kind == "machine_acks")
    waits = [
        each.seconds_to_first_ack
        for each in truths(world)
        if each.escalation_policy_id == policy_id and each.seconds_to_first_ack is not None
    ]

    assert len(waits) >= 10
    assert sum(wait <= 4 for wait in waits) > 0.8 * len(waits)


def test_where_all_is_noise_nearly_everything_clears_itself_and_that_is_all_that_is_planted() -> (
    None
):
    noise = build_world(end=END, incidents=400, noise=True)
    cleared = [e for e in truths(noise) if e.resolution == "auto" and e.acknowledged_by is None]

    assert [(each.kind, each.subject_type) for each in noise.planted] == [
        ("pages_for_nothing", "account")
    ]
    assert len(cleared) > 0.8 * len(noise.incidents)
