"""Periods of whole calendar months on a reader's clock."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_QUARTER: Final = 3


def last_month(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return start and end (UTC, exclusive) of the calendar month before that of `now`."""
    end = _first_of_month(now, zone)
    return _utc(_months_before(end, 1)), _utc(end)


def last_quarter(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return start and end (UTC, exclusive) of the quarter before that of `now`; quarters begin in
    January, April, July and October."""
    month = _first_of_month(now, zone)
    end = _months_before(month, (month.month - 1) % _QUARTER)
    return _utc(_months_before(end, _QUARTER)), _utc(end)


def _first_of_month(now: datetime, zone: ZoneInfo) -> datetime:
    return now.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)


def _months_before(first: datetime, months: int) -> datetime:
    """The first day so many months before a first day of a month, at midnight."""
    for _ in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def _utc(local: datetime) -> datetime:
    return local.astimezone(UTC)
