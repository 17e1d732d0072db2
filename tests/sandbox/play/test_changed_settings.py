"""Incidents after a change behave by it, and those before it as they did."""

from datetime import timedelta
from itertools import pairwise

import pytest

from corvana.sandbox.world.model import World
from corvana.sandbox.world.steps import Change, Step
from tests.builders.played.going_on import CHANGED, changed, planted, planted_rotation, played


def delay_of(world: World, policy_id: str) -> int:
    policy = next(each for each in world.escalation_policies if each.id == policy_id)
    return policy.rules[0].delay_minutes


def first_escalations(world: World, policy_id: str, *, after: bool) -> set[float]:
    """Minutes from the opening to the first escalation by the timer, where nothing came between."""
    of = {each.id for each in world.services if each.escalation_policy_id == policy_id}
    found = set()
    for incident in world.incidents:
        if incident.service_id not in of or (incident.created_at > CHANGED) != after:
            continue
        told = [each for each in incident.log_entries if each.type not in {"notify", "annotate"}]
        types = [each.type for each in told[:3]]
        if types == ["trigger", "assign", "escalate"] and told[2].channel_type == "timeout":
            found.add((told[2].at - told[1].at).total_seconds() / 60)
    return found


def test_incidents_after_a_changed_delay_escalate_by_it_and_those_before_by_the_old_one() -> None:
    policy_id = planted("slow_ack")
    old = delay_of(played(), policy_id)
    assert old != 3
    world = played(changed("first_level_delay", policy_id, 3, weeks=2))
    assert delay_of(world, policy_id) == 3
    assert first_escalations(world, policy_id, after=True) == {3.0}
    assert first_escalations(world, policy_id, after=False) == {float(old)}


def test_an_incident_that_is_open_keeps_the_delay_it_was_opened_with() -> None:
    changes = [
        Change(setting="first_level_delay", of=policy.id, minutes=1)
        for policy in played().escalation_policies[:10]
    ]
    plain = played(Step(at=CHANGED, weeks=2))
    world = played(Step(at=CHANGED, weeks=2, changes=tuple(changes)))
    open_ones = [
        each
        for each in plain.incidents
        if each.created_at <= CHANGED and each.states[-1].at > CHANGED
    ]
    by_id = {each.id: each for each in world.incidents}
    assert open_ones
    assert [by_id[each.id].states for each in open_ones] == [each.states for each in open_ones]


def test_after_a_new_rotation_everybody_takes_turns_of_one_week() -> None:
    schedule_id = planted_rotation()
    world = played(changed("rotation", schedule_id, weeks=6))
    schedule = next(each for each in world.schedules if each.id == schedule_id)
    later = [each for each in schedule.shifts if each.start > CHANGED]
    squad = {each.id for each in world.users if set(each.team_ids) & set(schedule.team_ids)}
    people = {each.user_id for each in later}
    assert len(people) == 4
    assert people <= squad
    assert {each.end - each.start for each in later[1:-1]} <= {
        timedelta(days=7) + timedelta(hours=shift) for shift in (-1, 0, 1)
    }
    assert all(one.end == other.start for one, other in pairwise(later))


def test_the_old_layer_of_a_schedule_ends_where_the_new_one_begins() -> None:
    schedule_id = planted_rotation()
    world = played(changed("rotation", schedule_id))
    old, new = next(each for each in world.schedules if each.id == schedule_id).layers
    begins = (CHANGED + timedelta(seconds=1)).isoformat()
    assert (old["end"], new["start"], new["end"]) == (begins, begins, None)
    assert len(new["users"]) == 4


def test_incidents_page_whoever_the_new_rotation_has_on_call() -> None:
    schedule_id = planted_rotation()
    world = played(changed("rotation", schedule_id, weeks=6))
    schedule = next(each for each in world.schedules if each.id == schedule_id)
    policy = next(
        each
        for each in world.escalation_policies
        if any(target.id == schedule_id for target in each.rules[0].targets)
    )
    of = {each.id for each in world.services if each.escalation_policy_id == policy.id}
    paged = 0
    for incident in world.incidents:
        first = next(each for each in incident.log_entries if each.type == "assign")
        if incident.created_at <= CHANGED or incident.service_id not in of:
            continue
        if incident.states[0].assigned_via != "escalation_policy":
            continue
        on_call = {each.user_id for each in schedule.shifts if each.start <= first.at < each.end}
        assert set(first.assignee_ids) == on_call
        paged += 1
    assert paged > 50


def test_auto_pause_opens_no_incident_for_an_alert_that_clears_in_time() -> None:
    service_id = planted("noisy_service")
    plain, paused = (
        [
            each
            for each in world.incidents
            if each.service_id == service_id and each.created_at > CHANGED
        ]
        for world in (
            played(Step(at=CHANGED, weeks=3)),
            played(changed("auto_pause", service_id, 5, weeks=3)),
        )
    )
    by_hand = [each for each in plain if each.log_entries[0].agent_kind == "user"]
    assert len(plain) > 50
    assert {each.id for each in paused} == {each.id for each in by_hand}, (
        "everything clears itself within five minutes, but for what people open"
    )


def test_the_other_services_are_the_same_whether_one_pauses_or_not() -> None:
    service_id = planted("noisy_service")
    plain = played(Step(at=CHANGED, weeks=3))
    paused = played(changed("auto_pause", service_id, 5, weeks=3))
    squad = next(each.team_ids for each in plain.services if each.id == service_id)

    def elsewhere(world: World) -> list[tuple[str, object]]:
        return [
            (each.id, each.states[-1]) for each in world.incidents if each.team_ids != squad
        ]  # of the same team some are merged into what is not opened any more

    assert elsewhere(paused) == elsewhere(plain)


def test_an_auto_resolve_timeout_closes_what_is_opened_after_it() -> None:
    service_id = planted("auto_resolve_wall")
    world = played(changed("auto_resolve", service_id, 30, weeks=3))
    closed = [
        (each.created_at > CHANGED, (each.states[-1].at - each.created_at).total_seconds() / 60)
        for each in world.incidents
        if each.service_id == service_id
        and each.log_entries[-1].type == "resolve"
        and each.log_entries[-1].channel_type == "timeout"
    ]
    assert {round(minutes) for after, minutes in closed if after} == {30}
    assert {round(minutes) for after, minutes in closed if not after} == {240}


@pytest.mark.parametrize(
    "change",
    [
        {"setting": "first_level_delay", "of": "PX"},
        {"setting": "first_level_delay", "of": "PX", "minutes": 0},
        {"setting": "auto_pause", "of": "PX", "minutes": 4},
        {"setting": "rotation", "of": "PX", "minutes": 4},
        {"setting": "auto_resolve", "of": "PX", "minutes": True},
        {"setting": "priority", "of": "PX", "minutes": 4},
        {"setting": "auto_pause", "of": "PX", "at": "2026-01-01T00:00:00Z"},
    ],
)
def test_a_change_that_pagerduty_does_not_offer_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="Change"):
        Change.model_validate(change)


@pytest.mark.parametrize("setting", ["first_level_delay", "rotation", "auto_pause", "auto_resolve"])
def test_what_does_not_exist_cannot_be_changed(setting: str) -> None:
    minutes = None if setting == "rotation" else 5
    with pytest.raises(ValueError, match="no object"):
        played(changed(setting, "PNOTHING", minutes))
