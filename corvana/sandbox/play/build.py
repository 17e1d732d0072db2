"""Build a simulated account: first its structure, then play every incident to the end."""

import gc
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final, NamedTuple

from corvana.sandbox.play.arrivals import ArrivalPlan, Source
from corvana.sandbox.play.eras import Eras, lived_through
from corvana.sandbox.play.planted import Planter
from corvana.sandbox.play.played_incident import PlayedIncident
from corvana.sandbox.play.records import Played, finish, incidents_of
from corvana.sandbox.play.roster import Roster
from corvana.sandbox.play.setting import Arrival, Quirks, Setting
from corvana.sandbox.play.weeks import WEEK, Problems, arrivals_of
from corvana.sandbox.world.cover import add_cover
from corvana.sandbox.world.going_on import gone_on
from corvana.sandbox.world.instants import DAY, to_instant, to_seconds
from corvana.sandbox.world.model import Planted, World
from corvana.sandbox.world.names import IdMint
from corvana.sandbox.world.organisation import (
    Organisation,
    add_dependencies,
    add_people,
    add_priorities,
    add_services,
)
from corvana.sandbox.world.responders import Habit, LocalHours, habits_of
from corvana.sandbox.world.rotations import Horizon
from corvana.sandbox.world.steps import Step, weeks_of
from corvana.sandbox.world.upkeep import alert_groupings, maintenance_windows

_LOOK_BACK = 10 * DAY
_LOOK_AHEAD = 100 * DAY
_NEIGHBOURS = 30
Plant = Callable[[Planter], None]


class Otherwise(NamedTuple):
    """What is different from the account of a seed, while everything else stays the same.

    `delays`: from a level and its delay in minutes, the delay it has instead. `people`: from a
    person's habits, the habits they have instead. `luck`: other chances of what becomes of each
    problem.
    """

    delays: Callable[[int, int], int] | None = None
    people: Callable[[Habit], Habit] | None = None
    luck: int = 0


AS_IT_IS: Final = Otherwise()


def build_world(
    *,
    seed: int = 7,
    end: datetime,
    days: int = 120,
    incidents: int = 6000,
    planted: bool = True,
    noise: bool = False,
    otherwise: Otherwise = AS_IT_IS,
    steps: Sequence[Step] = (),
) -> World:
    """The account of `seed`, which ends exactly at `end`. Equal arguments give equal worlds.

    `planted`: with bottlenecks. `noise`: instead of them, every service pages for nothing.
    `otherwise`: what is different in it. `steps`: how it goes on; it ends later by their weeks, and
    what lies before a step is the same as without it. Raises `ValueError` when a step changes what
    does not exist.
    """
    was_enabled = gc.isenabled()
    gc.disable()  # millions of small objects all stay, so garbage collection finds nothing
    try:
        plant = _with_delays(_plan_of(planted, noise), otherwise.delays)
        return _build(seed, end, days, incidents, plant, otherwise, steps)
    finally:
        if was_enabled:
            gc.enable()


def _plan_of(planted: bool, noise: bool) -> Plant | None:
    if noise:
        return Planter.plant_noise
    return Planter.plant_all if planted else None


def _with_delays(plant: Plant | None, delays: Callable[[int, int], int] | None) -> Plant | None:
    if delays is None:
        return plant

    def plant_and_change(planter: Planter) -> None:
        if plant is not None:
            plant(planter)
        planter.change_delays(delays)

    return plant_and_change


def _build(
    seed: int,
    end: datetime,
    days: int,
    incidents: int,
    plant: Plant | None,
    otherwise: Otherwise,
    steps: Sequence[Step],
) -> World:
    until = to_seconds(end)
    last = until + weeks_of(steps) * WEEK
    start = to_instant(until) - timedelta(days=days)
    since = to_seconds(start)
    known = Horizon(since - _LOOK_BACK, until + _LOOK_AHEAD)
    organisation, quirks, record = _organise(seed, start, known, plant)
    account_id = organisation.mint.draw()
    windows = maintenance_windows(organisation.services, to_instant(until))
    coming = Horizon(known.until, last + _LOOK_AHEAD)
    _go_on(organisation, coming, seed)
    setting = _setting(organisation, quirks, seed, last, otherwise.people)
    sources = _sources(organisation, seed)
    plan = ArrivalPlan(sources, (since, until), setting.roster, quirks, Random(f"{seed}/arrivals"))
    problems = Problems(sources, setting.roster, quirks, incidents * 7 / days)
    arrivals = [*plan.draw(incidents), *arrivals_of(problems, until, weeks_of(steps), seed)]
    eras = lived_through(organisation, steps, setting, coming.until)
    played = _play_all(organisation, eras, arrivals, seed, otherwise.luck)
    return World(
        seed=seed,
        account_id=account_id,
        subdomain=f"sandbox-{seed}",
        start=start,
        end=to_instant(last),
        teams=tuple(squad.team for squad in organisation.squads),
        users=tuple(organisation.users),
        schedules=tuple(organisation.schedules),
        escalation_policies=tuple(organisation.policies),
        services=tuple(organisation.services),
        business_services=tuple(organisation.business_services),
        dependencies=tuple(organisation.dependencies),
        priorities=tuple(organisation.priorities),
        incidents=incidents_of(played),
        truth={each.id: each.truth for each in played},
        planted=record,
        maintenance_windows=tuple(windows),
        alert_groupings=tuple(alert_groupings(organisation.services)),
    )


def _go_on(organisation: Organisation, coming: Horizon, seed: int) -> None:
    """Render the shifts of `coming` too, which is empty while no week has gone by."""
    if coming.since < coming.until:
        organisation.schedules = [
            gone_on(schedule, organisation.turns[schedule.id], coming, seed)
            for schedule in organisation.schedules
        ]


def _organise(
    seed: int,
    start: datetime,
    horizon: Horizon,
    plant: Plant | None,
) -> tuple[Organisation, Quirks, tuple[Planted, ...]]:
    rng = Random(f"{seed}/organisation")
    organisation = Organisation(IdMint(Random(f"{seed}/ids")))
    add_people(organisation)
    add_cover(organisation, rng, horizon)
    add_services(organisation, rng, start)
    add_dependencies(organisation, rng)
    add_priorities(organisation)
    if plant is None:
        return organisation, Quirks(), ()
    planter = Planter(organisation, horizon)
    plant(planter)
    return organisation, planter.quirks, tuple(planter.planted)


def _setting(
    organisation: Organisation,
    quirks: Quirks,
    seed: int,
    end: int,
    people: Callable[[Habit], Habit] | None,
) -> Setting:
    squads = organisation.squads
    mint = IdMint(Random(f"{seed}/integrations"))
    habits = habits_of(organisation.users, Random(f"{seed}/habits"))
    return Setting(
        end=end,
        roster=Roster(organisation.schedules, organisation.policies),
        hours=LocalHours(),
        habits={user: people(habit) for user, habit in habits.items()} if people else habits,
        services={service.id: service for service in organisation.services},
        policies={policy.id: policy for policy in organisation.policies},
        colleagues={squad.team.id: tuple(user.id for user in squad.users) for squad in squads},
        policy_ids=tuple(policy.id for policy in organisation.policies),
        experts=tuple(user.id for squad in squads for user in squad.users),
        integrations={service.id: mint.draw() for service in organisation.services},
        quirks=quirks,
        recent={squad.team.id: deque(maxlen=_NEIGHBOURS) for squad in squads},
    )


def _sources(organisation: Organisation, seed: int) -> list[Source]:
    rng = Random(f"{seed}/sources")
    zones = {squad.team.id: squad.time_zone for squad in organisation.squads}
    technical = {service.id for service in organisation.services}
    return [
        Source(
            service.id,
            service.escalation_policy_id,
            zones[service.team_ids[0]],
            rng.lognormvariate(0.0, 0.4),
            tuple(
                edge.dependent_id
                for edge in organisation.dependencies
                if edge.supporting_id == service.id and edge.dependent_id in technical
            ),
        )
        for service in organisation.services
    ]


def _play_all(
    organisation: Organisation, eras: Eras, arrivals: Sequence[Arrival], seed: int, luck: int
) -> list[Played]:
    """The incidents of all arrivals, in the order of their numbers."""
    mint = IdMint(Random(f"{seed}/incidents"))
    priorities = [None, None, *(priority.id for priority in organisation.priorities)]
    played = []
    for index, arrival in enumerate(arrivals):
        # Drawn also for what opens no incident: those after it are then the same in any case.
        incident_id, rng = mint.draw("Q", 13), Random((luck * 1_000_003 + seed) * 1_000_003 + index)
        opened = eras.opened(arrival)
        if opened is None:
            continue
        life = PlayedIncident(*opened, index, rng)
        life.play()
        played.append(finish(life, incident_id, rng.choice(priorities)))
    played.sort(key=lambda each: each.created)
    for number, each in enumerate(played, start=1):
        each.truth.number = number
    return played
