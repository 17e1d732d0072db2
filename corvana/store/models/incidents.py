"""Incidents and what happened to them."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from corvana.store.instant import Instant
from corvana.store.models.collected import Collected


class LogEntry(Collected, table=True):
    """One thing that happened to an incident."""

    words: ClassVar = "log entries"

    __table_args__ = (Index("ix_logentry_incident", "connection_id", "incident_id"),)

    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    incident_id: str
    type: str
    at: datetime = Field(sa_type=Instant)
    agent_type: str | None = None
    agent: str | None = None
    channel_type: str | None = None
    notification_type: str | None = None
    responder: str | None = None
    assignees: str = ""
    until: datetime | None = Field(default=None, sa_type=Instant)


class ResponderJoin(Collected, table=True):
    """An accepted responder request."""

    words: ClassVar = "accepted responder requests"

    connection_id: str = Field(primary_key=True)
    incident_id: str = Field(primary_key=True)
    responder: str = Field(primary_key=True)
    joined_at: datetime = Field(sa_type=Instant)


class Incident(Collected, table=True):
    """An incident as last collected; its life is in its log entries."""

    words: ClassVar = "incidents"

    __table_args__ = (Index("ix_incident_created", "connection_id", "created_at"),)

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
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)
