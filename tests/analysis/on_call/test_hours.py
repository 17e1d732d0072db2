"""Sleep, off and business hours by the responder's clock: zones, summer time, windows."""

from datetime import time

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.on_call.hours import (
    DEFAULT_WINDOWS,
    HourWindows,
    TimeZones,
    classify,
    clock_hour,
    usual_zones,
    weekly,
    with_hours,
)
from corvana.errors import ConfigError

MIDNIGHT = (time(0), time(0))


def instants(*utc: str) -> pd.Series:
    return pd.Series(pd.to_datetime(list(utc), utc=True, format="ISO8601")).astype(frames.INSTANT)


def classes(zone: str, *utc: str, windows: HourWindows = DEFAULT_WINDOWS) -> list[str]:
    found = instants(*utc)
    return classify(found, pd.Series([zone] * len(found)), windows).astype("str").tolist()


def people(**zones: str | None) -> pd.DataFrame:
    rows = [{"responder": who, "role": None, "time_zone": zone} for who, zone in zones.items()]
    return frames.conform(pd.DataFrame(rows), frames.RESPONDERS)


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("2026-03-04T07:59:59.999999", "sleep"),  # a Wednesday
        ("2026-03-04T08:00", "business"),
        ("2026-03-04T17:59:59", "business"),
        ("2026-03-04T18:00", "off"),
        ("2026-03-04T21:59:59", "off"),
        ("2026-03-04T22:00", "sleep"),
        ("2026-03-07T08:00", "off"),  # a Saturday
        ("2026-03-07T12:00", "off"),
        ("2026-03-07T22:00", "sleep"),
        ("2026-03-08T03:00", "sleep"),  # sleep wins over the weekend
        ("2026-03-09T00:00", "sleep"),
        ("2026-03-09T08:00", "business"),
    ],
)
def test_the_first_match_of_sleep_off_and_business_wins(clock: str, expected: str):
    assert classes("UTC", clock) == [expected]


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        # Eight in the morning of the Friday before and of the Monday after.
        ("Europe/Berlin", "2026-03-27T07:00", "2026-03-30T06:00"),
        ("America/New_York", "2026-03-06T13:00", "2026-03-09T12:00"),
        ("Australia/Sydney", "2026-04-02T21:00", "2026-04-05T22:00"),
        ("Europe/Berlin", "2026-10-23T06:00", "2026-10-26T07:00"),
        ("America/New_York", "2026-10-30T12:00", "2026-11-02T13:00"),
        ("Australia/Sydney", "2026-10-01T22:00", "2026-10-04T21:00"),
    ],
)
def test_eight_in_the_morning_moves_with_summer_time(zone: str, before: str, after: str):
    moment = pd.Timedelta(microseconds=1)
    for eight in instants(before, after):
        assert classes(zone, eight.isoformat(), (eight - moment).isoformat()) == [
            "business",
            "sleep",
        ]


def test_each_row_has_its_own_clock():
    noon = instants(*["2026-03-04T12:00Z"] * 3)
    zones = pd.Series(["Asia/Singapore", "America/New_York", "Pacific/Auckland"])
    assert classify(noon, zones).tolist() == ["off", "sleep", "sleep"]
    assert classify(noon + pd.Timedelta(hours=3), zones).tolist() == ["sleep", "business", "sleep"]


def test_both_hours_are_sleep_when_the_same_hour_comes_twice():
    assert classes("Europe/Berlin", "2026-10-25T00:30", "2026-10-25T01:30") == ["sleep", "sleep"]


def test_classes_keep_the_index_and_are_categories_in_order():
    found = classify(instants("2026-03-04T12:00").set_axis([7]), pd.Series(["UTC"], index=[7]))
    assert found.index.tolist() == [7]
    assert found.cat.categories.tolist() == ["sleep", "off", "business"]


def test_nothing_has_no_class():
    assert classes("UTC") == []


def test_windows_can_be_edited():
    windows = HourWindows(time(0), time(6), time(9), time(13), working_days=(7,))
    clocks = ("2026-03-08T05:59", "2026-03-08T08:00", "2026-03-08T12:00", "2026-03-09T12:00")
    assert classes("UTC", *clocks, windows=windows) == ["sleep", "off", "business", "off"]
    assert windows.weekend == (1, 2, 3, 4, 5, 6)


def test_sleep_wins_over_business_where_edited_windows_overlap():
    windows = HourWindows(sleep_end=time(9))
    assert classes("UTC", "2026-03-04T08:30", windows=windows) == ["sleep"]


def test_a_sleep_window_that_ends_where_it_starts_is_none():
    windows = HourWindows(time(0), time(0))
    assert classes("UTC", "2026-03-04T03:00", windows=windows) == ["off"]


@pytest.mark.parametrize(
    "edited",
    [{"business_start": time(18), "business_end": time(8)}, {"working_days": (0, 1)}],
)
def test_windows_that_make_no_sense_are_refused(edited: dict):
    with pytest.raises(ConfigError):
        HourWindows(**edited)


def test_a_missing_zone_is_that_of_the_usual_schedule_and_then_the_account_s():
    zones = TimeZones(
        people(ann="Europe/Berlin", bob=None, cat=None),
        fallback="America/New_York",
        usual=pd.Series({"bob": "Asia/Singapore", "ann": "UTC"}),
    )
    found = zones.of(pd.Series(["cat", "ann", "bob", "dan", "ann"], index=[9, 8, 7, 6, 5]))
    assert found.index.tolist() == [9, 8, 7, 6, 5]
    assert found.to_numpy().tolist() == [
        ["America/New_York", "account"],
        ["Europe/Berlin", "responder"],
        ["Asia/Singapore", "schedule"],
        ["America/New_York", "account"],
        ["Europe/Berlin", "responder"],
    ]


def test_the_usual_schedule_is_the_one_with_the_most_time_and_then_the_smaller_id():
    day = pd.Timestamp("2026-03-02", tz="UTC")
    rows = [
        ("S2", "ann", 3),
        ("S1", "ann", 2),
        ("S1", "bob", 1),
        ("S2", "bob", 1),
        ("S3", "cat", 1),
    ]
    shifts = pd.DataFrame(
        [
            {"schedule_id": s, "responder": r, "start": day, "end": day + pd.Timedelta(days=n)}
            for s, r, n in rows
        ]
    )
    schedules = pd.Series({"S1": "Europe/Berlin", "S2": "Asia/Tokyo", "S3": None})
    assert usual_zones(shifts, schedules).to_dict() == {
        "ann": "Asia/Tokyo",
        "bob": "Europe/Berlin",
    }


def test_interruptions_get_their_responder_s_hours():
    pages = pd.DataFrame(
        {"responder": ["ann", "bob"], "at": instants("2026-03-04T12:00", "2026-03-04T12:00")}
    ).assign(incident_id="Q1")
    found = with_hours(pages, TimeZones(people(ann="Asia/Singapore"), "UTC"))
    assert found["hours_class"].tolist() == ["off", "business"]
    assert found["time_zone_source"].tolist() == ["responder", "account"]


def test_the_hour_that_comes_twice_is_two_clock_hours():
    at = instants("2026-10-25T00:10", "2026-10-25T00:50", "2026-10-25T01:10")
    begun = clock_hour(at, pd.Series(["Europe/Berlin"] * 3))
    assert begun.tolist() == list(
        instants("2026-10-25T00:00", "2026-10-25T00:00", "2026-10-25T01:00")
    )


def test_clock_hours_begin_on_the_half_where_the_zone_is_half_an_hour_off():
    at = instants("2026-03-04T12:10", "2026-03-04T12:40")
    begun = clock_hour(at, pd.Series(["Asia/Kolkata"] * 2))
    assert begun.tolist() == list(instants("2026-03-04T11:30", "2026-03-04T12:30"))


def hours(zone: str, days: tuple[int, ...], clock: tuple[time, time], since: str, until: str):
    edges = [pd.Timestamp(edge, tz="UTC") for edge in (since, until)]
    spans = weekly(zone, days, clock, *edges)
    return [
        (start.strftime("%d %H:%M"), end.strftime("%d %H:%M"))
        for start, end in spans.itertuples(index=False)
    ]


@pytest.mark.parametrize(
    ("zone", "since", "expected"),
    [
        ("Europe/Berlin", "2026-03-28", ("27 23:00", "28 23:00", "29 22:00")),
        ("America/New_York", "2026-03-07", ("07 05:00", "08 05:00", "09 04:00")),
        ("Asia/Singapore", "2026-03-28", ("27 16:00", "28 16:00", "29 16:00")),
        ("Europe/Berlin", "2026-10-24", ("23 22:00", "24 22:00", "25 23:00")),
    ],
)
def test_a_day_is_as_long_as_summer_time_makes_it(zone: str, since: str, expected: tuple):
    first = pd.Timestamp(since)
    edges = [str(first + pd.Timedelta(days=days)) for days in (-2, 3)]
    saturday, sunday, monday = expected
    assert hours(zone, (6, 7), MIDNIGHT, *edges) == [(saturday, sunday), (sunday, monday)]


def test_a_window_over_midnight_belongs_to_the_day_it_starts():
    night = (time(22), time(6))
    assert hours("UTC", (1,), night, "2026-03-02", "2026-03-09") == [("02 22:00", "03 06:00")]
    assert hours("UTC", (1,), night, "2026-03-03T01:00", "2026-03-03T02:00") == [
        ("03 01:00", "03 02:00")
    ]


def test_a_time_that_is_skipped_is_the_next_and_one_that_comes_twice_the_first():
    small_hours = (time(2, 30), time(5))
    assert hours("Europe/Berlin", (7,), small_hours, "2026-03-28", "2026-03-30") == [
        ("29 01:00", "29 03:00")
    ]
    assert hours("Europe/Berlin", (7,), small_hours, "2026-10-24", "2026-10-26") == [
        ("25 00:30", "25 04:00")
    ]
