"""Dates and times on a wall clock, also in nights in which clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from corvana.analysis.on_call.local_time import LocalTime, instant_of, next_sunday_night

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


@pytest.mark.parametrize(
    ("day", "clock", "zone", "expected"),
    [
        (date(2026, 12, 6), time(3), BERLIN, LocalTime(datetime(2026, 12, 6, 2, tzinfo=UTC))),
        (date(2026, 7, 5), time(3), BERLIN, LocalTime(datetime(2026, 7, 5, 1, tzinfo=UTC))),
        (
            date(2026, 3, 29),
            time(2, 30),
            BERLIN,
            LocalTime(datetime(2026, 3, 29, 1, 30, tzinfo=UTC), is_skipped=True),
        ),
        (date(2026, 3, 29), time(3), BERLIN, LocalTime(datetime(2026, 3, 29, 1, tzinfo=UTC))),
        (
            date(2026, 10, 25),
            time(2, 30),
            BERLIN,
            LocalTime(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), is_twice=True),
        ),
        (date(2026, 10, 25), time(3), BERLIN, LocalTime(datetime(2026, 10, 25, 2, tzinfo=UTC))),
        (
            date(2026, 3, 8),
            time(2),
            NEW_YORK,
            LocalTime(datetime(2026, 3, 8, 7, tzinfo=UTC), is_skipped=True),
        ),
        (
            date(2026, 11, 1),
            time(1),
            NEW_YORK,
            LocalTime(datetime(2026, 11, 1, 5, tzinfo=UTC), is_twice=True),
        ),
    ],
)
def test_a_time_on_the_wall_clock_is_an_instant_in_every_night(
    day: date, clock: time, zone: str, expected: LocalTime
) -> None:
    assert instant_of(day, clock, zone) == expected


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, "Asia/Kolkata", "Pacific/Auckland", "UTC"])
def test_next_sunday_night_is_the_first_one_after_the_instant(zone: str) -> None:
    start = datetime(2026, 10, 20, tzinfo=UTC)
    for hours in range(0, 15 * 24, 5):
        after = start + timedelta(hours=hours)
        found = next_sunday_night(after, zone).at
        local = found.astimezone(ZoneInfo(zone))
        assert (local.isoweekday(), local.hour, local.minute) == (7, 3, 0)
        assert timedelta() < found - after <= timedelta(days=7, hours=1)


def test_at_the_very_instant_it_is_the_sunday_after() -> None:
    sunday = datetime(2026, 12, 6, 3, tzinfo=UTC)
    assert next_sunday_night(sunday, "UTC").at == sunday + timedelta(days=7)
    before = sunday - timedelta(microseconds=1)
    assert next_sunday_night(before, "UTC").at == sunday
