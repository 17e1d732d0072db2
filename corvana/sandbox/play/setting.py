"""The setting in which every incident of a world is played."""

from collections import deque
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from corvana.sandbox.play.roster import Roster
from corvana.sandbox.world.model import EscalationPolicy, Service
from corvana.sandbox.world.responders import Habit, LocalHours


class Arrival(NamedTuple):
    """A problem on a service at an instant. `clears_after`: the monitor recovers without people."""

    at: int
    service_id: str
    by_hand: bool = False
    cascaded: bool = False
    clears_after: int | None = None


@dataclass(slots=True)
class Quirks:
    """Behaviour changed by planted bottlenecks."""

    slow_policies: set[str] = field(default_factory=set)
    machine_policies: set[str] = field(default_factory=set)
    deaf_levels: set[tuple[str, int]] = field(default_factory=set)
    deaf_policies: set[str] = field(default_factory=set)
    slow_fix_services: set[str] = field(default_factory=set)
    ignored_services: set[str] = field(default_factory=set)
    abandoned_services: set[str] = field(default_factory=set)
    ping_pong: dict[str, str] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    self_clearing: set[str] = field(default_factory=set)
    cascades: list[tuple[str, str]] = field(default_factory=list)
    together: list[tuple[str, str]] = field(default_factory=list)


class Neighbour(NamedTuple):
    """An earlier incident of the same team, into which another incident could be merged until it
    was first resolved."""

    id: str
    created: int
    closed: int | None


@dataclass(slots=True)
class Setting:
    end: int
    roster: Roster
    hours: LocalHours
    habits: dict[str, Habit]
    services: dict[str, Service]
    policies: dict[str, EscalationPolicy]
    colleagues: dict[str, tuple[str, ...]]
    policy_ids: tuple[str, ...]
    experts: tuple[str, ...]
    integrations: dict[str, str]
    quirks: Quirks
    recent: dict[str, deque[Neighbour]]

    def merge_target(self, team_id: str, second: int, rng: Random) -> str | None:
        """An incident of the team that is open at that instant."""
        open_ones = [
            each.id
            for each in self.recent[team_id]
            if each.created < second and (each.closed is None or each.closed > second)
        ]
        return rng.choice(open_ones) if open_ones else None
