"""The lifecycle of one incident, counted while it is played. It is never read from its log."""

from dataclasses import dataclass, field
from typing import NamedTuple

from corvana.sandbox.world.instants import to_instant
from corvana.sandbox.world.truth import Truth

_PAGES = ("push", "phone", "sms")


class _Assignment(NamedTuple):
    """One assignment. `level` is None for a direct assignment to a person."""

    level: int | None
    source: str | None
    ordinal: int
    delegations: int


@dataclass(slots=True)
class LifecycleCount:
    """Counters and intervals, updated by `IncidentLife`."""

    first_page: int | None = None
    first_assignment: int | None = None
    notifications: int = 0
    first_ack: tuple[int, str] | None = None
    first_ack_assignment: int = -1
    first_resolved: int | None = None
    last_resolved: int | None = None
    resolution: str = "open"
    reopened: bool = False
    repeated: bool = False
    exhausted: bool = False
    escalations: dict[str, int] = field(default_factory=dict)
    reassignments: int = 0
    delegations: int = 0
    user_acks: int = 0
    service_acks: int = 0
    ack_timeouts: int = 0
    snoozes: int = 0
    engaged: int = 0
    asleep: int = 0
    snoozed: int = 0
    _assignments: list[_Assignment] = field(default_factory=list)
    _present: dict[str, int] = field(default_factory=dict)
    _engagements: dict[str, int] = field(default_factory=dict)
    _naps: list[tuple[int, int]] = field(default_factory=list)
    _nap: tuple[int, int] | None = None

    def notify(self, at: int, means: str) -> None:
        self.notifications += 1
        if self.first_page is None and means in _PAGES:
            self.first_page = at

    def assign_level(self, at: int, level: int, source: str, ordinal: int) -> None:
        self._wake(at)
        if self.first_assignment is None:
            self.first_assignment = at
        self._assignments.append(_Assignment(level, source, ordinal, self.delegations))

    def assign_person(self, at: int) -> None:
        self._wake(at)
        if self.first_assignment is None:
            self.first_assignment = at
        else:
            self.reassignments += 1
        self._assignments.append(_Assignment(None, None, 0, self.delegations))

    def delegate(self) -> None:
        self.delegations += 1
        self.reassignments += 1

    def escalate(self, cause: str) -> None:
        self.escalations[cause] = self.escalations.get(cause, 0) + 1

    def acknowledge(self, at: int, user_id: str) -> None:
        self._wake(at)
        self.user_acks += 1
        if self.first_ack is None and self.first_resolved is None:
            self.first_ack = (at, user_id)
            self.first_ack_assignment = len(self._assignments) - 1
        self.engage(at, user_id)

    def acknowledge_by_service(self, at: int) -> None:
        self._wake(at)
        self.service_acks += 1

    def engage(self, at: int, user_id: str) -> None:
        self._present.setdefault(user_id, at)
        self._engagements.setdefault(user_id, at)

    def unacknowledge(self, at: int) -> None:
        self._wake(at)
        self.ack_timeouts += 1

    def snooze(self, at: int, until: int) -> None:
        self._wake(at)
        self.snoozes += 1
        self._nap = (at, until)

    def _wake(self, at: int) -> None:
        if self._nap is None:
            return
        start, until = self._nap
        end = min(at, until)
        self._naps.append((start, end))
        self.snoozed += end - start
        self._nap = None

    def resolve(self, at: int, resolution: str) -> None:
        self._wake(at)
        self.resolution = resolution
        self.last_resolved = at
        if self.first_resolved is None:
            self.first_resolved = at
        for since in self._present.values():
            self.engaged += at - since
            self.asleep += sum(max(0, end - max(start, since)) for start, end in self._naps)
        self._present.clear()
        self._naps.clear()

    def reopen(self) -> None:
        self.reopened = True
        self.resolution = "open"
        self.last_resolved = None

    def close(self, truth: Truth, created: int, end: int) -> Truth:
        """Return `truth` with all fields that were not known at the start."""
        self._wake(end)
        self._close_paging(truth)
        self._close_acknowledgement(truth, created)
        self._close_resolution(truth, created)
        self._close_engagement(truth, created)
        self._close_counts(truth)
        return truth

    def _close_paging(self, truth: Truth) -> None:
        truth.pages_proxy = self.notifications == 0
        paged = self.first_assignment if truth.pages_proxy else self.first_page
        truth.first_paged_at = None if paged is None else to_instant(paged)
        truth.notification_count = self.notifications

    def _close_acknowledgement(self, truth: Truth, created: int) -> None:
        truth.acknowledgement_count = self.user_acks
        truth.service_acknowledgement_count = self.service_acks
        truth.ack_timeout_count = self.ack_timeouts
        levels = [self._level(each)[0] for each in self._assignments]
        truth.max_level_reached = max((each for each in levels if each is not None), default=None)
        if self.first_ack is None:
            return
        at, truth.acknowledged_by = self.first_ack
        truth.first_acknowledged_at = to_instant(at)
        truth.seconds_to_first_ack = float(max(0, at - created))
        truth.clock_skew = at < created
        assignment = self._assignments[self.first_ack_assignment]
        truth.acknowledged_level, truth.level_source = self._level(assignment)

    def _level(self, assignment: _Assignment) -> tuple[int | None, str | None]:
        """(level, source). Between two delegations the policy is unknown: use the position."""
        if assignment.level is not None and 0 < assignment.delegations < self.delegations:
            return assignment.ordinal, "ordinal"
        return assignment.level, assignment.source

    def _close_resolution(self, truth: Truth, created: int) -> None:
        truth.resolution = self.resolution
        truth.reopened = self.reopened
        if self.first_resolved is not None:
            truth.first_resolved_at = to_instant(self.first_resolved)
        if self.last_resolved is None:
            return
        truth.resolved_at = to_instant(self.last_resolved)
        if self.first_resolved is not None:
            truth.seconds_to_resolve = float(self.first_resolved - created)

    def _close_engagement(self, truth: Truth, created: int) -> None:
        truth.snoozed_seconds = float(self.snoozed)
        truth.snooze_count = self.snoozes
        truth.responder_count = len(self._engagements)
        if len(self._engagements) > 1:
            first, last = min(self._engagements.values()), max(self._engagements.values())
            truth.seconds_to_engage = float(last - first)
            truth.seconds_to_mobilize = float(last - created)
        if self.resolution != "open":
            truth.engaged_seconds = float(self.engaged)
            truth.active_seconds = float(self.engaged - self.asleep)

    def _close_counts(self, truth: Truth) -> None:
        truth.timeout_escalation_count = self.escalations.get("timeout", 0)
        truth.manual_escalation_count = self.escalations.get("manual", 0)
        truth.unknown_escalation_count = self.escalations.get("unknown", 0)
        truth.reassignment_count = self.reassignments
        truth.repeated = self.repeated
        truth.exhausted = self.exhausted
