"""The account's schedules and escalation policies, built on its squads."""

from dataclasses import replace
from random import Random

from corvana.sandbox.world.going_on import Turns
from corvana.sandbox.world.model import EscalationPolicy, Rule, Schedule, Target
from corvana.sandbox.world.organisation import Organisation, Squad
from corvana.sandbox.world.rotations import (
    Horizon,
    Rotation,
    Span,
    layer,
    render,
    to_shifts,
    with_custom_shifts,
    with_gaps,
    with_overrides,
)

_SHIFT_BASED = (1, 4, 6, 8)  # squads whose first level is shift-based
_SHIFT_BASED_SECOND = (4, 7)
_GAPPY = (2, 4, 7)


def add_cover(organisation: Organisation, rng: Random, horizon: Horizon) -> None:
    """Two schedules and two policies per squad, and two follow-the-sun schedules across squads."""
    for number in range(len(organisation.squads)):
        first = _first_line(organisation, number, rng, horizon)
        second = _second_line(organisation, number, rng, horizon)
        organisation.schedules += [first, second]
        _add_policies(organisation, number, rng, (first, second))
    for number in range(2):
        _add_follow_the_sun(organisation, number, rng, horizon)


def _first_line(organisation: Organisation, number: int, rng: Random, horizon: Horizon) -> Schedule:
    squad = organisation.squads[number]
    turn_days = 1 if number % 3 == 1 else 7
    rotation = Rotation(
        organisation.mint.draw(), squad.primary, squad.time_zone, turn_days, 8 + number % 3
    )
    name = f"{squad.team.name} primary"
    if number in _SHIFT_BASED:
        return _shift_based(organisation, name, squad, (rotation, rng, horizon, number % 4 == 0))
    spans = with_overrides(render(rotation, horizon), squad.primary, rng, horizon)
    if number in _GAPPY:
        spans = with_gaps(spans, rng, horizon)
    schedule = layered(organisation, name, squad, [rotation], (spans, horizon))
    organisation.turns[schedule.id] = Turns(
        (rotation,), has_overrides=True, has_gaps=number in _GAPPY
    )
    return schedule


def _second_line(
    organisation: Organisation, number: int, rng: Random, horizon: Horizon
) -> Schedule:
    squad = organisation.squads[number]
    rotation = Rotation(organisation.mint.draw(), squad.secondary, squad.time_zone)
    name = f"{squad.team.name} secondary"
    if number in _SHIFT_BASED_SECOND:
        return _shift_based(organisation, name, squad, (rotation, rng, horizon, False))
    return layered(organisation, name, squad, [rotation], (render(rotation, horizon), horizon))


def _shift_based(
    organisation: Organisation,
    name: str,
    squad: Squad,
    plan: tuple[Rotation, Random, Horizon, bool],
) -> Schedule:
    """A shift-based schedule. If `paired`, two people share every shift."""
    rotation, rng, horizon, paired = plan
    spans = render(rotation, horizon)
    turns = Turns((rotation,), has_custom_shifts=not paired, has_gaps=True)
    if paired:
        people = rotation.user_ids
        partner = Rotation(
            organisation.mint.draw(),
            people[2:] + people[:2],
            rotation.time_zone,
            rotation.turn_days,
            rotation.handoff_hour,
        )
        spans = sorted(spans + render(partner, horizon))
        turns = replace(turns, rotations=(rotation, partner))
    else:
        spans = with_custom_shifts(spans, rotation.user_ids, rng, horizon)
    spans = with_gaps(spans, rng, horizon)
    schedule = Schedule(
        organisation.mint.draw(), name, "v3", squad.time_zone, (squad.team.id,), to_shifts(spans)
    )
    organisation.turns[schedule.id] = turns
    return schedule


def layered(
    organisation: Organisation,
    name: str,
    squad: Squad,
    rotations: list[Rotation],
    rendered: tuple[list[Span], Horizon],
) -> Schedule:
    """A layer-based schedule of the given rotations, already rendered."""
    spans, horizon = rendered
    schedule = Schedule(
        id=organisation.mint.draw(),
        name=name,
        kind="v2",
        time_zone=rotations[0].time_zone,
        team_ids=(squad.team.id,),
        shifts=to_shifts(spans),
        layers=tuple(
            layer(rotation, f"Layer {number}", horizon)
            for number, rotation in enumerate(rotations, start=1)
        ),
    )
    organisation.turns[schedule.id] = Turns(tuple(rotations))
    return schedule


def _add_follow_the_sun(
    organisation: Organisation, number: int, rng: Random, horizon: Horizon
) -> None:
    """Three squads, one per region. Each squad covers eight hours of the European day."""
    squads = organisation.squads[number * 3 : number * 3 + 3]
    windows = ((16, 24), (8, 16), (0, 8))
    rotations = [
        Rotation(organisation.mint.draw(), squad.primary, "Europe/Berlin", 7, window=window)
        for squad, window in zip(squads, windows, strict=True)
    ]
    spans = sorted(span for rotation in rotations for span in render(rotation, horizon))
    host = squads[1]
    schedule = layered(
        organisation, f"Follow the sun {number + 1}", host, rotations, (spans, horizon)
    )
    organisation.schedules.append(schedule)
    levels = [
        [on_schedule(schedule)],
        [on_user(host.lead.id)],
        [on_user(organisation.leaders[0].id)],
    ]
    add_policy(organisation, f"{schedule.name} policy", host, levels, (rng, 2))


def _add_policies(
    organisation: Organisation, number: int, rng: Random, schedules: tuple[Schedule, Schedule]
) -> None:
    squad = organisation.squads[number]
    first, second = on_schedule(schedules[0]), on_schedule(schedules[1])
    lead = on_user(squad.lead.id)
    director = on_user(organisation.leaders[1 + number % 3].id)
    standard = {
        0: [[first], [second]],
        1: [[first], [second], [lead]],
        2: [[first], [second], [lead], [director]],
        3: [[first], [second, lead], [director]],
    }[number % 4]
    small = {
        0: [[on_user(squad.users[0].id)], [second]],
        1: [[first]],
        2: [[first, lead], [director]],
    }[number % 3]
    add_policy(organisation, f"{squad.team.name} standard", squad, standard, (rng, number % 3))
    add_policy(organisation, f"{squad.team.name} small", squad, small, (rng, 1))


def add_policy(
    organisation: Organisation,
    name: str,
    squad: Squad,
    levels: list[list[Target]],
    pace: tuple[Random, int],
) -> EscalationPolicy:
    """A policy of the squad with the given targets for each level."""
    rng, num_loops = pace
    rules = tuple(
        Rule(organisation.mint.draw(), rng.choice((5, 10, 15, 30)), tuple(targets))
        for targets in levels
    )
    policy = EscalationPolicy(organisation.mint.draw(), name, num_loops, rules, (squad.team.id,))
    organisation.policies.append(policy)
    return policy


def on_user(user_id: str) -> Target:
    return Target(user_id, "user")


def on_schedule(schedule: Schedule) -> Target:
    return Target(schedule.id, "schedule" if schedule.kind == "v2" else "schedule_v3")
