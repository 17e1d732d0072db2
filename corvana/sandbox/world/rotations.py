"""Who is on call when. Rotations are rendered over local days, which may last 23 or 25 hours.

A rotation of whole days changes its person at the same local hour every time. A rotation with a
window covers only these local hours of each day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from corvana.sandbox.world.instants import DAY, HOUR, to_instant, to_seconds
from corvana.sandbox.world.model import Shift

Source = Literal["rotation", "override", "custom_shift"]
_ANCHOR = date(2024, 1, 1)  # a Monday


class Span(NamedTuple):
    start: int
    end: int
    user_id: str
    source: Source = "rotation"


@dataclass(frozen=True, slots=True)
class Rotation:
    """People who take turns of `turn_days`, optionally only in local hours or on weekdays."""

    id: str
    user_ids: tuple[str, ...]
    time_zone: str
    turn_days: int = 7
    handoff_hour: int = 9
    window: tuple[int, int] | None = None
    weekdays_only: bool = False


@dataclass(frozen=True, slots=True)
class Horizon:
    """The span of time for which shifts are rendered."""

    since: int
    until: int


def render(rotation: Rotation, horizon: Horizon) -> list[Span]:
    """The rotation's shifts, adjacent days of one person joined."""
    zone = ZoneInfo(rotation.time_zone)
    day = to_instant(horizon.since).astimezone(zone).date() - timedelta(days=2)
    spans: list[Span] = []
    while _local(day, 0, zone) < horizon.until:
        if not (rotation.weekdays_only and day.weekday() >= 5):
            _extend(spans, _day_span(rotation, day, zone), horizon)
        day += timedelta(days=1)
    return spans


def _day_span(rotation: Rotation, day: date, zone: ZoneInfo) -> Span:
    turn = (day - _ANCHOR).days // rotation.turn_days
    user_id = rotation.user_ids[turn % len(rotation.user_ids)]
    if rotation.window is not None:
        first, last = rotation.window
        return Span(_local(day, first, zone), _local(day, last, zone), user_id)
    hour = rotation.handoff_hour
    return Span(_local(day, hour, zone), _local(day, hour + 24, zone), user_id)


def _local(day: date, hour: int, zone: ZoneInfo) -> int:
    moment = datetime.combine(day + timedelta(days=hour // 24), time(hour % 24), tzinfo=zone)
    return to_seconds(moment)


def _extend(spans: list[Span], span: Span, horizon: Horizon) -> None:
    start, end = max(span.start, horizon.since), min(span.end, horizon.until)
    if start >= end:
        return
    if spans and spans[-1].end == start and spans[-1].user_id == span.user_id:
        spans[-1] = Span(spans[-1].start, end, span.user_id)
    else:
        spans.append(Span(start, end, span.user_id))


def without(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """The spans with everything between `start` and `end` cut out."""
    kept: list[Span] = []
    for span in spans:
        if span.end <= start or span.start >= end:
            kept.append(span)
            continue
        if span.start < start:
            kept.append(span._replace(end=start))
        if span.end > end:
            kept.append(span._replace(start=end))
    return kept


def with_overrides(
    spans: list[Span], user_ids: Sequence[str], rng: Random, horizon: Horizon
) -> list[Span]:
    """One override of 4 to 24 hours about every three weeks, by another person of the group."""
    at = horizon.since + rng.randrange(5, 20) * DAY
    while at + DAY < horizon.until:
        length = rng.randrange(4, 25) * HOUR
        start = at - at % HOUR
        stand_in = rng.choice(user_ids)
        spans = without(spans, start, start + length)
        spans.append(Span(start, start + length, stand_in, "override"))
        at += rng.randrange(14, 30) * DAY
    return sorted(spans)


def with_gaps(spans: list[Span], rng: Random, horizon: Horizon) -> list[Span]:
    """A gap of a few hours about once in three weeks."""
    at = horizon.since + rng.randrange(8, 20) * DAY
    while at < horizon.until:
        start = at - at % HOUR
        spans = without(spans, start, start + rng.randrange(3, 12) * HOUR)
        at += rng.randrange(15, 28) * DAY
    return spans


def with_custom_shifts(
    spans: list[Span], user_ids: Sequence[str], rng: Random, horizon: Horizon
) -> list[Span]:
    """Sometimes a second person on call for half a day."""
    at = horizon.since + rng.randrange(3, 12) * DAY
    added: list[Span] = []
    while at + DAY < horizon.until:
        start = at - at % HOUR
        busy = {
            span.user_id for span in spans if span.start < start + 12 * HOUR and span.end > start
        }
        free = [user_id for user_id in user_ids if user_id not in busy]
        if free:
            added.append(Span(start, start + 12 * HOUR, rng.choice(free), "custom_shift"))
        at += rng.randrange(9, 16) * DAY
    return sorted(spans + added)


def to_shifts(spans: Iterable[Span]) -> tuple[Shift, ...]:
    ordered = sorted(spans)
    return tuple(
        Shift(span.user_id, to_instant(span.start), to_instant(span.end), span.source)
        for span in ordered
    )


def layer(rotation: Rotation, name: str, horizon: Horizon) -> dict[str, Any]:
    """The rotation as a layer of a layer-based schedule."""
    start = to_instant(horizon.since).isoformat()
    restrictions: list[dict[str, Any]] = []
    if rotation.window is not None:
        first, last = rotation.window
        daily = {
            "start_time_of_day": f"{first:02}:00:00",
            "duration_seconds": (last - first) * HOUR,
        }
        if rotation.weekdays_only:
            restrictions = [
                {"type": "weekly_restriction", "start_day_of_week": day, **daily}
                for day in range(1, 6)
            ]
        else:
            restrictions = [{"type": "daily_restriction", **daily}]
    return {
        "id": rotation.id,
        "name": name,
        "start": start,
        "end": None,
        "rotation_virtual_start": start,
        "rotation_turn_length_seconds": rotation.turn_days * DAY,
        "restrictions": restrictions,
        "users": list(rotation.user_ids),
    }
