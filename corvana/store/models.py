"""The tables.

Rows of a PagerDuty account carry `connection_id` and die with the connection. People appear only
as pseudonyms (columns named `responder`, `agent`, `assignees`). A row with `deleted_at` is a
tombstone: the object is gone at PagerDuty, its history stays.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, LargeBinary
from sqlmodel import Field, SQLModel

from corvana.store.instant import Instant


class Engagement(SQLModel, table=True):
    """One assessment of one client."""

    id: str = Field(primary_key=True)
    name: str
    status: str = "active"
    created_at: datetime = Field(sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)


class OAuthState(SQLModel, table=True):
    """A connection attempt on its way through PagerDuty; taken once, lives ten minutes."""

    state_hash: str = Field(primary_key=True)
    browser_hash: str
    engagement_id: str
    verifier: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    expires_at: datetime = Field(sa_type=Instant)


class Connection(SQLModel, table=True):
    """One PagerDuty account joined to an engagement."""

    id: str = Field(primary_key=True)
    engagement_id: str = Field(index=True)
    account_id: str
    account_label: str
    region: str
    audience: str
    connected_role: str
    partial: bool = False
    status: str = "connected"
    status_reason: str | None = None
    connected_at: datetime = Field(sa_type=Instant)
    collected_at: datetime | None = Field(default=None, sa_type=Instant)
    requested_at: datetime | None = Field(default=None, sa_type=Instant)
    next_run_at: datetime | None = Field(default=None, sa_type=Instant)
    data_version: int = 0
    lease_holder: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=Instant)


class Secret(SQLModel, table=True):
    """Encrypted tokens and the pseudonym key of a connection; the first thing a purge destroys."""

    connection_id: str = Field(primary_key=True)
    tokens: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    pseudonym_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    expires_at: datetime = Field(sa_type=Instant)


class CollectionRun(SQLModel, table=True):
    """One run of the collectors over one connection, and how far it is."""

    id: str = Field(primary_key=True)
    connection_id: str = Field(index=True)
    status: str = "running"
    trigger: str = "schedule"
    started_at: datetime = Field(sa_type=Instant)
    finished_at: datetime | None = Field(default=None, sa_type=Instant)
    until: datetime = Field(sa_type=Instant)
    windows_total: int = 0
    windows_done: int = 0
    rows: int = 0
    requests: int = 0
    unreadable: int = 0
    duplicates: int = 0
    without_incident: int = 0
    unknown_types: int = 0
    activity: str = ""
    error: str | None = None


class CollectionWindow(SQLModel, table=True):
    """A span of time of one noun that has been collected, or could not be in full."""

    connection_id: str = Field(primary_key=True)
    noun: str = Field(primary_key=True)
    since: datetime = Field(primary_key=True, sa_type=Instant)
    until: datetime = Field(primary_key=True, sa_type=Instant)
    rows: int
    incomplete: bool = False
    finished_at: datetime = Field(sa_type=Instant)


class NounStatus(SQLModel, table=True):
    """When a noun was last read, and what PagerDuty said when it could not be.

    `error` is the name of an error class, never its message.
    """

    connection_id: str = Field(primary_key=True)
    noun: str = Field(primary_key=True)
    attempted_at: datetime = Field(sa_type=Instant)
    succeeded_at: datetime | None = Field(default=None, sa_type=Instant)
    rows: int = 0
    error: str | None = None


class ConfigurationVersion(SQLModel, table=True):
    """How an object was configured from `seen_at` on; `state` is null once it is deleted.

    Needed to compare before and after a change: the tables of the nouns hold only the present.
    """

    connection_id: str = Field(primary_key=True)
    noun: str = Field(primary_key=True)
    object_id: str = Field(primary_key=True)
    seen_at: datetime = Field(primary_key=True, sa_type=Instant)
    state: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))


class WorkerHeartbeat(SQLModel, table=True):
    """Says that a worker is alive."""

    worker_id: str = Field(primary_key=True)
    started_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)


class Receipt(SQLModel, table=True):
    """What a disconnect deleted: counts and times, no metadata of the account."""

    id: str = Field(primary_key=True)
    engagement_id: str = Field(index=True)
    requested_at: datetime = Field(sa_type=Instant)
    completed_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked: bool | None = None
    counts: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class Incident(SQLModel, table=True):
    """An incident as last collected; its life is in its log entries."""

    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    number: int = Field(sa_type=BigInteger)
    status: str
    urgency: str
    service_id: str | None = None
    escalation_policy_id: str | None = None
    team_ids: str = ""
    priority: str | None = None
    assigned_via: str
    merged: bool = False
    created_at: datetime = Field(sa_type=Instant, index=True)
    updated_at: datetime = Field(sa_type=Instant)
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class ResponderJoin(SQLModel, table=True):
    """An accepted responder request."""

    connection_id: str = Field(primary_key=True)
    incident_id: str = Field(primary_key=True)
    responder: str = Field(primary_key=True)
    joined_at: datetime = Field(sa_type=Instant)


class LogEntry(SQLModel, table=True):
    """One thing that happened to an incident."""

    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    incident_id: str = Field(index=True)
    type: str
    at: datetime = Field(sa_type=Instant)
    agent_type: str | None = None
    agent: str | None = None
    channel_type: str | None = None
    notification_type: str | None = None
    responder: str | None = None
    assignees: str = ""
    until: datetime | None = Field(default=None, sa_type=Instant)


class Service(SQLModel, table=True):
    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    label: str
    status: str
    created_at: datetime | None = Field(default=None, sa_type=Instant)
    escalation_policy_id: str | None = None
    team_ids: str = ""
    auto_resolve_timeout: int | None = None
    acknowledgement_timeout: int | None = None
    urgency_rule: str | None = None
    urgency: str | None = None
    urgency_during_support_hours: str | None = None
    urgency_outside_support_hours: str | None = None
    support_time_zone: str | None = None
    support_days: str | None = None
    support_start: str | None = None
    support_end: str | None = None
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class EscalationPolicy(SQLModel, table=True):
    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    label: str
    num_loops: int
    team_ids: str = ""
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class EscalationTarget(SQLModel, table=True):
    """One target of one level: a responder (pseudonym) or a schedule (id)."""

    connection_id: str = Field(primary_key=True)
    escalation_policy_id: str = Field(primary_key=True)
    level: int = Field(primary_key=True)
    target: str = Field(primary_key=True)
    target_type: str
    escalation_delay_in_minutes: int


class Schedule(SQLModel, table=True):
    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    label: str
    kind: str
    time_zone: str | None = None
    team_ids: str = ""
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class Shift(SQLModel, table=True):
    """Part of a shift inside one collected window."""

    connection_id: str = Field(primary_key=True)
    schedule_id: str = Field(primary_key=True)
    responder: str = Field(primary_key=True)
    start: datetime = Field(primary_key=True, sa_type=Instant)
    end: datetime = Field(sa_type=Instant)


class ScheduleOverride(SQLModel, table=True):
    """Part, inside one collected window, of somebody standing in for the rotation."""

    connection_id: str = Field(primary_key=True)
    schedule_id: str = Field(primary_key=True)
    responder: str = Field(primary_key=True)
    start: datetime = Field(primary_key=True, sa_type=Instant)
    end: datetime = Field(sa_type=Instant)


class ScheduleCoverage(SQLModel, table=True):
    """Share of a coming span in which a schedule has somebody on call, as PagerDuty rendered it."""

    connection_id: str = Field(primary_key=True)
    schedule_id: str = Field(primary_key=True)
    since: datetime = Field(primary_key=True, sa_type=Instant)
    until: datetime = Field(sa_type=Instant)
    percentage: float


class OnCall(SQLModel, table=True):
    """Who was on call at which level when a snapshot was taken; permanent on-calls have no shift.

    `schedule_id` is empty for somebody named in the policy directly.
    """

    connection_id: str = Field(primary_key=True)
    taken_at: datetime = Field(primary_key=True, sa_type=Instant)
    escalation_policy_id: str = Field(primary_key=True)
    level: int = Field(primary_key=True)
    responder: str = Field(primary_key=True)
    schedule_id: str = Field(primary_key=True)
    start: datetime | None = Field(default=None, sa_type=Instant)
    end: datetime | None = Field(default=None, sa_type=Instant)


class Priority(SQLModel, table=True):
    """`severity` is the place in PagerDuty's list: 1 is the most severe."""

    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    label: str
    severity: int
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class BusinessService(SQLModel, table=True):
    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    label: str
    team_id: str | None = None
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class ServiceDependency(SQLModel, table=True):
    """`dependent` needs `supporting`; a type is `technical_service` or `business_service`."""

    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    supporting_id: str
    supporting_type: str
    dependent_id: str
    dependent_type: str
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class MaintenanceWindow(SQLModel, table=True):
    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    start: datetime = Field(sa_type=Instant)
    end: datetime = Field(sa_type=Instant)
    service_ids: str = ""
    team_ids: str = ""
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class AlertGroupingSetting(SQLModel, table=True):
    """How alerts of services are grouped into incidents; seconds."""

    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    type: str
    service_ids: str = ""
    timeout: int | None = None
    time_window: int | None = None
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class Team(SQLModel, table=True):
    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    label: str
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class Responder(SQLModel, table=True):
    """A person, as a pseudonym."""

    connection_id: str = Field(primary_key=True)
    responder: str = Field(primary_key=True)
    role: str
    time_zone: str | None = None
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


COLLECTED: tuple[type[SQLModel], ...] = (
    LogEntry,
    ResponderJoin,
    Incident,
    OnCall,
    ScheduleOverride,
    ScheduleCoverage,
    Shift,
    Schedule,
    EscalationTarget,
    EscalationPolicy,
    AlertGroupingSetting,
    MaintenanceWindow,
    ServiceDependency,
    BusinessService,
    Service,
    Priority,
    Team,
    Responder,
    ConfigurationVersion,
    NounStatus,
    CollectionWindow,
    CollectionRun,
)
"""Every table a disconnect empties, children before parents; `Secret` goes first of all."""
