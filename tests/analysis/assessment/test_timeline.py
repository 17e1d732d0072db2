"""What happened when."""

from datetime import date

import pandas as pd
import pytest

from corvana.analysis.assessment import timeline
from corvana.analysis.assessment.timeline import Done, OwnDate
from corvana.frames import CONFIGURATION_CHANGES, empty
from tests.builders.analysis.rotations import framed

NONE = empty(CONFIGURATION_CHANGES)
NAMES = {"P1": "Ops", "api": "API"}


def changes(*told: tuple[str, str, str, str, str]) -> pd.DataFrame:
    rows = [
        {
            "object_type": object_type,
            "object_id": object_id,
            "at": pd.Timestamp(at, tz="UTC"),
            "field": field,
            "after": after,
        }
        for object_type, object_id, at, field, after in told
    ]
    return framed(rows, CONFIGURATION_CHANGES)


def test_everything_is_in_one_list_with_the_newest_first() -> None:
    dates = [OwnDate("d1", date(2026, 3, 2), "New teams", "reorganisation")]
    seen = changes(("service", "api", "2026-03-04T10:00", "status", "disabled"))
    done = [Done("slow:api", "slow to acknowledge", "API", date(2026, 3, 3))]
    found = timeline.events(dates, seen, done, NAMES, "UTC")
    assert list(found.itertuples(index=False, name=None)) == [
        (
            "setting:api:20260304T100000",
            date(2026, 3, 4),
            "setting",
            "status: none → disabled",
            "API",
            "service",
            "api",
        ),
        ("done:slow:api", date(2026, 3, 3), "done", "slow to acknowledge", "API", "", ""),
        ("date:d1", date(2026, 3, 2), "reorganisation", "New teams", "", "", ""),
    ]


def test_the_day_of_a_change_is_that_of_the_accounts_clock() -> None:
    seen = changes(("service", "api", "2026-03-04T23:30", "status", "active"))
    found = timeline.events((), seen, (), NAMES, "Asia/Tokyo")
    assert found["on"].tolist() == [date(2026, 3, 5)]


def test_settings_of_one_object_that_changed_at_once_are_one_row() -> None:
    seen = changes(
        ("escalation_policy", "P1", "2026-03-04T10:00", "label", "Ops"),
        ("escalation_policy", "P1", "2026-03-04T10:00", "num_loops", "2"),
        ("escalation_policy", "P1", "2026-03-04T11:00", "num_loops", "3"),
    )
    found = timeline.events((), seen, (), NAMES, "UTC")
    assert found["name"].tolist() == ["repeats: none → 3", "name: none → Ops; repeats: none → 2"]


def test_nothing_happened() -> None:
    found = timeline.events((), NONE, (), {}, "UTC")
    assert found.empty
    assert list(found.columns) == list(timeline.COLUMNS)


@pytest.mark.parametrize(
    ("one", "problem"),
    [
        (OwnDate("", date(2026, 3, 2), "New teams"), []),
        (OwnDate("", date(2026, 3, 2), "  "), ["A date needs a name."]),
        (
            OwnDate("", date(2026, 3, 2), "x" * 201),
            ["The name is longer than 200 characters."],
        ),
        (OwnDate("", date(2026, 3, 3), "Later"), ["The date lies in the future."]),
    ],
)
def test_a_date_that_cannot_be_saved_says_why(one: OwnDate, problem: list[str]) -> None:
    assert timeline.problems(one, date(2026, 3, 2)) == problem
