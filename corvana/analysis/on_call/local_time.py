"""From a date and a time on a wall clock to an instant, also in nights in which clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

NIGHT: Final = time(3)
"""The time at which it hurts most to be paged, and at which a gap is noticed last."""
_SUNDAY: Final = 7


class LocalTime(NamedTuple):
    """`at` is the instant (UTC). `is_skipped`: that night the clocks pass over the time; `at` is
    then as much later. `is_twice`: it comes twice that night; `at` is the first one."""

    at: datetime
    is_skipped: bool = False
    is_twice: bool = False


def instant_of(day: date, clock: time, zone: str) -> LocalTime:
    """Return the instant at which the zone's clocks show the time on that day."""
    local = datetime.combine(day, clock, ZoneInfo(zone))
    at = local.astimezone(UTC)
    is_skipped = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None)
    is_twice = not is_skipped and local.replace(fold=1).astimezone(UTC) != at
    return LocalTime(at, is_skipped, is_twice)


def next_sunday_night(after: datetime, zone: str) -> LocalTime:
    """Return the first Sunday, 03:00 on the zone's clocks, that is later than `after`."""
    day = after.astimezone(ZoneInfo(zone)).date()
    sunday = day + timedelta(days=_SUNDAY - day.isoweekday())
    found = instant_of(sunday, NIGHT, zone)
    return found if found.at > after else instant_of(sunday + timedelta(days=7), NIGHT, zone)
