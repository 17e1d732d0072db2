"""Schedules of both kinds, and who was on call in a window of time.

Layer-based schedules come a page at a time with their rendered shifts; shift-based ones
(`/v3/schedules`) are listed as references and rendered one by one. No endpoint returns both.
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, delete

from corvana.collectors.configuration import load, prune
from corvana.collectors.context import Context, ids_of
from corvana.collectors.windows import Window, record
from corvana.errors import BadRequest, Forbidden, Gone
from corvana.pagerduty import payloads, responses
from corvana.store import models
from corvana.store.upsert import upsert

NOUN = "shifts"
AnySchedule = payloads.Schedule | payloads.ScheduleV3


async def extract(context: Context, window: Window) -> list[AnySchedule]:
    """Every schedule of either kind with its shifts in the window."""
    layered, shift_based = await asyncio.gather(
        _extract_layered(context, window), _extract_shift_based(context, window)
    )
    return [*layered, *shift_based]


def _bounds(window: Window) -> dict[str, str]:
    return {
        "since": window.since.isoformat(),
        "until": window.until.isoformat(),
        "time_zone": "UTC",
    }


async def _extract_layered(context: Context, window: Window) -> list[payloads.Schedule]:
    parameters = {**_bounds(window), "include[]": ["final_schedule"]}
    return [
        schedule
        async for page in context.client.pages("/schedules", responses.SchedulesPage, parameters)
        for schedule in page.rows
        if schedule
    ]


async def _extract_shift_based(context: Context, window: Window) -> list[payloads.ScheduleV3]:
    references = [
        reference
        async for page in context.client.pages("/v3/schedules", responses.ScheduleReferencesPage)
        for reference in page.rows
        if reference
    ]
    rendered = await asyncio.gather(
        *(_render(context, reference.id, window) for reference in references)
    )
    return [schedule for schedule in rendered if schedule]


async def _render(context: Context, schedule_id: str, window: Window) -> payloads.ScheduleV3 | None:
    """One schedule; None when it was deleted, converted or closed to us since it was listed."""
    parameters = {**_bounds(window), "include[]": ["final_schedule"]}
    try:
        response = await context.client.get(
            f"/v3/schedules/{schedule_id}", responses.ScheduleV3Response, parameters
        )
    except (BadRequest, Forbidden, Gone):
        return None
    return response.schedule


def transform(context: Context, schedules: Sequence[AnySchedule]) -> list[dict[str, Any]]:
    return [
        {
            "connection_id": context.connection_id,
            "id": schedule.id,
            "label": schedule.name,
            "kind": "v3" if isinstance(schedule, payloads.ScheduleV3) else "v2",
            "time_zone": schedule.time_zone,
            "team_ids": ids_of(schedule.teams),
        }
        for schedule in schedules
    ]


def transform_shifts(
    context: Context, schedules: Sequence[AnySchedule], window: Window
) -> list[dict[str, Any]]:
    """Shifts cut at the window, so that each stored part lies in one collected window."""
    rows: list[dict[str, Any]] = [
        {
            "connection_id": context.connection_id,
            "schedule_id": schedule.id,
            "responder": context.pseudonyms.of(user_id),
            "start": max(start, window.since),
            "end": min(end, window.until),
        }
        for schedule in schedules
        for user_id, start, end in _shifts(schedule)
    ]
    return [row for row in rows if row["start"] < row["end"]]


def _shifts(schedule: AnySchedule) -> Iterator[tuple[str, datetime, datetime]]:
    """(user id, start, end) of every shift somebody is on; gaps have nobody."""
    final = schedule.final_schedule
    if isinstance(final, payloads.FinalSchedule):
        for entry in final.rendered_schedule_entries:
            if entry.user:
                yield entry.user.id, entry.start, entry.end
    elif isinstance(final, payloads.FinalScheduleV3):
        for shift in final.computed_shift_assignments:
            if shift.member.user_id and shift.member.type != "empty_member":
                yield shift.member.user_id, shift.start_time, shift.end_time


def prune_shifts(session: Session, connection_id: str, window: Window) -> None:
    """Forget what was known of the window: an override may have changed it."""
    mine = col(models.Shift.connection_id) == connection_id
    start, end = col(models.Shift.start), col(models.Shift.end)
    session.exec(delete(models.Shift).where(mine, start >= window.since, start < window.until))
    session.connection().execute(
        update(models.Shift)
        .where(mine, start < window.since, end > window.since)
        .values(end=window.since)
    )


async def sync(context: Context, window: Window, now: datetime) -> int:
    """Collect all schedules and their shifts in the window; return how many shifts."""
    schedules = await extract(context, window)
    rows, shifts = (
        transform(context, schedules),
        transform_shifts(context, schedules, window),
    )
    with context.transaction() as session:
        load(session, context, "schedules", models.Schedule, rows, now)
        prune(session, context, "schedules", models.Schedule, rows, now)
        prune_shifts(session, context.connection_id, window)
        upsert(session, models.Shift, shifts)
        record(session, context.connection_id, NOUN, window, rows=len(shifts), now=now)
    return len(shifts)
