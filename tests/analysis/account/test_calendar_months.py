"""Calendar months and quarters on a reader's clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from corvana.analysis.account.calendar_months import last_month, last_quarter

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "start", "end"),
    [
        ("2026-11-20T12:00", ZoneInfo("UTC"), "2026-10-01T00:00", "2026-11-01T00:00"),
        # Summer time ends within October.
        ("2026-11-20T12:00", BERLIN, "2026-09-30T22:00", "2026-10-31T23:00"),
        ("2026-01-03T12:00", ZoneInfo("UTC"), "2025-12-01T00:00", "2026-01-01T00:00"),
        # In New York it is still October.
        ("2026-11-01T02:00", NEW_YORK, "2026-09-01T04:00", "2026-10-01T04:00"),
    ],
)
def test_last_month_is_the_calendar_month_before_on_the_readers_clock(now, zone, start, end):
    assert last_month(at(now), zone) == (at(start), at(end))


@pytest.mark.parametrize(
    ("now", "start", "end"),
    [
        ("2026-11-20T12:00", "2026-07-01T00:00", "2026-10-01T00:00"),
        ("2026-10-01T00:00", "2026-07-01T00:00", "2026-10-01T00:00"),
        ("2026-09-30T23:59", "2026-04-01T00:00", "2026-07-01T00:00"),
        ("2026-02-01T00:00", "2025-10-01T00:00", "2026-01-01T00:00"),
    ],
)
def test_last_quarter_is_the_one_before_that_of_now(now, start, end):
    assert last_quarter(at(now), ZoneInfo("UTC")) == (at(start), at(end))


def test_the_bounds_are_utc_whatever_the_clock():
    for of in (last_month, last_quarter):
        start, end = of(at("2026-11-20T12:00"), BERLIN)
        assert start.tzinfo is UTC
        assert end.tzinfo is UTC
