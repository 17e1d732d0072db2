"""Who was, is and will be on call."""

from datetime import datetime
from typing import ClassVar, Final

from sqlmodel import Field

from corvana.store.instant import Instant
from corvana.store.models.collected import Collected, Use

_CHECKED: Final = Use(
    "holding our on-call people against PagerDuty's", "corvana.analysis.on_call.on_call_list"
)
_STOOD_IN: Final = Use("how often somebody stood in", "corvana.analysis.on_call.stand_ins")
_THEIRS: Final = Use(
    "PagerDuty's coverage beside ours", "corvana.analysis.on_call.coverage_compared"
)


class OnCall(Collected, table=True):
    """Who was on call at which level at `taken_at`. Permanent on-calls have no start and no end.

    `schedule_id` is empty for a person named in the policy directly.
    """

    words: ClassVar = "who is on call at which level"
    used_for: ClassVar = {
        "taken_at": _CHECKED,
        "escalation_policy_id": _CHECKED,
        "level": _CHECKED,
        "responder": _CHECKED,
        "schedule_id": _CHECKED,
    }

    connection_id: str = Field(primary_key=True)
    taken_at: datetime = Field(primary_key=True, sa_type=Instant)
    escalation_policy_id: str = Field(primary_key=True)
    level: int = Field(primary_key=True)
    responder: str = Field(primary_key=True)
    schedule_id: str = Field(primary_key=True)
    start: datetime | None = Field(default=None, sa_type=Instant)
    end: datetime | None = Field(default=None, sa_type=Instant)


class ScheduleOverride(Collected, table=True):
    """Part of an override inside one collected window: a person replaces the rotation's person."""

    words: ClassVar = "overrides of schedules"
    used_for: ClassVar = {
        "schedule_id": _STOOD_IN,
        "responder": Use("joining the parts of one override", "corvana.store.queries.join_shifts"),
        "start": _STOOD_IN,
        "end": _STOOD_IN,
    }

    connection_id: str = Field(primary_key=True)
    schedule_id: str = Field(primary_key=True)
    responder: str = Field(primary_key=True)
    start: datetime = Field(primary_key=True, sa_type=Instant)
    end: datetime = Field(sa_type=Instant)


class ScheduleCoverage(Collected, table=True):
    """Percent of a coming span in which a schedule has a person on call, as PagerDuty gives it."""

    words: ClassVar = "coverage of schedules to come"
    used_for: ClassVar = {
        "schedule_id": _THEIRS,
        "since": _THEIRS,
        "until": _THEIRS,
        "percentage": _THEIRS,
    }

    connection_id: str = Field(primary_key=True)
    schedule_id: str = Field(primary_key=True)
    since: datetime = Field(primary_key=True, sa_type=Instant)
    until: datetime = Field(sa_type=Instant)
    percentage: float


class Shift(Collected, table=True):
    """Part of a shift inside one collected window."""

    words: ClassVar = "on-call shifts"
    used_for: ClassVar = {
        "schedule_id": Use(
            "who is on call, and where nobody is", "corvana.analysis.on_call.shift_time"
        ),
        "responder": Use(
            "who is on call, and where nobody is", "corvana.analysis.on_call.shift_time"
        ),
        "start": Use("who is on call, and where nobody is", "corvana.analysis.on_call.shift_time"),
        "end": Use("who is on call, and where nobody is", "corvana.analysis.on_call.shift_time"),
    }

    connection_id: str = Field(primary_key=True)
    schedule_id: str = Field(primary_key=True)
    responder: str = Field(primary_key=True)
    start: datetime = Field(primary_key=True, sa_type=Instant)
    end: datetime = Field(sa_type=Instant)
