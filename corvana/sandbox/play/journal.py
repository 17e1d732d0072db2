"""The records of one incident for the API: log entries and successive states."""

from typing import NamedTuple

from corvana.sandbox.world.instants import to_instant
from corvana.sandbox.world.model import Agent, IncidentState, LogEntry

People = tuple[str, ...]


class Actor(NamedTuple):
    """The author of an action, and its channel."""

    kind: Agent
    id: str
    channel: str


class Draft(NamedTuple):
    """A log entry before it has an id; the first three fields order all entries of the world."""

    at: int
    incident: int
    position: int
    type: str
    actor: Actor
    assignee_ids: People = ()
    notified_user_id: str | None = None
    notification_type: str | None = None
    snoozed_until: int | None = None

    def entry(self, entry_id: str) -> LogEntry:
        until = self.snoozed_until
        return LogEntry(
            entry_id,
            self.type,
            to_instant(self.at),
            self.actor.kind,
            self.actor.id,
            self.actor.channel,
            self.assignee_ids,
            self.notified_user_id,
            self.notification_type,
            None if until is None else to_instant(until),
        )


class Journal:
    """Collects the drafts and states of one incident in the order of events."""

    def __init__(self, incident: int) -> None:
        self._incident = incident
        self.drafts: list[Draft] = []
        self.states: list[IncidentState] = []

    def write(self, at: int, type_: str, actor: Actor, assignee_ids: People = ()) -> None:
        position = len(self.drafts)
        self.drafts.append(Draft(at, self._incident, position, type_, actor, assignee_ids))

    def write_notify(self, at: int, actor: Actor, user_id: str, means: str) -> None:
        position = len(self.drafts)
        self.drafts.append(Draft(at, self._incident, position, "notify", actor, (), user_id, means))

    def write_snooze(self, at: int, actor: Actor, until: int) -> None:
        position = len(self.drafts)
        self.drafts.append(
            Draft(at, self._incident, position, "snooze", actor, (), None, None, until)
        )

    def keep(self, state: IncidentState) -> None:
        self.states.append(state)
