"""Schedules of both kinds, and who is on call now."""

from typing import Annotated, Final

from pydantic import Field

from corvana.pagerduty.payloads.allowlist import (
    Dropped,
    Id,
    Instant,
    Kept,
    Label,
    Level,
    Many,
    Named,
    Object,
    Otherwise,
    Payload,
    TimeZone,
    Word,
)
from corvana.pagerduty.payloads.references import PersonReference, Reference

Percentage = Annotated[Annotated[float, Field(ge=0, allow_inf_nan=False)] | None, Otherwise(None)]


class RenderedEntry(Payload):
    """One shift of a layer-based schedule."""

    start: Annotated[Instant, Kept("timestamp", "start of the shift", "start")]
    end: Annotated[Instant | None, Kept("timestamp", "end of the shift, if it ends", "end")] = None
    user: Annotated[PersonReference | None, Kept("person", "who was on call", "responder")] = None


class OverridesSubschedule(Payload):
    rendered_schedule_entries: Annotated[
        Many[RenderedEntry],
        Kept("person", "who stood in for the rotation, and when", table="scheduleoverride"),
    ]


class Coverage(Payload):
    rendered_coverage_percentage: Annotated[
        Percentage,
        Kept(
            "state",
            "how much of a coming span has somebody on call",
            "percentage",
            table="schedulecoverage",
        ),
    ] = None


class FinalSchedule(Coverage):
    rendered_schedule_entries: Annotated[
        Many[RenderedEntry], Kept("person", "who was on call when", table="shift")
    ]


class ScheduleBase(Named):
    """The fields of a schedule of either kind apart from its shifts."""

    called = "schedule"

    id: Annotated[Id, Kept("identifier", "joins shifts to their schedule")]
    name: Annotated[Label, Kept("label", "so that a finding can be acted on", "label")]
    time_zone: Annotated[TimeZone, Kept("setting", "local time of the rotation")] = None


class Schedule(ScheduleBase):
    """`GET /schedules`, layer-based."""

    final_schedule: Annotated[FinalSchedule | None, Kept("person", "the shifts")] = None
    overrides_subschedule: Annotated[
        OverridesSubschedule | None, Kept("person", "who stood in for the rotation")
    ] = None


class ShiftMember(Payload):
    type: Annotated[Word, Kept("state", "`empty_member` is a gap", "responder")]
    user_id: Annotated[Id | None, Kept("person", "who was on call", "responder")] = None


class ShiftSource(Payload):
    type: Annotated[Word, Kept("state", "tells overrides from the rotation", "responder")]


class ComputedShift(Payload):
    """One shift of a shift-based schedule."""

    start_time: Annotated[Instant, Kept("timestamp", "start of the shift", "start")]
    end_time: Annotated[Instant, Kept("timestamp", "end of the shift", "end")]
    member: Annotated[ShiftMember, Kept("person", "who was on call")]
    source: Annotated[
        ShiftSource | None,
        Otherwise(None),
        Kept("state", "overrides or the rotation", table="scheduleoverride"),
    ] = None


class FinalScheduleV3(Coverage):
    computed_shift_assignments: Annotated[
        Many[ComputedShift], Kept("person", "who was on call when", table="shift scheduleoverride")
    ]


class ScheduleV3(ScheduleBase):
    """`GET /v3/schedules/{id}`, shift-based."""

    final_schedule: Annotated[FinalScheduleV3 | None, Kept("person", "the shifts")] = None


AnySchedule = Schedule | ScheduleV3


class OnCall(Payload):
    """`GET /oncalls`. A permanent on-call has neither schedule nor start nor end, and no id."""

    escalation_policy: Annotated[Reference, Kept("identifier", "for which policy")]
    escalation_level: Annotated[Level, Kept("setting", "at which level", "level")]
    user: Annotated[PersonReference, Kept("person", "who is on call", "responder")]
    schedule: Annotated[Reference | None, Kept("identifier", "through which schedule")] = None
    start: Annotated[Instant | None, Kept("timestamp", "start of the shift")] = None
    end: Annotated[Instant | None, Kept("timestamp", "end of the shift")] = None


OBJECTS: Final = (
    Object("schedule (layers)", Schedule, "schedule"),
    Object("schedule (shifts)", ScheduleV3, "schedule"),
    Object("on-call", OnCall, "oncall"),
)
DROPPED: Final = (
    Dropped(
        "GET /schedules, /v3/schedules",
        ("descriptions", "calendar feed addresses, which are secrets", "links", "names of people"),
    ),
    Dropped("GET /oncalls", ("names of people, policies and schedules", "links")),
)
