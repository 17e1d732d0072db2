"""Days that are dragged out on a time axis."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from corvana.ui.controls.dragging import dragged_days

SINCE = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
UNTIL = datetime(2026, 4, 10, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("instants", "days"),
    [
        (["2026-03-05", "2026-03-09 14:05:31.25"], (date(2026, 3, 5), date(2026, 3, 9))),
        (["2026-03-09", "2026-03-05"], (date(2026, 3, 5), date(2026, 3, 9))),
        (["2026-01-01", "2026-03-05"], (date(2026, 3, 2), date(2026, 3, 5))),
        (["2026-04-09", "2026-05-01"], (date(2026, 4, 9), date(2026, 4, 10))),
        (["2025-01-01", "2025-02-01"], (date(2026, 3, 2), date(2026, 3, 2))),
        (["2027-01-01", "2027-02-01"], (date(2026, 4, 10), date(2026, 4, 10))),
    ],
    ids=["in between", "backwards", "begins before", "ends after", "all before", "all after"],
)
def test_they_become_days_of_the_collected_time(
    instants: list[str], days: tuple[date, date]
) -> None:
    assert dragged_days(instants, SINCE, UNTIL, BERLIN) == days
