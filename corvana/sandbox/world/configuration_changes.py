"""Later changes of an account's structure: each function takes a world and returns a changed one.

The API has no history of the structure, so a change holds from the moment the world is served.
An unknown id raises `ValueError`.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from corvana.sandbox.world.model import EscalationPolicy, Target, World


class _Named(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Named)


def delete_service(world: World, service_id: str) -> World:
    """Delete the service and its dependencies. Its incidents still refer to it."""
    return replace(
        world,
        services=_without(world.services, service_id),
        dependencies=tuple(
            edge
            for edge in world.dependencies
            if service_id not in {edge.supporting_id, edge.dependent_id}
        ),
    )


def delete_escalation_policy(world: World, policy_id: str) -> World:
    """Delete the policy. Its services and incidents still refer to it."""
    return replace(world, escalation_policies=_without(world.escalation_policies, policy_id))


def delete_user(world: World, user_id: str) -> World:
    """Delete the person from the list. Incidents and log entries still refer to the person."""
    return replace(world, users=_without(world.users, user_id))


def migrate_schedule(world: World, schedule_id: str) -> World:
    """Convert a layer-based schedule to a shift-based one. Its id and its shifts stay."""
    schedule = _one(world.schedules, schedule_id)
    if schedule.kind != "v2":
        raise ValueError("the schedule is shift-based already")

    def migrated(policy: EscalationPolicy) -> EscalationPolicy:
        rules = tuple(
            replace(
                rule,
                targets=tuple(
                    Target(target.id, "schedule_v3") if target.id == schedule_id else target
                    for target in rule.targets
                ),
            )
            for rule in policy.rules
        )
        return replace(policy, rules=rules)

    return replace(
        world,
        schedules=_swapped(world.schedules, replace(schedule, kind="v3", layers=())),
        escalation_policies=tuple(migrated(policy) for policy in world.escalation_policies),
    )


def hide_schedule(world: World, schedule_id: str) -> World:
    """Hide the schedule from the connected user. Policies still refer to it."""
    return replace(world, schedules=_without(world.schedules, schedule_id))


def change_timeouts(
    world: World,
    service_id: str,
    *,
    acknowledgement_seconds: int | None,
    auto_resolve_seconds: int | None,
) -> World:
    """Set both timers of a service. None switches a timer off."""
    service = replace(
        _one(world.services, service_id),
        acknowledgement_timeout=acknowledgement_seconds,
        auto_resolve_timeout=auto_resolve_seconds,
    )
    return replace(world, services=_swapped(world.services, service))


def change_rule_delay(world: World, policy_id: str, level: int, minutes: int) -> World:
    """Set the minutes after which the level (1 is the first) escalates to the next level."""
    policy = _one(world.escalation_policies, policy_id)
    if not 1 <= level <= len(policy.rules):
        raise ValueError("the policy has no such level")
    rules = list(policy.rules)
    rules[level - 1] = replace(rules[level - 1], delay_minutes=minutes)
    policy = replace(policy, rules=tuple(rules))
    return replace(world, escalation_policies=_swapped(world.escalation_policies, policy))


def downgrade_role(world: World, role: str, team_ids: Collection[str] = ()) -> World:
    """Give the connected user a lesser role from now on.

    With `team_ids` the user sees only the services, policies, schedules and incidents of these
    teams.
    """
    seen = replace(world, connected_role=role)
    if not team_ids:
        return seen
    teams = set(team_ids)
    return replace(
        seen,
        teams=tuple(each for each in world.teams if each.id in teams),
        services=tuple(each for each in world.services if teams.intersection(each.team_ids)),
        escalation_policies=tuple(
            each for each in world.escalation_policies if teams.intersection(each.team_ids)
        ),
        schedules=tuple(each for each in world.schedules if teams.intersection(each.team_ids)),
        incidents=tuple(each for each in world.incidents if teams.intersection(each.team_ids)),
    )


def _one(items: Sequence[T], item_id: str) -> T:
    found = next((item for item in items if item.id == item_id), None)
    if found is None:
        raise ValueError("there is no object of this id")
    return found


def _without(items: Sequence[T], item_id: str) -> tuple[T, ...]:
    gone = _one(items, item_id)
    return tuple(item for item in items if item is not gone)


def _swapped(items: Sequence[T], item: T) -> tuple[T, ...]:
    return tuple(item if each.id == item.id else each for each in items)
