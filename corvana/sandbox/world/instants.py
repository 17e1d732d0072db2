"""Whole seconds since the epoch inside the simulation, aware UTC datetimes outside it."""

from datetime import UTC, datetime

MINUTE = 60
HOUR = 3600
DAY = 86_400


def to_seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def to_instant(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
