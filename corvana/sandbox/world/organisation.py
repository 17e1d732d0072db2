"""The account's structure: teams in three regions, people, services and their dependencies."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from corvana.sandbox.world import names
from corvana.sandbox.world.going_on import Turns
from corvana.sandbox.world.model import (
    BusinessService,
    Dependency,
    EscalationPolicy,
    Priority,
    Schedule,
    Service,
    Team,
    Urgency,
    User,
)
from corvana.sandbox.world.names import IdMint
from corvana.sandbox.world.upkeep import support_hours

REGIONS = ("America/New_York", "Europe/Berlin", "Asia/Singapore")
_SQUAD_SIZE = 7
_URGENCIES: tuple[Urgency, ...] = ("high", "high", "severity_based", "high", "low")


@dataclass(frozen=True, slots=True)
class Squad:
    """A team and its people: four for the first level, two for the second, one leader."""

    team: Team
    time_zone: str
    users: tuple[User, ...]

    @property
    def primary(self) -> tuple[str, ...]:
        return tuple(user.id for user in self.users[:4])

    @property
    def secondary(self) -> tuple[str, ...]:
        return tuple(user.id for user in self.users[4:6])

    @property
    def lead(self) -> User:
        return self.users[6]


@dataclass(slots=True)
class Organisation:
    """The account before its first incident. It uses lists, so that bottlenecks can be planted."""

    mint: IdMint
    squads: list[Squad] = field(default_factory=list)
    leaders: list[User] = field(default_factory=list)
    schedules: list[Schedule] = field(default_factory=list)
    policies: list[EscalationPolicy] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    business_services: list[BusinessService] = field(default_factory=list)
    dependencies: list[Dependency] = field(default_factory=list)
    priorities: list[Priority] = field(default_factory=list)
    turns: dict[str, Turns] = field(default_factory=dict)

    @property
    def users(self) -> list[User]:
        return self.leaders + [user for squad in self.squads for user in squad.users]

    def policy(self, policy_id: str) -> EscalationPolicy:
        return next(policy for policy in self.policies if policy.id == policy_id)

    def service(self, service_id: str) -> Service:
        return next(service for service in self.services if service.id == service_id)

    def schedule(self, schedule_id: str) -> Schedule:
        return next(schedule for schedule in self.schedules if schedule.id == schedule_id)

    def replace_policy(self, policy: EscalationPolicy) -> None:
        self.policies = [policy if each.id == policy.id else each for each in self.policies]

    def replace_service(self, service: Service) -> None:
        self.services = [service if each.id == service.id else each for each in self.services]

    def replace_schedule(self, schedule: Schedule) -> None:
        self.schedules = [schedule if each.id == schedule.id else each for each in self.schedules]


def add_people(organisation: Organisation) -> None:
    """Nine squads of seven people, three squads per region, and four leaders above them."""
    titles = (
        "Chief Technology Officer",
        "Director, Americas",
        "Director, Europe",
        "Director, Asia",
    )
    for index, title in enumerate(titles):
        role = "owner" if index == 0 else "admin"
        zone = REGIONS[max(index - 1, 0)]
        organisation.leaders.append(_user(organisation.mint, index, title, role, zone, ()))
    for number, team_name in enumerate(names.TEAMS):
        team = Team(organisation.mint.draw(), team_name)
        zone = REGIONS[number % len(REGIONS)]
        users = tuple(
            _member(organisation.mint, 4 + number * _SQUAD_SIZE + seat, seat, zone, team)
            for seat in range(_SQUAD_SIZE)
        )
        organisation.squads.append(Squad(team, zone, users))


def _member(mint: IdMint, index: int, seat: int, zone: str, team: Team) -> User:
    if seat == _SQUAD_SIZE - 1:
        return _user(mint, index, f"Engineering Manager, {team.name}", "user", zone, (team.id,))
    role = "limited_user" if seat == 3 else "user"
    return _user(mint, index, names.JOBS[seat % len(names.JOBS)], role, zone, (team.id,))


def _user(
    mint: IdMint, index: int, title: str, role: str, zone: str, team_ids: tuple[str, ...]
) -> User:
    name = names.person_name(index)
    email = f"{name.lower().replace(' ', '.')}{index}@example.com"
    return User(mint.draw(), name, email, f"+1555010{index:04}", title, role, zone, team_ids)


def add_services(organisation: Organisation, rng: Random, start: datetime) -> None:
    """Five services per squad, with the squad's own policies. Every third has an ack timeout."""
    for number, squad in enumerate(organisation.squads):
        own = [policy for policy in organisation.policies if squad.team.id in policy.team_ids]
        for part, name in enumerate(names.PARTS):
            policy = own[0] if part < 3 else own[(part - 2) % len(own)]
            urgency = _URGENCIES[part]
            organisation.services.append(
                Service(
                    id=organisation.mint.draw(),
                    name=f"{squad.team.name} {name}",
                    description=f"The {name} of {squad.team.name}",
                    status="active",
                    created_at=start - timedelta(days=rng.randrange(30, 900)),
                    auto_resolve_timeout=rng.choice((None, None, 14_400, 86_400)),
                    acknowledgement_timeout=rng.choice((None, None, 1_800, 3_600)),
                    escalation_policy_id=policy.id,
                    team_ids=(squad.team.id,),
                    urgency=urgency,
                    support_hours=support_hours(number, part, squad.time_zone),
                )
            )


def add_dependencies(organisation: Organisation, rng: Random) -> None:
    """A chain to the database in each squad, a few edges between squads, six business services."""
    services = organisation.services
    width = len(names.PARTS)
    for first in range(0, len(services), width):
        api, worker, gateway, database, scheduler = services[first : first + width]
        for supporting, dependent in (
            (database, api), (database, worker), (api, gateway), (scheduler, worker),
        ):  # fmt: skip
            _depend(organisation, supporting.id, dependent.id)
        other = rng.randrange(len(services) // width) * width
        if other < first:
            _depend(organisation, services[other].id, api.id)
    for number, name in enumerate(names.BUSINESS):
        team_id = organisation.squads[number].team.id if number % 2 else None
        business = BusinessService(organisation.mint.draw(), name, team_id)
        organisation.business_services.append(business)
        for gateway in rng.sample(services[2::width], 3):
            organisation.dependencies.append(
                Dependency(
                    organisation.mint.draw("D", 9),
                    gateway.id,
                    "technical_service",
                    business.id,
                    "business_service",
                )
            )


def _depend(organisation: Organisation, supporting_id: str, dependent_id: str) -> None:
    organisation.dependencies.append(
        Dependency(
            organisation.mint.draw("D", 9),
            supporting_id,
            "technical_service",
            dependent_id,
            "technical_service",
        )
    )


def add_priorities(organisation: Organisation) -> None:
    organisation.priorities = [
        Priority(organisation.mint.draw(), f"P{number}") for number in range(1, 6)
    ]
