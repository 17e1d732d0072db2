"""Maintenance windows written by hand: which incidents they hold, and what time they take."""

from typing import Any

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.maintenance import (
    flagged,
    is_counted,
    observed_shares,
    observed_weeks,
    within,
)
from tests.builders.analysis.maintained import NO_WINDOWS, windows
from tests.builders.analysis.rotations import at, by_the_clock, framed, hours
from tests.builders.analysis.written_account import incidents

WEEK = 168


def created(*rows: tuple[str | None, float], **more: Any) -> pd.DataFrame:
    """An incident of each service and hour."""
    told = ({"service_id": service, "created_at": at(hour)} for service, hour in rows)
    return incidents(*({"resolution": "responder", **each, **more} for each in told))


def in_maintenance(rows: pd.DataFrame, away: pd.DataFrame) -> list[bool]:
    flags: list[bool] = flagged(rows, away)["in_maintenance"].tolist()
    return flags


def test_an_incident_is_in_maintenance_when_its_own_service_was_at_its_creation():
    rows = created(("api", 3), ("api", 4), ("db", 4), ("api", 9), (None, 4))
    assert in_maintenance(rows, windows(api=[(4, 6)])) == [False, True, False, False, False]


def test_a_window_holds_its_start_and_not_its_end():
    away = windows(api=[(4, 6)])
    assert in_maintenance(created(("api", 4), ("api", 6)), away) == [True, False]


def test_windows_that_overlap_touch_or_hold_one_another_count_once():
    away = windows(api=[(2, 10), (4, 5), (10, 12), (11, 14)])
    rows = created(*(("api", hour) for hour in (1, 4.5, 9, 10, 13, 14)))
    assert in_maintenance(rows, away) == [False, True, True, True, True, False]
    assert hours(within(away, at(3), at(13))) == [(3, 13)]


def test_services_read_from_a_file_as_categories_are_the_same_services():
    rows = created(("api", 4), ("db", 4), (None, 4)).astype({"service_id": "category"})
    assert in_maintenance(rows, windows(api=[(4, 6)], gone=[(0, 9)])) == [True, False, False]


def test_a_window_of_centuries_is_a_window():
    """Many services and such windows would not fit into one number for service and instant."""
    since, until = pd.Timestamp("1970-01-01", tz="UTC"), pd.Timestamp("9999-12-31", tz="UTC")
    away = framed(
        [{"service_id": f"S{n}", "start": since, "end": until} for n in range(100)],
        frames.MAINTENANCE_WINDOWS,
    )
    assert in_maintenance(created(("S99", 4), ("api", 4)), away) == [True, False]


def test_without_windows_or_incidents_nothing_is_in_maintenance():
    assert in_maintenance(created(("api", 4)), NO_WINDOWS) == [False]
    assert flagged(created(), windows(api=[(4, 6)])).empty
    assert list(flagged(frames.empty(frames.LIFECYCLES), NO_WINDOWS).columns) == [
        *frames.LIFECYCLES,
        "in_maintenance",
    ]


def test_neither_a_merged_incident_nor_one_in_maintenance_counts():
    rows = flagged(created(("api", 4), ("db", 4)), windows(api=[(4, 6)]))
    assert is_counted(rows).tolist() == [False, True]
    merged = flagged(created(("db", 4), resolution="merged"), NO_WINDOWS)
    assert is_counted(merged).tolist() == [False]


def weeks(rows: pd.DataFrame, away: pd.DataFrame, until: float = 2 * WEEK) -> float:
    return observed_weeks(flagged(rows, away), away, at(0), at(until))


def test_a_window_over_half_the_period_doubles_the_rate():
    rows = created(("api", 200), ("api", 300))
    assert weeks(rows, NO_WINDOWS) == 2
    assert weeks(rows, windows(api=[(0, WEEK)])) == pytest.approx(1)


def test_an_incident_in_the_window_leaves_with_its_time():
    rows = created(("api", 100), ("api", 200), ("api", 300))
    assert weeks(rows, windows(api=[(0, WEEK)])) == pytest.approx(1)


def test_windows_that_overlap_take_their_time_once_and_only_in_the_period():
    away = windows(api=[(-50, 10), (5, 42), (20, 30), (2 * WEEK - 42, 900)])
    assert weeks(created(("api", 200)), away) == pytest.approx(1.5)


def test_of_several_services_each_incident_counts_by_its_own_service():
    """Three a week of `api` in the one week seen, and one a week of `db` in two: four a week."""
    rows = created(("api", 200), ("api", 220), ("api", 240), ("db", 10), ("db", 300))
    found = weeks(rows, windows(api=[(0, WEEK)], idle=[(0, 300)]))
    assert len(rows) / found == pytest.approx(4)


def test_without_an_incident_that_counts_it_is_the_whole_period():
    assert weeks(created(), windows(api=[(0, WEEK)])) == 2
    assert weeks(created(("api", 5)), windows(api=[(0, WEEK)])) == 2
    assert weeks(created((None, 5)), windows(api=[(0, WEEK)])) == 2


def shares(away: pd.DataFrame, *members: tuple[str, str]) -> dict[Any, float]:
    """By subject, over the week; `members` are pairs of subject and service."""
    rows = pd.DataFrame(members, columns=["subject", "service_id"]).astype("str")
    return observed_shares(rows.assign(since=at(0), until=at(WEEK)), away).to_dict()


def test_two_services_are_seen_while_neither_is_in_maintenance():
    away = windows(api=[(0, 42), (100, 121)], db=[(21, 63)])
    members = (("both", "api"), ("both", "db"), ("db", "db"), ("web", "web"))
    assert shares(away, *members) == {"both": 0.5, "db": 0.75, "web": 1.0}
    assert shares(NO_WINDOWS, *members) == dict.fromkeys(("both", "db", "web"), 1.0)
    assert shares(away) == {}


@pytest.mark.parametrize(("date", "lasting"), [("2026-03-28", 9), ("2026-10-24", 11)])
def test_a_window_over_the_change_of_clocks_takes_the_time_that_passes(date: str, lasting: int):
    """From ten in the evening to eight in the morning: ten hours on the clock."""
    start, end = by_the_clock("Europe/Berlin", date, 22, 32)
    row = {"service_id": "api", "start": start, "end": end}
    away = framed([row], frames.MAINTENANCE_WINDOWS)
    since, until = start - pd.Timedelta(hours=1), start + pd.Timedelta(hours=19)
    member = pd.DataFrame({"subject": ["api"], "service_id": "api", "since": since, "until": until})
    assert observed_shares(member, away).to_dict() == {"api": 1 - lasting / 20}
    last = incidents({"service_id": "api", "created_at": end - pd.Timedelta(minutes=1)})
    assert in_maintenance(last, away) == [True]


def test_a_period_without_length_is_seen_whole():
    member = pd.DataFrame({"subject": ["a"], "service_id": "a", "since": at(3), "until": at(3)})
    assert observed_shares(member, windows(a=[(0, 9)])).to_dict() == {"a": 1.0}


def test_many_services_that_are_not_worked_on_in_the_period_have_a_rate():
    """Texts are categories in memory, and over 127 of them are numbered with wider integers."""
    many = created(*((f"S{number:03}", 4) for number in range(300)), ("api", 4))
    rows = many.astype({"service_id": "category"}).assign(in_maintenance=False)
    later = windows(api=[(200, 201)])
    assert observed_weeks(rows, later, at(0), at(168)) == 1
