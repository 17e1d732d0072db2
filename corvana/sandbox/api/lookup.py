"""Indexes over the world, so that a page is found by bisection, not by a scan."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from corvana.sandbox.world.model import (
    EscalationPolicy,
    Incident,
    IncidentState,
    LogEntry,
    Priority,
    Schedule,
    Service,
    Shift,
    Team,
    User,
    World,
)


@dataclass(frozen=True, slots=True)
class Happening:
    """A log entry and its incident."""

    entry: LogEntry
    incident: Incident


class Lookup:
    """The lookups of the API in the world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.users: dict[str, User] = {item.id: item for item in world.users}
        self.teams: dict[str, Team] = {item.id: item for item in world.teams}
        self.schedules: dict[str, Schedule] = {item.id: item for item in world.schedules}
        self.services: dict[str, Service] = {item.id: item for item in world.services}
        self.priorities: dict[str, Priority] = {item.id: item for item in world.priorities}
        self.policies: dict[str, EscalationPolicy] = {
            item.id: item for item in world.escalation_policies
        }
        self.business_ids = {item.id for item in world.business_services}
        self.incidents: dict[str, Incident] = {item.id: item for item in world.incidents}
        self.by_creation = sorted(world.incidents, key=lambda item: (item.created_at, item.number))
        self._created = [item.created_at for item in self.by_creation]
        self.log = sorted(
            (Happening(entry, item) for item in world.incidents for entry in item.log_entries),
            key=lambda row: row.entry.at,
        )

        self._logged = [row.entry.at for row in self.log]
        self._state_times = {
            item.id: [state.at for state in item.states] for item in world.incidents
        }
        self.any_deleted = any(item.deleted_at for item in world.incidents)
        self._ends = {item.id: running_latest(item.shifts) for item in world.schedules}

    def created_between(self, since: datetime, until: datetime) -> Sequence[Incident]:
        """Return incidents, oldest first; `since` inclusive, `until` exclusive."""
        first, last = bisect_left(self._created, since), bisect_left(self._created, until)
        return self.by_creation[first:last]

    def logged_between(self, since: datetime, until: datetime) -> tuple[int, int]:
        """Return start and end of the positions in `log`; `until` exclusive."""
        return bisect_left(self._logged, since), bisect_left(self._logged, until)

    @staticmethod
    def exists(incident: Incident, now: datetime) -> bool:
        """Whether the incident was opened and not deleted."""
        return incident.created_at <= now and (
            incident.deleted_at is None or incident.deleted_at > now
        )

    @staticmethod
    def priority_id(incident: Incident, now: datetime) -> str | None:
        made = [change for change in incident.priority_changes if change.at <= now]
        return made[-1].priority_id if made else incident.priority_id

    def state_position(self, incident: Incident, now: datetime) -> int:
        """Return the position of the incident's state at `now`, at least the first state."""
        return max(bisect_right(self._state_times[incident.id], now) - 1, 0)

    def state(self, incident: Incident, now: datetime) -> IncidentState:
        return incident.states[self.state_position(incident, now)]

    def shifts_between(self, schedule: Schedule, since: datetime, until: datetime) -> list[Shift]:
        """Return the shifts that overlap the window, not truncated, in order."""
        first = bisect_right(self._ends[schedule.id], since)
        found = []
        for shift in schedule.shifts[first:]:
            if shift.start >= until:
                break
            if shift.end > since:
                found.append(shift)
        return found


def running_latest(shifts: Iterable[Shift]) -> list[datetime]:
    """Return, for each shift, the latest end so far: sorted even where shifts overlap."""
    latest = datetime.min.replace(tzinfo=UTC)
    ends = []
    for shift in shifts:
        latest = max(latest, shift.end)
        ends.append(latest)
    return ends
