"""Incidents, their log entries and their accepted responder requests."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from corvana.store.instant import Instant
from corvana.store.models.collected import TOLD_APART, Collected, Use


class LogEntry(Collected, table=True):
    """One event of an incident."""

    words: ClassVar = "log entries"
    used_for: ClassVar = {
        "id": TOLD_APART,
        "incident_id": Use("the life of an incident", "corvana.analysis.lifecycle.history"),
        "type": Use("the life of an incident", "corvana.analysis.lifecycle.history"),
        "at": Use("the life of an incident", "corvana.analysis.lifecycle.incident_rows"),
        "agent_type": Use("telling people from timers", "corvana.analysis.lifecycle.history"),
        "agent": Use("who acknowledged", "corvana.analysis.lifecycle.incident_rows"),
        "channel_type": Use(
            "telling timeouts from people who escalate", "corvana.analysis.lifecycle.assignments"
        ),
        "notification_type": Use(
            "interruptions: push, phone and SMS", "corvana.analysis.lifecycle.interruptions"
        ),
        "responder": Use("who was interrupted", "corvana.analysis.lifecycle.interruptions"),
        "assignees": Use("escalation levels", "corvana.analysis.lifecycle.levels"),
        "place": Use(
            "the order of what happened in one second", "corvana.analysis.lifecycle.history"
        ),
        "until": Use("time spent snoozed", "corvana.analysis.lifecycle.participation"),
    }

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
    place: int | None = None


class ResponderJoin(Collected, table=True):
    """An accepted responder request."""

    words: ClassVar = "accepted responder requests"
    used_for: ClassVar = {
        "incident_id": Use("time spent on an incident", "corvana.analysis.lifecycle.participation"),
        "responder": Use("time spent on an incident", "corvana.analysis.lifecycle.participation"),
        "joined_at": Use(
            "time spent on an incident", "corvana.analysis.lifecycle.participation", "at"
        ),
    }

    connection_id: str = Field(primary_key=True)
    incident_id: str = Field(primary_key=True)
    responder: str = Field(primary_key=True)
    joined_at: datetime = Field(sa_type=Instant)


class Incident(Collected, table=True):
    """An incident as last collected. Its history is in its log entries."""

    words: ClassVar = "incidents"
    used_for: ClassVar = {
        "id": Use(
            "the life of an incident", "corvana.analysis.lifecycle.incident_rows", "incident_id"
        ),
        "number": Use("pointing at an incident in tables", "corvana.questions.readable.incidents"),
        "status": Use("the state an incident ends in", "corvana.analysis.lifecycle.history"),
        "urgency": Use("telling what pages from what waits", "corvana.analysis.account.selection"),
        "service_id": Use("comparing services", "corvana.analysis.response.breakdowns"),
        "escalation_policy_id": Use("comparing policies", "corvana.analysis.response.breakdowns"),
        "team_ids": Use("comparing teams", "corvana.analysis.response.breakdowns"),
        "priority": Use("the evidence pack", "corvana.evidence.contracts.TABLES"),
        "assigned_via": Use(
            "telling direct assignment from escalation", "corvana.analysis.lifecycle.assignments"
        ),
        "merged": Use("leaving out merged incidents", "corvana.analysis.lifecycle.incident_rows"),
        "created_at": Use(
            "the start of every response time", "corvana.analysis.lifecycle.incident_rows"
        ),
        "updated_at": Use("never overwriting a newer copy", "corvana.collectors.incidents.load"),
        "resolved_at": Use("resolved without a log entry", "corvana.analysis.lifecycle.history"),
        "status_changed_at": Use(
            "opened again without a log entry", "corvana.analysis.lifecycle.history"
        ),
        "status_changed_by": Use(
            "telling people who resolve from timers", "corvana.analysis.lifecycle.history"
        ),
        "deleted_at": Use(
            "leaving out what is gone at PagerDuty", "corvana.store.queries._created_between"
        ),
    }

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
    resolved_at: datetime | None = Field(default=None, sa_type=Instant)
    status_changed_at: datetime | None = Field(default=None, sa_type=Instant)
    status_changed_by: str | None = None
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)
