"""Bottlenecks planted in an account on purpose, and the record of their places."""

from collections.abc import Callable
from dataclasses import replace

from corvana.sandbox.play.setting import Quirks
from corvana.sandbox.world.cover import layered, on_schedule, on_user
from corvana.sandbox.world.model import Dependency, EscalationPolicy, Planted, Service
from corvana.sandbox.world.organisation import Organisation
from corvana.sandbox.world.rotations import Horizon, Rotation, render


class Planter:
    """Changes an organisation and its people's behaviour one bottleneck at a time."""

    def __init__(self, organisation: Organisation, horizon: Horizon) -> None:
        self._organisation = organisation
        self._horizon = horizon
        self.quirks = Quirks()
        self.planted: list[Planted] = []

    def plant_all(self) -> None:
        plantings: tuple[Callable[[], None], ...] = (
            self._slow_policy,
            self._machine_policy,
            self._deaf_level,
            self._exhausted_policy,
            self._ack_timeouts,
            self._ping_pong,
            self._fake_redundancy,
            self._coverage_gap,
            self._overloaded_responder,
            self._single_responder,
            self._noisy_service,
            self._auto_resolve_wall,
            self._cascades,
            self._together,
            self._nights,
        )
        for plant in plantings:
            plant()

    def plant_noise(self) -> None:
        """Every service clears itself within minutes, and hardly anybody reacts in that time."""
        services = {service.id for service in self._organisation.services}
        self.quirks.self_clearing |= services
        self.quirks.ignored_services |= services
        self._note("pages_for_nothing", "account", "account", "everything clears itself")

    def change_delays(self, delays: Callable[[int, int], int]) -> None:
        """Give every level another delay, from its number and its delay in minutes."""
        for policy in tuple(self._organisation.policies):
            rules = tuple(
                replace(rule, delay_minutes=delays(level, rule.delay_minutes))
                for level, rule in enumerate(policy.rules, start=1)
            )
            self._organisation.replace_policy(replace(policy, rules=rules))

    def _note(self, kind: str, subject_type: str, subject_id: str, detail: str) -> None:
        self.planted.append(Planted(kind, subject_type, subject_id, detail))

    def _standard(self, squad: int) -> EscalationPolicy:
        name = f"{self._organisation.squads[squad].team.name} standard"
        return next(policy for policy in self._organisation.policies if policy.name == name)

    def _service(self, squad: int, part: int) -> Service:
        return self._organisation.services[squad * 5 + part]

    def _busier(self, squad: int, factor: float) -> None:
        for part in range(3):
            self.quirks.weights[self._service(squad, part).id] = factor

    def _slow_policy(self) -> None:
        policy = self._standard(0)
        self.quirks.slow_policies.add(policy.id)
        self._note("slow_ack", "escalation_policy", policy.id, "acknowledged six times slower")

    def _machine_policy(self) -> None:
        """A script acknowledges at once, in the name of whoever is assigned."""
        name = f"{self._organisation.squads[2].team.name} small"
        policy = next(each for each in self._organisation.policies if each.name == name)
        self.quirks.machine_policies.add(policy.id)
        # Nobody works on these incidents for long, which would also let acknowledgements time out.
        for service in self._organisation.services:
            if service.escalation_policy_id == policy.id:
                self._organisation.replace_service(replace(service, acknowledgement_timeout=None))
        self._note("machine_acks", "escalation_policy", policy.id, "acknowledged within 3 seconds")

    def _deaf_level(self) -> None:
        policy = self._standard(1)
        rules = (replace(policy.rules[0], delay_minutes=5), *policy.rules[1:])
        self._organisation.replace_policy(replace(policy, rules=rules))
        self.quirks.deaf_levels.add((policy.id, 2))
        self._busier(1, 1.5)
        self._note("level_never_answers", "escalation_policy", policy.id, "level 2")

    def _exhausted_policy(self) -> None:
        policy = self._standard(4)
        rules = tuple(replace(rule, delay_minutes=5) for rule in policy.rules)
        self._organisation.replace_policy(replace(policy, num_loops=0, rules=rules))
        self.quirks.deaf_policies.add(policy.id)
        self._note("exhausted_policy", "escalation_policy", policy.id, "nobody left to page")

    def _ack_timeouts(self) -> None:
        service = self._service(3, 0)
        self._organisation.replace_service(
            replace(service, acknowledgement_timeout=900, auto_resolve_timeout=None)
        )
        self.quirks.slow_fix_services.add(service.id)
        self.quirks.weights[service.id] = 2.0
        self._note("ack_timeouts", "service", service.id, "fixes outlast the 15 minutes allowed")

    def _ping_pong(self) -> None:
        one, other = self._standard(5), self._standard(6)
        self.quirks.ping_pong = {one.id: other.id, other.id: one.id}
        self._note("ping_pong_routing", "escalation_policy", one.id, f"to and from {other.id}")

    def _fake_redundancy(self) -> None:
        """The same person on both levels, directly and through a schedule without gaps."""
        squad = self._organisation.squads[7]
        person = squad.users[1].id
        rotation = Rotation(self._organisation.mint.draw(), (person,), squad.time_zone)
        schedule = layered(
            self._organisation,
            f"{squad.team.name} backup",
            squad,
            [rotation],
            (render(rotation, self._horizon), self._horizon),
        )
        self._organisation.schedules.append(schedule)
        policy = self._standard(7)
        rules = (
            replace(policy.rules[0], targets=(on_user(person),)),
            replace(policy.rules[1], targets=(on_schedule(schedule),)),
            *policy.rules[2:],
        )
        self._organisation.replace_policy(replace(policy, rules=rules))
        self._note("fake_redundancy", "escalation_policy", policy.id, f"levels 1 and 2: {person}")

    def _coverage_gap(self) -> None:
        """The first level is on call in office hours only."""
        squad = self._organisation.squads[8]
        rotation = Rotation(
            self._organisation.mint.draw(),
            squad.primary,
            squad.time_zone,
            window=(8, 20),
            weekdays_only=True,
        )
        schedule = layered(
            self._organisation,
            f"{squad.team.name} office hours",
            squad,
            [rotation],
            (render(rotation, self._horizon), self._horizon),
        )
        self._organisation.schedules.append(schedule)
        policy = self._standard(8)
        rules = (replace(policy.rules[0], targets=(on_schedule(schedule),)), *policy.rules[1:])
        self._organisation.replace_policy(replace(policy, rules=rules))
        self._note("coverage_gap", "escalation_policy", policy.id, "level 1, nights and weekends")
        self._note("coverage_gap", "schedule", schedule.id, "nights and weekends")

    def _overloaded_responder(self) -> None:
        """One person takes three of four turns of a busy squad."""
        squad = self._organisation.squads[2]
        person, relief = squad.users[0].id, squad.users[1].id
        rotation = Rotation(
            self._organisation.mint.draw(), (person, person, person, relief), squad.time_zone
        )
        schedule = layered(
            self._organisation,
            f"{squad.team.name} front line",
            squad,
            [rotation],
            (render(rotation, self._horizon), self._horizon),
        )
        self._organisation.schedules.append(schedule)
        policy = self._standard(2)
        rules = (replace(policy.rules[0], targets=(on_schedule(schedule),)), *policy.rules[1:])
        self._organisation.replace_policy(replace(policy, rules=rules))
        self._busier(2, 3.0)
        self._note("overloaded_responder", "user", person, "three of four weeks on call")

    def _single_responder(self) -> None:
        squad = self._organisation.squads[3]
        person = squad.users[2].id
        rule = replace(self._standard(3).rules[0], targets=(on_user(person),))
        rule = replace(rule, id=self._organisation.mint.draw())
        policy = EscalationPolicy(
            self._organisation.mint.draw(), "Only one", 2, (rule,), (squad.team.id,)
        )
        self._organisation.policies.append(policy)
        service = self._service(3, 3)
        self._organisation.replace_service(replace(service, escalation_policy_id=policy.id))
        self._note("single_responder_service", "service", service.id, f"only {person}")

    def _noisy_service(self) -> None:
        service = self._service(0, 3)
        squad = self._organisation.squads[0]
        self._organisation.replace_service(replace(service, urgency="high"))
        self.quirks.ignored_services.add(service.id)
        self.quirks.self_clearing.add(service.id)
        self.quirks.weights[service.id] = 6.0
        self._note("noisy_service", "service", service.id, f"clears itself, {squad.team.name}")

    def _auto_resolve_wall(self) -> None:
        service = self._service(6, 4)
        self._organisation.replace_service(
            replace(service, auto_resolve_timeout=14_400, acknowledgement_timeout=None)
        )
        self.quirks.abandoned_services.add(service.id)
        self.quirks.weights[service.id] = 2.0
        self._note("auto_resolve_wall", "service", service.id, "closed by the 4-hour timeout")

    def _cascades(self) -> None:
        declared = (self._service(4, 3).id, self._service(5, 0).id)
        undeclared = (self._service(8, 3).id, self._service(7, 1).id)
        self._organisation.dependencies.append(
            Dependency(
                self._organisation.mint.draw("D", 9),
                declared[0],
                "technical_service",
                declared[1],
                "technical_service",
            )
        )
        self.quirks.cascades = [declared, undeclared]
        for kind, (supporting, dependent) in (("declared", declared), ("undeclared", undeclared)):
            self.quirks.weights[supporting] = 1.5
            self._note("dependency_cascade", "service", supporting, f"{kind}, to {dependent}")

    def _together(self) -> None:
        """Two services of different squads fail of one cause; neither is first."""
        one, other = self._service(1, 4).id, self._service(7, 4).id
        self.quirks.together = [(one, other)]
        self._note("dependency_cascade", "service", one, f"undeclared, neither first, to {other}")

    def _nights(self) -> None:
        """Three people share the days, from 08:00 to 22:00; one has all nights."""
        squad = self._organisation.squads[3]
        *by_day, at_night = squad.primary
        rotations = [
            Rotation(self._organisation.mint.draw(), tuple(people), squad.time_zone, window=window)
            for people, window in ((by_day, (8, 22)), ((at_night,), (22, 32)))
        ]
        spans = sorted(span for rotation in rotations for span in render(rotation, self._horizon))
        schedule = layered(
            self._organisation,
            f"{squad.team.name} day and night",
            squad,
            rotations,
            (spans, self._horizon),
        )
        self._organisation.schedules.append(schedule)
        policy = self._standard(3)
        rules = (replace(policy.rules[0], targets=(on_schedule(schedule),)), *policy.rules[1:])
        self._organisation.replace_policy(replace(policy, rules=rules))
        self._note("nights_on_one_person", "user", at_night, "every night from 22:00 to 08:00")
