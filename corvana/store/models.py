"""The tables.

Rows of a PagerDuty account carry `connection_id` and die with the connection. People appear only
as pseudonyms (columns named `responder`, `agent`, `assignees`).
"""

from datetime import datetime

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


class EscalationPolicy(SQLModel, table=True):
    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    label: str
    num_loops: int
    team_ids: str = ""


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


class Shift(SQLModel, table=True):
    """Part of a shift inside one collected window."""

    connection_id: str = Field(primary_key=True)
    schedule_id: str = Field(primary_key=True)
    responder: str = Field(primary_key=True)
    start: datetime = Field(primary_key=True, sa_type=Instant)
    end: datetime = Field(sa_type=Instant)


class Team(SQLModel, table=True):
    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    label: str


class Responder(SQLModel, table=True):
    """A person, as a pseudonym."""

    connection_id: str = Field(primary_key=True)
    responder: str = Field(primary_key=True)
    role: str
    time_zone: str | None = None


COLLECTED: tuple[type[SQLModel], ...] = (
    LogEntry,
    ResponderJoin,
    Incident,
    Shift,
    Schedule,
    EscalationTarget,
    EscalationPolicy,
    Service,
    Team,
    Responder,
    CollectionWindow,
    CollectionRun,
)
"""Every table a disconnect empties, children before parents; `Secret` goes first of all."""
