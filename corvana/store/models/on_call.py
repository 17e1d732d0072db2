"""Who was, is and will be on call."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from corvana.store.instant import Instant


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
