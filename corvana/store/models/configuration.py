"""How the account is set up. A row with `deleted_at` is a tombstone: gone at PagerDuty."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from corvana.store.instant import Instant
from corvana.store.label import Label


class Service(SQLModel, table=True):
    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    label: str = Field(sa_type=Label)
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
    label: str = Field(sa_type=Label)
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
    label: str = Field(sa_type=Label)
    kind: str
    time_zone: str | None = None
    team_ids: str = ""
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class Priority(SQLModel, table=True):
    """`severity` is the place in PagerDuty's list: 1 is the most severe."""

    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    label: str = Field(sa_type=Label)
    severity: int
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class BusinessService(SQLModel, table=True):
    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    label: str = Field(sa_type=Label)
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
    label: str = Field(sa_type=Label)
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class Responder(SQLModel, table=True):
    """A person, as a pseudonym."""

    connection_id: str = Field(primary_key=True)
    responder: str = Field(primary_key=True)
    role: str
    time_zone: str | None = None
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class ConfigurationVersion(SQLModel, table=True):
    """How an object was configured from `seen_at` on; `state` is null once it is deleted.

    Needed to compare before and after a change: the tables of the nouns hold only the present.
    """

    connection_id: str = Field(primary_key=True)
    noun: str = Field(primary_key=True)
    object_id: str = Field(primary_key=True)
    seen_at: datetime = Field(primary_key=True, sa_type=Instant)
    state: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
