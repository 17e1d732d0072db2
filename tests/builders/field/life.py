"""Services and incidents as PagerDuty sends them, written by hand.

Whatever a test adds to a body is sent as it is, fitting or not.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol, Self

from tests.builders.field.raw_account import Bodies, Row

DAY = "2026-11-12"
_LISTS = (
    "users",
    "schedules",
    "escalation_policies",
    "services",
    "teams",
    "priorities",
    "business_services",
    "maintenance_windows",
    "oncalls",
    "incidents",
    "log_entries",
    "relationships",
)
Shift = tuple[str, str, str | None]
"""A person's letter, start and end."""

_numbers = count(1001)


class Told(Protocol):
    """Has rows of an account."""

    def bodies(self) -> Bodies: ...


@dataclass(frozen=True)
class Rows:
    """Rows of one list, as they are."""

    name: str
    rows: list[Row]

    def bodies(self) -> Bodies:
        return {self.name: self.rows}


def merged(told: Iterable[Told]) -> Bodies:
    """One account of all rows. Of several rows with one id, the last one is sent."""
    lists: dict[str, dict[str, Row]] = {name: {} for name in _LISTS}
    for each in told:
        for name, rows in each.bodies().items():
            lists[name].update({row["id"]: row for row in rows})
    return {name: list(rows.values()) for name, rows in lists.items()}


def at(time: str) -> str:
    """A time of `DAY` as PagerDuty writes it. A text with a date stays as it is."""
    if "T" in time:
        return time
    return f"{DAY}T{time}Z" if time.count(":") == 2 else f"{DAY}T{time}:00Z"


def reference(id_: str, kind: str) -> Row:
    return {"id": id_, "type": f"{kind}_reference", "summary": "x"}


@dataclass
class Place:
    """One service with its policy, people and schedules, all named after `tag`.

    `levels` say whom each level of the policy pages: letters are people, digits are schedules.
    `people` are further people. `of_service` and `of_person` replace parts of these bodies.
    """

    tag: str
    levels: tuple[str, ...] = ("A",)
    zone: str = "Etc/UTC"
    people: str = ""
    of_service: Row = field(default_factory=dict)
    of_person: Row = field(default_factory=dict)
    schedules: list[Row] = field(default_factory=list)

    @property
    def service_id(self) -> str:
        return f"PV{self.tag}"

    @property
    def policy_id(self) -> str:
        return f"PE{self.tag}"

    def person(self, letter: str) -> str:
        return f"PU{self.tag}{letter}"

    def schedule_id(self, digit: str) -> str:
        return f"PS{self.tag}{digit}"

    def user(self, letter: str) -> Row:
        return reference(self.person(letter), "user")

    def scheduled(
        self,
        digit: str,
        *shifts: Shift,
        overrides: Iterable[Shift] = (),
        **more: Any,
    ) -> Self:
        """Add a schedule with these rendered shifts. `more` replaces parts of its body."""
        body = {
            "id": self.schedule_id(digit),
            "type": "schedule",
            "name": "schedule",
            "time_zone": self.zone,
            "teams": [],
            "final_schedule": self._rendered(shifts),
            "overrides_subschedule": self._rendered(overrides),
        }
        self.schedules.append(body | more)
        return self

    def _rendered(self, shifts: Iterable[Shift]) -> Row:
        entries = [
            {"start": start, "end": end, "user": self.user(who)} for who, start, end in shifts
        ]
        return {"rendered_schedule_entries": entries}

    def bodies(self) -> Bodies:
        letters = sorted({each for each in "".join(self.levels) + self.people if each.isalpha()})
        return {
            "users": [self._user(letter) for letter in letters],
            "schedules": self.schedules,
            "escalation_policies": [self._policy()],
            "services": [self._service()],
        }

    def _user(self, letter: str) -> Row:
        person = {"id": self.person(letter), "type": "user", "name": "A Person", "role": "user"}
        return person | {"email": "person@example.test", "time_zone": self.zone} | self.of_person

    def _target(self, name: str) -> Row:
        return self.user(name) if name.isalpha() else reference(self.schedule_id(name), "schedule")

    def _policy(self) -> Row:
        rules = [
            {
                "id": f"PR{self.tag}{number}",
                "escalation_delay_in_minutes": 10,
                "targets": [self._target(name) for name in level],
            }
            for number, level in enumerate(self.levels)
        ]
        policy = {"id": self.policy_id, "type": "escalation_policy", "name": "policy"}
        return policy | {"num_loops": 0, "teams": [], "escalation_rules": rules}

    def _service(self) -> Row:
        return {
            "id": self.service_id,
            "type": "service",
            "name": "service",
            "status": "active",
            "created_at": "2020-01-01T00:00:00Z",
            "auto_resolve_timeout": None,
            "acknowledgement_timeout": None,
            "escalation_policy": reference(self.policy_id, "escalation_policy"),
            "teams": [],
            "incident_urgency_rule": {"type": "constant", "urgency": "high"},
            "support_hours": None,
            "scheduled_actions": [],
        } | self.of_service


@dataclass
class Life:
    """One incident of a place and its log. `of_incident` replaces parts of its body."""

    place: Place
    opened: str
    status: str = "resolved"
    of_incident: Row = field(default_factory=dict)
    name: str = ""
    entries: list[Row] = field(default_factory=list)
    number: int = field(default_factory=lambda: next(_numbers))

    @property
    def id(self) -> str:
        return f"Q{self.place.tag}{self.name}"

    def paged(self, *letters: str) -> Self:
        """Log that the incident was opened by the service, which assigned it to these people."""
        self.log("trigger", self.opened)
        for letter in letters:
            self.log("assign", self.opened, to=letter)
        return self

    def log(
        self,
        kind: str,
        time: str,
        by: str | None = None,
        *,
        to: str | None = None,
        channel: str | Row | None = None,
        begins: str = "RMM",
        **more: Any,
    ) -> Self:
        """Log an entry by a person, or by the service. Its id begins with `begins`.

        `to` is who was assigned; `more` replaces parts of the entry.
        """
        agent = self.place.user(by) if by else reference(self.place.service_id, "service")
        channel = channel or ("website" if by else "auto")
        entry = {
            "id": f"{begins}{self.place.tag}{self.name}{len(self.entries):03}",
            "type": f"{kind}_log_entry",
            "created_at": at(time),
            "agent": agent,
            "channel": {"type": channel} if isinstance(channel, str) else channel,
            "incident": reference(self.id, "incident"),
            "teams": [],
        }
        assigned = {"assignees": [self.place.user(to)]} if to else {}
        self.entries.append(entry | assigned | more)
        return self

    def notified(self, time: str, who: str, *, begins: str = "RMM", **notification: str) -> Self:
        """Log a notification of a person, which has no agent."""
        channel = {"type": "auto", "notification": {"status": "success"} | notification}
        self.log("notify", time, channel=channel, begins=begins, user=self.place.user(who))
        del self.entries[-1]["agent"]
        return self

    def bodies(self) -> Bodies:
        incident = {
            "id": self.id,
            "type": "incident",
            "incident_number": self.number,
            "title": "t",
            "status": self.status,
            "urgency": "high",
            "created_at": at(self.opened),
            "service": reference(self.place.service_id, "service"),
            "escalation_policy": reference(self.place.policy_id, "escalation_policy"),
            "teams": [],
            "assignments": [],
            "acknowledgements": [],
            "assigned_via": "escalation_policy",
            "priority": None,
            "resolve_reason": None,
            "incidents_responders": [],
        }
        own = {"incidents": [incident | self.of_incident], "log_entries": self.entries}
        return {**self.place.bodies(), **own}
