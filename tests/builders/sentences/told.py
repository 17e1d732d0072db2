"""Accounts told by hand: what happened to each incident, who was on call, and what is declared.

Whoever tells an account knows its numbers. `tests.builders.sentences.facts` reads them off in plain
Python; `tests.builders.sentences.stored` makes the rows that PagerDuty would have given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

START: Final = datetime(2026, 3, 2, tzinfo=UTC)
"""A Monday midnight; the account's and everybody's clock is UTC."""
MACHINE: Final = "machine"
"""Acknowledges by its own key, so PagerDuty's log names a service and no person."""


@dataclass(frozen=True, kw_only=True)
class Life:
    """What happened to one incident; `hour` is since START, minutes are since the incident's start.

    It begins on level 1 of its service's policy. `climbed` are the minutes in which it came to the
    next level by the timer, `called` those in which a person sent it on by hand. `resolver` is a
    person, or empty for the service.
    """

    service: str
    hour: float
    urgency: str = "high"
    acked: float | None = None
    acker: str = ""
    resolved: float | None = None
    resolver: str = ""
    climbed: Sequence[float] = ()
    called: Sequence[float] = ()
    exhausted: float | None = None
    repeated: float | None = None
    is_merged: bool = False
    is_direct: bool = False
    reopened: float | None = None
    resolved_again: float | None = None

    @property
    def at(self) -> datetime:
        return START + timedelta(hours=self.hour)

    @property
    def is_acked(self) -> bool:
        """Whether a person acknowledged it before its first resolve."""
        if self.acked is None or self.acker == MACHINE:
            return False
        return self.resolved is None or self.acked <= self.resolved

    @property
    def is_open(self) -> bool:
        return self.resolved is None or (self.reopened is not None and self.resolved_again is None)


Turns = Sequence[tuple[str, float, float]]
"""A person with the first and the last hour of a shift, since START."""


def weekly(*people: str, weeks: int = 20, first: int = 0) -> Turns:
    """One person a week in turn, around the clock."""
    hours = 7 * 24
    return [
        (people[week % len(people)], week * hours, (week + 1) * hours)
        for week in range(first, weeks)
    ]


SERVICES: Final = {"payments": "pay_policy", "ledger": "pay_policy", "search": "web_policy"}
TEAMS: Final = {"payments": "money", "ledger": "money", "search": "web"}
POLICIES: Final = {
    "pay_policy": (("front_line",), ("second_line",)),
    "web_policy": (("web_line",), ("boss",)),
}
SCHEDULES: Final = {
    "front_line": weekly("ann", "bob", "cat"),
    "second_line": weekly("dan", "eva"),
    "web_line": weekly("fay", "gus"),
}
"""How an account is set up unless it is told otherwise. Nobody is on two schedules."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Told:
    """An account. A level of a policy is a list of schedules and people.

    `services` are by id their policy, `teams` by service. An edge is a dependent and the service it
    needs. `maintenance` are services with the first and the last hour of a window. `delay` is the
    minutes after which every level hands on.
    """

    name: str
    lives: Sequence[Life]
    services: Mapping[str, str] = field(default_factory=lambda: SERVICES)
    policies: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=lambda: POLICIES)
    schedules: Mapping[str, Turns] = field(default_factory=lambda: SCHEDULES)
    teams: Mapping[str, str] = field(default_factory=lambda: TEAMS)
    edges: Sequence[tuple[str, str]] = ()
    maintenance: Sequence[tuple[str, float, float]] = ()
    days: int = 28
    delay: int = 15

    @property
    def as_of(self) -> datetime:
        return START + timedelta(days=self.days)

    def is_in_maintenance(self, life: Life) -> bool:
        return any(
            life.service == service and start <= life.hour < end
            for service, start, end in self.maintenance
        )

    def on_call(self, target: str, at: datetime) -> list[str]:
        """The people whom a target of a level pages."""
        if target not in self.schedules:
            return [target]
        hour = (at - START).total_seconds() / 3_600
        return [who for who, start, end in self.schedules[target] if start <= hour < end]

    def paged(self, life: Life, level: int, minute: float) -> list[str]:
        """The people who are paged when an incident comes to a level."""
        at = life.at + timedelta(minutes=minute)
        targets = self.policies[self.services[life.service]][level - 1]
        return [who for target in targets for who in self.on_call(target, at)]

    def steps(self, life: Life) -> list[tuple[float, int, str]]:
        """The minutes in which the incident came to a level, with the level and the cause."""
        further = sorted(
            [(minute, "timeout") for minute in life.climbed]
            + [(minute, "manual") for minute in life.called]
        )
        return [
            (0.0, 1, "first"),
            *((minute, 2 + number, cause) for number, (minute, cause) in enumerate(further)),
        ]
