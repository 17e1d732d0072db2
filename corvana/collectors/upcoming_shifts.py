"""Who will be on call in the next twelve weeks, and the share of this time that is covered."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final

from sqlmodel import col, delete

from corvana.collectors import schedules
from corvana.collectors.context import Context
from corvana.collectors.noun import ReadItsOwnWay
from corvana.collectors.schedules import Rendered
from corvana.collectors.windows import SHIFTS_WINDOW, Window
from corvana.pagerduty.payloads import AnySchedule
from corvana.store import models, noun_statuses, on_call_frames
from corvana.store.upsert import upsert

_CHUNKS: Final = 3


def chunks(now: datetime) -> list[Window]:
    """The 84 days from the start of the UTC day of `now`, in windows that PagerDuty can render."""
    day = datetime.combine(now.astimezone(UTC), time(), UTC)
    edges = [day + n * SHIFTS_WINDOW for n in range(_CHUNKS + 1)]
    return [Window(since, until) for since, until in pairwise(edges)]


async def extract(context: Context, windows: Iterable[Window]) -> list[Rendered]:
    return [await schedules.extract(context, window) for window in windows]


def transform_coverage(
    context: Context, rendered: Iterable[AnySchedule], window: Window
) -> list[dict[str, Any]]:
    """Percent of the window in which a person is on call. No row when PagerDuty gives none."""
    return [
        {
            "connection_id": context.connection_id,
            "schedule_id": schedule.id,
            "since": window.since,
            "until": window.until,
            "percentage": schedule.final_schedule.rendered_coverage_percentage,
        }
        for schedule in rendered
        if schedule.final_schedule
        and schedule.final_schedule.rendered_coverage_percentage is not None
    ]


async def sync(context: Context, now: datetime) -> int:
    """Collect the coming shifts, from `now` on, and coverage; return how many shifts."""
    windows, count = chunks(now), 0
    rendered = await extract(context, windows)
    with context.transaction() as session:
        schedules.store_listed(session, context, rendered[-1], now)
        session.exec(
            delete(models.ScheduleCoverage).where(
                col(models.ScheduleCoverage.connection_id) == context.connection_id
            )
        )
        for window, chunk in zip(windows, rendered, strict=True):
            coming = Window(max(now, window.since), window.until)
            shifts = schedules.transform_shifts(context, chunk.schedules, coming)
            schedules.replace(session, context, models.Shift, coming, shifts, chunk)
            coverage = transform_coverage(context, chunk.schedules, window)
            upsert(session, models.ScheduleCoverage, coverage)
            count += len(shifts)
        noun_statuses.succeeded(session, context.connection_id, NOUN.name, rows=count, now=now)
        if not all(chunk.whole or chunk.refused for chunk in rendered):
            noun_statuses.incomplete(session, context.connection_id, NOUN.name)
    return count


NOUN: Final = ReadItsOwnWay(
    name="upcoming_shifts",
    words="coming on-call shifts",
    every=timedelta(days=1),
    collect=sync,
    frames={"schedule_coverage": on_call_frames.schedule_coverage},
)
