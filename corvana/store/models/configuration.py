"""The account's configuration. A row with `deleted_at` is a tombstone: deleted at PagerDuty."""

from datetime import datetime
from typing import Any, ClassVar, Final

from sqlalchemy import JSON, Column
from sqlmodel import Field

from corvana.store.instant import Instant
from corvana.store.label import Label
from corvana.store.models.collected import (
    FOUND_AGAIN,
    NAMED,
    NOT_BURIED,
    TOLD_APART,
    Collected,
    Use,
)

_IN_FORCE: Final = Use(
    "judging an incident by the policy of its time", "corvana.store.queries._versions"
)
_LEFT_OUT: Final = Use("leaving out the time of maintenance", "corvana.analysis.maintenance")
_PRESENT: Final = "corvana.analysis.findings.measures.present_settings"
"""The reader of settings that are only quoted in advice."""


class Schedule(Collected, table=True):
    words: ClassVar = "schedules"
    used_for: ClassVar = {
        "id": Use(
            "which schedules are known", "corvana.analysis.staffing.covered_levels", "schedule_id"
        ),
        "label": NAMED,
        "time_zone": Use("the clock of shifts", "corvana.versions.account_frames.usual_zone"),
        "deleted_at": NOT_BURIED,
    }

    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    label: str = Field(sa_type=Label)
    time_zone: str | None = None
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class EscalationTarget(Collected, table=True):
    """One target of one level: a responder (pseudonym) or a schedule (id)."""

    words: ClassVar = "escalation targets"
    used_for: ClassVar = {
        "escalation_policy_id": Use("escalation levels", "corvana.analysis.lifecycle.levels"),
        "level": Use("escalation levels", "corvana.analysis.lifecycle.levels"),
        "target": Use("escalation levels", "corvana.analysis.lifecycle.levels"),
        "target_type": Use("escalation levels", "corvana.analysis.lifecycle.levels"),
        "escalation_delay_in_minutes": Use(
            "what other delays would mean", "corvana.analysis.escalations.experience"
        ),
    }

    connection_id: str = Field(primary_key=True)
    escalation_policy_id: str = Field(primary_key=True)
    level: int = Field(primary_key=True)
    target: str = Field(primary_key=True)
    target_type: str
    escalation_delay_in_minutes: int


class EscalationPolicy(Collected, table=True):
    words: ClassVar = "escalation policies"
    used_for: ClassVar = {
        "id": Use(
            "what other delays would mean",
            "corvana.analysis.escalations.experience",
            "escalation_policy_id",
        ),
        "label": NAMED,
        "num_loops": Use("what other delays would mean", "corvana.analysis.escalations.experience"),
        "deleted_at": NOT_BURIED,
    }

    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    label: str = Field(sa_type=Label)
    num_loops: int
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class AlertGroupingSetting(Collected, table=True):
    """How alerts of services are grouped into incidents; times in seconds."""

    words: ClassVar = "settings of alert grouping"
    used_for: ClassVar = {
        "id": TOLD_APART,
        "type": Use("advice that names the present setting", _PRESENT),
        "service_ids": Use("advice that names the present setting", _PRESENT, "service_id"),
        "timeout": Use("advice that names the present setting", _PRESENT),
        "time_window": Use("advice that names the present setting", _PRESENT),
        "deleted_at": Use(
            "leaving out what is gone at PagerDuty",
            "corvana.store.configuration_frames.alert_grouping",
        ),
    }

    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    type: str
    service_ids: str = ""
    timeout: int | None = None
    time_window: int | None = None
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class MaintenanceWindow(Collected, table=True):
    words: ClassVar = "maintenance windows"
    used_for: ClassVar = {
        "id": TOLD_APART,
        "start": _LEFT_OUT,
        "end": _LEFT_OUT,
        "service_ids": Use(_LEFT_OUT.words, _LEFT_OUT.reader, "service_id"),
        "deleted_at": Use(
            "leaving out cancelled windows",
            "corvana.store.configuration_frames.maintenance_windows",
        ),
    }

    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    start: datetime = Field(sa_type=Instant)
    end: datetime = Field(sa_type=Instant)
    service_ids: str = ""
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class ServiceDependency(Collected, table=True):
    """`dependent` needs `supporting`; a type is `technical_service` or `business_service`."""

    words: ClassVar = "declared dependencies"
    used_for: ClassVar = {
        "id": TOLD_APART,
        "supporting_id": Use(
            "declared dependencies", "corvana.analysis.dependencies.declared_graph"
        ),
        "supporting_type": Use("declared dependencies", "corvana.evidence.tables.dependencies"),
        "dependent_id": Use(
            "declared dependencies", "corvana.analysis.dependencies.declared_graph"
        ),
        "dependent_type": Use("declared dependencies", "corvana.evidence.tables.dependencies"),
        "deleted_at": NOT_BURIED,
    }

    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    supporting_id: str
    supporting_type: str
    dependent_id: str
    dependent_type: str
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class BusinessService(Collected, table=True):
    words: ClassVar = "business services"
    used_for: ClassVar = {
        "id": Use("asking for its dependencies", "corvana.collectors.dependencies._live"),
        "label": NAMED,
        "deleted_at": FOUND_AGAIN,
    }

    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    label: str = Field(sa_type=Label)
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class Service(Collected, table=True):
    words: ClassVar = "services"
    used_for: ClassVar = {
        "id": Use("comparing services", "corvana.analysis.account.narrowing", "service_id"),
        "label": NAMED,
        "status": Use("which services are in use", "corvana.analysis.account.analysed"),
        "escalation_policy_id": Use(
            "which policies are in use", "corvana.analysis.account.analysed"
        ),
        "team_ids": Use("comparing teams", "corvana.analysis.account.narrowing"),
        "auto_resolve_timeout": Use(
            "incidents that a timer ends", "corvana.analysis.findings.auto_resolve_wall"
        ),
        "acknowledgement_timeout": Use(
            "acknowledgements that lapse", "corvana.analysis.findings.ack_timeouts"
        ),
        "urgency_rule": Use("advice that names the present setting", _PRESENT),
        "urgency": Use("advice that names the present setting", _PRESENT),
        "urgency_during_support_hours": Use("advice that names the present setting", _PRESENT),
        "urgency_outside_support_hours": Use(
            "gaps that are meant", "corvana.analysis.on_call.coverage.times_not_needed"
        ),
        "support_time_zone": Use("gaps that are meant", "corvana.analysis.on_call.coverage"),
        "support_days": Use("gaps that are meant", "corvana.analysis.on_call.coverage"),
        "support_start": Use("gaps that are meant", "corvana.analysis.on_call.coverage"),
        "support_end": Use("gaps that are meant", "corvana.analysis.on_call.coverage"),
        "deleted_at": NOT_BURIED,
    }

    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    label: str = Field(sa_type=Label)
    status: str
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


class Priority(Collected, table=True):
    """`severity` is the place in PagerDuty's list: 1 is the most severe."""

    words: ClassVar = "priorities"
    used_for: ClassVar = {
        "id": Use("names of priorities", "corvana.analysis.labels.by_id"),
        "label": NAMED,
        "deleted_at": FOUND_AGAIN,
    }

    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    label: str = Field(sa_type=Label)
    severity: int
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class Team(Collected, table=True):
    words: ClassVar = "teams"
    used_for: ClassVar = {
        "id": Use("comparing teams", "corvana.analysis.labels.by_id"),
        "label": NAMED,
        "deleted_at": FOUND_AGAIN,
    }

    connection_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    label: str = Field(sa_type=Label)
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class Responder(Collected, table=True):
    """A person, as a pseudonym."""

    words: ClassVar = "people, as codes"
    used_for: ClassVar = {
        "responder": Use("local nights and working hours", "corvana.analysis.on_call.hours"),
        "time_zone": Use("local nights and working hours", "corvana.analysis.on_call.hours"),
        "deleted_at": FOUND_AGAIN,
    }

    connection_id: str = Field(primary_key=True)
    responder: str = Field(primary_key=True)
    time_zone: str | None = None
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class ConfigurationVersion(Collected, table=True):
    """An object's configuration from `seen_at` on; `state` is null when the object was deleted.

    It allows to compare before and after a change. The nouns' tables hold only the present state.
    """

    words: ClassVar = "earlier and present settings"
    used_for: ClassVar = {
        "noun": _IN_FORCE,
        "object_id": _IN_FORCE,
        "seen_at": _IN_FORCE,
        "state": _IN_FORCE,
    }

    connection_id: str = Field(primary_key=True)
    noun: str = Field(primary_key=True)
    object_id: str = Field(primary_key=True)
    seen_at: datetime = Field(primary_key=True, sa_type=Instant)
    state: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))


NOT_USED_YET: Final = frozenset(
    {
        "oncall.end",
        "oncall.start",
        "priority.severity",
    }
)
"""Tables and columns of the configuration and of on-call that only the collectors read so far.
Code that starts to read an entry must remove it from this list."""
