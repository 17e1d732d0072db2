"""Find who is on call on a level at an instant, by bisection over precomputed boundaries."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from corvana.sandbox.world.instants import to_seconds
from corvana.sandbox.world.model import EscalationPolicy, Schedule

People = tuple[str, ...]


class Landing(NamedTuple):
    """The level that an incident reaches, the people on call there, and how they were found."""

    level: int
    user_ids: People
    source: str


class _Timetable:
    """One schedule as boundaries and the people on call from each boundary on."""

    def __init__(self, schedule: Schedule) -> None:
        changes: dict[int, list[tuple[str, int]]] = {}
        for shift in schedule.shifts:
            changes.setdefault(to_seconds(shift.start), []).append((shift.user_id, 1))
            changes.setdefault(to_seconds(shift.end), []).append((shift.user_id, -1))
        self._bounds = sorted(changes)
        self._people: list[People] = [()]
        present: dict[str, int] = {}
        for bound in self._bounds:
            for user_id, change in changes[bound]:
                present[user_id] = present.get(user_id, 0) + change
            self._people.append(tuple(sorted(user for user, count in present.items() if count)))

    def at(self, second: int) -> People:
        return self._people[bisect_right(self._bounds, second)]


class Roster:
    """The account's policies and schedules, indexed for lookups."""

    def __init__(self, schedules: Iterable[Schedule], policies: Iterable[EscalationPolicy]) -> None:
        self._timetables = {schedule.id: _Timetable(schedule) for schedule in schedules}
        self._levels = {policy.id: _levels(policy) for policy in policies}

    def level(self, policy_id: str, level: int, second: int) -> Landing:
        direct, schedule_ids = self._levels[policy_id][level - 1]
        people = direct
        for schedule_id in schedule_ids:
            for user_id in self._timetables[schedule_id].at(second):
                if user_id not in people:
                    people = (*people, user_id)
        return Landing(level, people, "target" if direct else "schedule")

    def next_level(self, policy_id: str, after: int, second: int) -> Landing | None:
        """The first level above `after` on which a person is on call; None without one."""
        for level in range(after + 1, len(self._levels[policy_id]) + 1):
            landing = self.level(policy_id, level, second)
            if landing.user_ids:
                return landing
        return None


def _levels(policy: EscalationPolicy) -> list[tuple[People, People]]:
    return [
        (
            tuple(target.id for target in rule.targets if target.kind == "user"),
            tuple(target.id for target in rule.targets if target.kind != "user"),
        )
        for rule in policy.rules
    ]
