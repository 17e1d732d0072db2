"""The calendar periods that are offered, and which selections are prepared."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from corvana.questions import usual
from corvana.questions.view import View
from corvana.versions.files import DataVersion, open_version

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def view(since: datetime, *zones: str) -> View:
    nothing = open_version(Path(), "c", 0)
    known = pd.DataFrame({"schedule_id": list("ab")[: len(zones)], "time_zone": list(zones)})
    frames = {**{name: nothing.frame(name) for name in nothing.frames}, "schedules": known}
    return View.of_version(DataVersion("c", 1, AS_OF, since, (), frames))


def test_calendar_periods_begin_and_end_at_midnight_of_the_reader() -> None:
    found = usual.calendar_months(view(datetime(2026, 1, 1, tzinfo=UTC)), BERLIN)
    assert found == {
        "Last month": (
            datetime(2026, 9, 30, 22, tzinfo=UTC),
            datetime(2026, 10, 31, 23, tzinfo=UTC),
        ),
        "Last quarter": (
            datetime(2026, 6, 30, 22, tzinfo=UTC),
            datetime(2026, 9, 30, 22, tzinfo=UTC),
        ),
    }


def test_a_calendar_period_never_begins_before_what_was_collected() -> None:
    since = datetime(2026, 9, 15, tzinfo=UTC)
    found = usual.calendar_months(view(since), ZoneInfo("UTC"))
    assert found["Last quarter"] == (since, datetime(2026, 10, 1, tzinfo=UTC))
    assert found["Last month"][0] == datetime(2026, 10, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "offered"),
    [
        (datetime(2026, 10, 1, tzinfo=UTC), ["Last month"]),
        (datetime(2026, 11, 1, tzinfo=UTC), []),
    ],
)
def test_a_calendar_period_of_which_nothing_was_collected_is_not_offered(
    since: datetime, offered: list[str]
) -> None:
    assert list(usual.calendar_months(view(since), ZoneInfo("UTC"))) == offered


def test_calendar_periods_are_prepared_on_the_most_common_clock() -> None:
    found = usual.selections(view(AS_OF - timedelta(days=200), "Europe/Berlin"))
    assert len(found) == 14
    month, quarter = found[-2:]
    assert month.start == datetime(2026, 9, 30, 22, tzinfo=UTC)
    assert quarter.end == month.start
    assert not any(each.urgency for each in (month, quarter))
