"""The nouns of the simulated account, as the simulation writes them and the API serves them.

All instants are aware UTC datetimes with whole seconds. Ids look like PagerDuty's: `P` or `Q`
followed by capitals and digits, log entry ids `R…`; log entry ids of one incident sort in the
order things happened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from corvana.sandbox.world.truth import Truth

Agent = Literal["user", "service", "integration"]
Urgency = Literal["high", "low", "severity_based"]


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class User:
    id: str
    name: str
    email: str
    phone: str
    job_title: str
    role: str
    time_zone: str
    team_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """One person on call, `start` inclusive, `end` exclusive, after layers and overrides."""

    user_id: str
    start: datetime
    end: datetime
    source: Literal["rotation", "override", "custom_shift", "custom_shift_override"] = "rotation"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule. `kind` v2: layer-based (one person at a time), v3: shift-based (may overlap).

    `shifts` are sorted and cover the whole history and 100 days ahead. Time outside them is a gap.
    """

    id: str
    name: str
    kind: Literal["v2", "v3"]
    time_zone: str
    team_ids: tuple[str, ...]
    shifts: tuple[Shift, ...]
    layers: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    id: str
    kind: Literal["user", "schedule", "schedule_v3"]


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    delay_minutes: int
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class EscalationPolicy:
    id: str
    name: str
    num_loops: int
    rules: tuple[Rule, ...]
    team_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SupportHours:
    """Whole local hours on some weekdays (1 is Monday), and the urgency inside and outside."""

    time_zone: str
    days: tuple[int, ...]
    start_hour: int
    end_hour: int
    during: Urgency
    outside: Urgency


@dataclass(frozen=True, slots=True)
class Service:
    """A service. `urgency` is the constant rule; it is ignored when there are `support_hours`.

    `auto_pause_timeout`: seconds for which an alert waits before it opens an incident.
    """

    id: str
    name: str
    description: str
    status: str
    created_at: datetime
    auto_resolve_timeout: int | None
    acknowledgement_timeout: int | None
    escalation_policy_id: str
    team_ids: tuple[str, ...]
    urgency: Urgency
    support_hours: SupportHours | None = None
    auto_pause_timeout: int | None = None


@dataclass(frozen=True, slots=True)
class BusinessService:
    id: str
    name: str
    team_id: str | None


@dataclass(frozen=True, slots=True)
class Dependency:
    id: str
    supporting_id: str
    supporting_kind: Literal["technical_service", "business_service"]
    dependent_id: str
    dependent_kind: Literal["technical_service", "business_service"]


@dataclass(frozen=True, slots=True)
class Priority:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class MaintenanceWindow:
    """A time in which its services open no incidents. `number` is in the order of planning."""

    id: str
    number: int
    start: datetime
    end: datetime
    service_ids: tuple[str, ...]
    team_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlertGrouping:
    """How alerts of some services form one incident. `config` is in PagerDuty's form."""

    id: str
    kind: Literal["time", "intelligent", "content_based", "content_based_intelligent"]
    config: Mapping[str, Any]
    service_ids: tuple[str, ...]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One event of an incident. `type` has no suffix `_log_entry`."""

    id: str
    type: str
    at: datetime
    agent_kind: Agent | None
    agent_id: str | None
    channel_type: str
    assignee_ids: tuple[str, ...] = ()
    notified_user_id: str | None = None
    notification_type: str | None = None
    snoozed_until: datetime | None = None
    linked_incident_id: str | None = None
    old_priority_id: str | None = None
    new_priority_id: str | None = None


@dataclass(frozen=True, slots=True)
class ResponderRequest:
    user_id: str
    requester_id: str
    requested_at: datetime
    state: Literal["pending", "joined", "declined"]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PriorityChange:
    at: datetime
    priority_id: str | None


@dataclass(frozen=True, slots=True)
class IncidentState:
    """The incident's state in `GET /incidents` from `at` on, until the next state."""

    at: datetime
    status: Literal["triggered", "acknowledged", "resolved"]
    urgency: Literal["high", "low"]
    escalation_policy_id: str
    assigned_via: Literal["escalation_policy", "direct_assignment"]
    assignee_ids: tuple[str, ...]
    acknowledger_ids: tuple[str, ...]
    last_changed_by: str | None
    last_changed_by_kind: Agent | None
    resolved_at: datetime | None
    merged_into: str | None


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident: its constant part, its log and its successive states, both in time order.

    From `deleted_at` on, the API serves neither the incident nor its log. `priority_changes` are in
    time order; the last change so far counts, and `priority_id` before the first change.
    """

    id: str
    number: int
    title: str
    description: str
    service_id: str
    team_ids: tuple[str, ...]
    priority_id: str | None
    created_at: datetime
    log_entries: tuple[LogEntry, ...]
    states: tuple[IncidentState, ...]
    responder_requests: tuple[ResponderRequest, ...] = ()
    priority_changes: tuple[PriorityChange, ...] = ()
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Planted:
    """A bottleneck put into the world on purpose; only tests may read it."""

    kind: str
    subject_type: str
    subject_id: str
    detail: str


@dataclass(frozen=True, slots=True)
class World:
    """One simulated account between `start` and `end`.

    `end` may lie in the future. The API shows only events before the time of its clock, so new
    events appear while the sandbox runs. `truth` maps an incident id to its lifecycle at `end`. The
    simulation records it while it plays the incident; it is never derived from the log.
    `connected_role` replaces the connected user's role; None keeps the granted role.
    """

    seed: int
    account_id: str
    subdomain: str
    start: datetime
    end: datetime
    teams: Sequence[Team]
    users: Sequence[User]
    schedules: Sequence[Schedule]
    escalation_policies: Sequence[EscalationPolicy]
    services: Sequence[Service]
    business_services: Sequence[BusinessService]
    dependencies: Sequence[Dependency]
    priorities: Sequence[Priority]
    incidents: Sequence[Incident]
    truth: Mapping[str, Truth] = field(default_factory=dict)
    planted: Sequence[Planted] = ()
    maintenance_windows: Sequence[MaintenanceWindow] = ()
    alert_groupings: Sequence[AlertGrouping] = ()
    connected_role: str | None = None
