"""Schedules of both kinds, and who was on call in a window of time.

Layer-based schedules are listed with their rendered shifts. Shift-based schedules
(`/v3/schedules`) are listed as references, and each is rendered by its own request. No endpoint
returns both kinds.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, and_, update
from sqlmodel import Session, col, delete, select

from corvana.collectors.configuration import Reading, store
from corvana.collectors.context import Context
from corvana.collectors.listing import Listing, gathered, read
from corvana.collectors.noun import Noun
from corvana.collectors.windows import Window, record
from corvana.errors import CLOSED, WITHHELD, Gone
from corvana.pagerduty import payloads, responses
from corvana.pagerduty.payloads import AnySchedule
from corvana.store import configuration_frames, models, noun_statuses, on_call_frames, queries
from corvana.store.upsert import upsert

NOUN: Final = Noun(
    name="shifts",
    words="past on-call shifts",
    frames={"shifts": queries.shifts, "overrides": on_call_frames.overrides},
)
LISTED: Final = Noun(
    name="schedules", words="schedules", frames={"schedules": configuration_frames.schedules}
)
"""The schedules themselves. The same requests give the schedules and their shifts."""

Part = type[models.Shift] | type[models.ScheduleOverride]
Span = tuple[str, datetime, datetime | None]
"""(user id, start, end); the end is None when the shift has no end."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """Schedules with their shifts in one window.

    `withheld` are ids of listed schedules that PagerDuty refused to render. Their stored shifts
    stay. `whole` is False when a list is incomplete; then the stored shifts of all schedules that
    were not rendered stay. `refused`: PagerDuty has no list of shift-based schedules for this
    account, which is no fault of the lists that were read.
    """

    schedules: list[AnySchedule]
    withheld: frozenset[str] = frozenset()
    whole: bool = True
    refused: bool = False


async def extract(context: Context, window: Window) -> Rendered:
    """Every schedule of either kind with its shifts in the window.

    The layer-based list is read before the shift-based list. A schedule that PagerDuty converts
    between the two requests is then in both lists. In the other order it would be in neither.
    """
    layered = await _list_layered(context, window)
    shift_based = await _list_shift_based(context)
    ids = sorted({reference.id for reference in shift_based.rows}) if shift_based else []
    answers = await gathered(partial(_render, context, window), ids)
    by_id: dict[str, AnySchedule] = {each.id: each for each in layered.rows}
    by_id |= {each.id: each for each in answers if isinstance(each, payloads.ScheduleV3)}
    withheld = {each for each, answer in zip(ids, answers, strict=True) if answer == "withheld"}
    return Rendered(
        list(by_id.values()),
        frozenset(withheld - by_id.keys()),
        whole=layered.whole and shift_based is not None and shift_based.whole,
        refused=layered.whole and shift_based is None,
    )


def _bounds(window: Window) -> dict[str, str]:
    return {
        "since": window.since.isoformat(),
        "until": window.until.isoformat(),
        "time_zone": "UTC",
    }


async def _list_layered(context: Context, window: Window) -> Listing[payloads.Schedule]:
    parameters = {**_bounds(window), "include[]": ["final_schedule", "overrides_subschedule"]}
    return await read(context, "/schedules", responses.SchedulesPage, parameters)


async def _list_shift_based(context: Context) -> Listing[payloads.Reference] | None:
    """References only. None without the newer endpoint: then all schedules are layer-based."""
    try:
        return await read(context, "/v3/schedules", responses.ScheduleReferencesPage)
    except CLOSED:
        return None


async def _render(
    context: Context, window: Window, schedule_id: str
) -> payloads.ScheduleV3 | Literal["gone", "withheld"]:
    """One schedule, rendered. "gone": it was deleted. "withheld": refused or not as documented."""
    parameters = {**_bounds(window), "include[]": ["final_schedule"]}
    try:
        response = await context.client.get(
            f"/v3/schedules/{schedule_id}", responses.ScheduleV3Response, parameters
        )
    except Gone:
        return "gone"
    except WITHHELD:
        return "withheld"
    return response.schedule


def transform(context: Context, schedules: Iterable[AnySchedule]) -> list[dict[str, Any]]:
    return [
        {
            "connection_id": context.connection_id,
            "id": schedule.id,
            "label": schedule.name,
            "time_zone": schedule.time_zone,
        }
        for schedule in schedules
    ]


def transform_shifts(
    context: Context, schedules: Iterable[AnySchedule], window: Window
) -> list[dict[str, Any]]:
    """Who was on call, overrides included."""
    return _parts(context, schedules, window, _shifts)


def transform_overrides(
    context: Context, schedules: Iterable[AnySchedule], window: Window
) -> list[dict[str, Any]]:
    """The overrides: who replaced the person of the rotation, and when."""
    return _parts(context, schedules, window, _overrides)


def _parts(
    context: Context,
    schedules: Iterable[AnySchedule],
    window: Window,
    spans: Callable[[AnySchedule], Iterator[Span]],
) -> list[dict[str, Any]]:
    """Spans cut at the window's ends, so that each stored part lies in one collected window."""
    rows: list[dict[str, Any]] = [
        {
            "connection_id": context.connection_id,
            "schedule_id": schedule.id,
            "responder": context.pseudonyms.of(user_id),
            "start": max(start, window.since),
            "end": min(end or window.until, window.until),
        }
        for schedule in schedules
        for user_id, start, end in spans(schedule)
    ]
    return [row for row in rows if row["start"] < row["end"]]


def _shifts(schedule: AnySchedule) -> Iterator[Span]:
    """Every shift that has a person. Gaps in the schedule have none and are left out."""
    final = schedule.final_schedule
    if isinstance(final, payloads.FinalSchedule):
        yield from _entries(final.rendered_schedule_entries)
    elif isinstance(final, payloads.FinalScheduleV3):
        yield from _assignments(final.computed_shift_assignments)


def _overrides(schedule: AnySchedule) -> Iterator[Span]:
    if isinstance(schedule, payloads.Schedule):
        if schedule.overrides_subschedule:
            yield from _entries(schedule.overrides_subschedule.rendered_schedule_entries)
    elif schedule.final_schedule:
        yield from _assignments(
            shift
            for shift in schedule.final_schedule.computed_shift_assignments
            if shift.source and shift.source.type.endswith("override")
        )


def _entries(entries: Iterable[payloads.RenderedEntry]) -> Iterator[Span]:
    return ((entry.user.id, entry.start, entry.end) for entry in entries if entry.user)


def _assignments(shifts: Iterable[payloads.ComputedShift]) -> Iterator[Span]:
    return (
        (shift.member.user_id, shift.start_time, shift.end_time)
        for shift in shifts
        if shift.member.user_id and shift.member.type != "empty_member"
    )


def replace(
    session: Session,
    context: Context,
    model: Part,
    window: Window,
    rows: list[dict[str, Any]],
    rendered: Rendered,
) -> None:
    """Replace the stored parts inside the window by `rows`; keep the parts outside it.

    The stored parts may be outdated, because an override can change a shift. A stored part that
    crosses an end of the window keeps its piece outside the window. Shifts that were stored as
    coming shifts often cross the end.
    """
    table = model.__table__  # type: ignore[union-attr]
    start, end = col(model.start), col(model.end)
    mine = and_(col(model.connection_id) == context.connection_id, _told_of(model, rendered))
    crossing = session.connection().execute(
        select(table).where(mine, start < window.until, end > window.until)
    )
    beyond = [{**part, "start": window.until} for part in crossing.mappings()]
    session.exec(delete(model).where(mine, start >= window.since, start < window.until))
    session.connection().execute(
        update(model).where(mine, start < window.since, end > window.since).values(end=window.since)
    )
    # Same person, same start: keep the longer part.
    upsert(session, model, [*rows, *beyond], newest="end")


def _told_of(model: Part, rendered: Rendered) -> ColumnElement[bool]:
    """Parts of schedules that were rendered, or that certainly no longer exist."""
    schedule_id = col(model.schedule_id)
    if rendered.whole:
        return schedule_id.not_in(sorted(rendered.withheld))
    return schedule_id.in_(sorted(schedule.id for schedule in rendered.schedules))


def store_listed(session: Session, context: Context, rendered: Rendered, now: datetime) -> None:
    """Store the schedules themselves. A withheld schedule does not count as deleted."""
    rows = transform(context, rendered.schedules)
    reading = Reading(rows, rendered.whole, also_there=rendered.withheld)
    store(session, context, LISTED.name, models.Schedule, reading, now)
    if rendered.refused:
        noun_statuses.succeeded(
            session, context.connection_id, LISTED.name, rows=len(rows), now=now
        )


async def sync(context: Context, window: Window, now: datetime) -> int:
    """Collect all schedules, their shifts and overrides in the window; return how many shifts."""
    rendered = await extract(context, window)
    shifts = transform_shifts(context, rendered.schedules, window)
    overrides = transform_overrides(context, rendered.schedules, window)
    with context.transaction() as session:
        store_listed(session, context, rendered, now)
        replace(session, context, models.Shift, window, shifts, rendered)
        replace(session, context, models.ScheduleOverride, window, overrides, rendered)
        record(
            session,
            context.connection_id,
            NOUN.name,
            window,
            rows=len(shifts),
            now=now,
            incomplete=not (rendered.whole or rendered.refused),
        )
    return len(shifts)
