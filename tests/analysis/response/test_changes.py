"""Changes over weeks: exact values of weeks by hand, and how often chance looks the same."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.response import changes
from corvana.analysis.response.weekly import weeks as weeks_of
from corvana.analysis.statistics import splits
from tests.builders.analysis.weeks import incidents, trend, weekly, weeks

MONDAY = datetime(2026, 8, 31, tzinfo=UTC)
WEEK = timedelta(weeks=1)
DOUBLED = weekly(*[100.0] * 6, *[200.0] * 6)


def test_weeks_cut_by_the_period_are_shown_and_not_whole():
    table = weeks_of(
        incidents(*weekly(60.0, 60.0, 60.0)),
        since=MONDAY + timedelta(hours=2),
        as_of=MONDAY + 2 * WEEK + timedelta(hours=5),
        time_zone="UTC",
    )
    assert table["week"].dt.strftime("%m-%d").tolist() == ["08-31", "09-07", "09-14"]
    assert table["is_whole"].tolist() == [False, True, False]
    assert table["n"].tolist() == [10, 10, 10]


def test_weeks_begin_on_monday_of_the_accounts_clock_across_a_change_of_clocks():
    """Sunday 22:30 UTC is Monday 00:30 in Berlin in summer, but still Sunday in winter."""
    summer = {"created_at": datetime(2026, 10, 18, 22, 30, tzinfo=UTC)}
    winter = {"created_at": datetime(2026, 10, 25, 22, 30, tzinfo=UTC)}
    table = weeks_of(
        incidents(summer, winter),
        since=datetime(2026, 10, 11, 22, tzinfo=UTC),
        as_of=datetime(2026, 11, 1, 23, tzinfo=UTC),
        time_zone="Europe/Berlin",
    )
    assert table["week"].dt.strftime("%m-%d").tolist() == ["10-12", "10-19", "10-26"]
    assert table["is_whole"].all()
    assert table["n"].tolist() == [0, 2, 0]


def test_the_typical_time_is_the_geometric_mean_of_those_acknowledged():
    rows = [
        {"created_at": MONDAY, "seconds_to_first_ack": 100.0},
        {"created_at": MONDAY, "seconds_to_first_ack": 400.0},
        {"created_at": MONDAY, "resolution": "open"},
        {"created_at": MONDAY, "seconds_to_first_ack": 9_000.0, "resolution": "merged"},
    ]
    week = weeks(rows, number=1).iloc[0]
    assert (week["n"], week["n_timed"]) == (3, 2)
    assert week["seconds_to_first_ack"] == pytest.approx(200)
    assert week["log_variance"] == pytest.approx(math.log(4) ** 2 / 2)


def test_a_time_under_a_second_counts_as_one():
    week = weeks([{"created_at": MONDAY, "seconds_to_first_ack": 0.0}], number=1).iloc[0]
    assert week["seconds_to_first_ack"] == 1


def test_a_doubling_is_found_where_it_came_with_its_size_and_interval():
    found = trend(weeks(DOUBLED), "seconds_to_first_ack")
    assert found["week"] == pd.Timestamp("2026-10-12")
    assert (found["before"], found["after"]) == (pytest.approx(100), pytest.approx(200))
    assert found["ratio"] == pytest.approx(2)
    # Within a week the logarithms differ by ± log 1.5: this much is certain of 60 and 60.
    by_chance = 1.96 * math.sqrt(math.log(1.5) ** 2 * 10 / 9 * 2 / 60)
    width = math.log(found["high"] / found["ratio"])
    assert width == pytest.approx(math.log(found["ratio"] / found["low"]))
    assert by_chance < width < 4 * by_chance
    assert found["low"] > 1
    assert found["p_value"] < 0.001


def test_steady_weeks_show_no_change_and_say_what_could_have_shown():
    found = trend(weeks(weekly(*[100.0] * 12)), "incidents")
    assert (found["weeks"], found["n"], found["p_value"]) == (12, 120, 1)
    assert found["ratio"] == pytest.approx(1)
    series = changes._series_of(weeks(weekly(*[100.0] * 12)), "incidents")
    in_scores = splits.detectable(series, splits.shared_noise(series))
    # The score of a number of incidents is its logarithm times the root of the number.
    assert math.log(found["detectable"]) == pytest.approx(in_scores / math.sqrt(10))
    # Ten a week, six weeks on either side: chance alone hides what the best of places needs.
    assert math.log(found["detectable"]) > (1.96 + 0.84) * math.sqrt(2 / 60)


def test_a_change_in_weeks_that_are_cut_is_not_one():
    """The last, cut week has ten times as many."""
    busy = (
        weekly(*[100.0] * 12)
        + [{"created_at": MONDAY + 12 * WEEK, "seconds_to_first_ack": 100.0}] * 100
    )
    table = weeks_of(
        incidents(*busy),
        since=MONDAY,
        as_of=MONDAY + 12 * WEEK + timedelta(days=1),
        time_zone="UTC",
    )
    assert table["n"].iloc[-1] == 100
    assert trend(table, "incidents")["p_value"] == 1
    assert changes.segments(table, "incidents")["n"].tolist() == [120]


def test_stretches_between_changes_tile_the_whole_weeks():
    found = changes.segments(weeks(DOUBLED), "seconds_to_first_ack")
    assert found["start"].dt.strftime("%m-%d").tolist() == ["08-31", "10-12"]
    assert found["end"].dt.strftime("%m-%d").tolist() == ["10-12", "11-23"]
    assert found["value"].tolist() == pytest.approx([100, 200])
    assert found["ratio"].tolist() == pytest.approx([np.nan, 2], nan_ok=True)
    assert found["ratio_low"].iloc[1] == trend(weeks(DOUBLED), "seconds_to_first_ack")["low"]


def test_two_changes_are_two():
    rows = weekly(*[100.0] * 5, *[300.0] * 5, *[100.0] * 5)
    found = changes.segments(weeks(rows, number=15), "seconds_to_first_ack")
    assert found["value"].tolist() == pytest.approx([100, 300, 100])


def test_an_episode_of_one_week_is_no_change():
    rows = weekly(*[100.0] * 11, 300.0)
    assert len(changes.segments(weeks(rows), "seconds_to_first_ack")) == 1


def test_weeks_that_always_differ_hide_what_quiet_weeks_would_show():
    """One of two people on a weekly rotation is three times as slow: noise, not changes."""
    restless = weekly(*[100.0, 300.0] * 3, *[150.0, 450.0] * 3)
    steady = weekly(*[173.0] * 6, *[260.0] * 6)
    p_restless, p_steady = (
        trend(weeks(rows), "seconds_to_first_ack")["p_value"] for rows in (restless, steady)
    )
    assert p_steady < 0.05
    assert p_restless > 0.5


def test_five_whole_weeks_are_too_few_to_say_anything():
    found = changes.trends(weeks(weekly(*[100.0] * 5), number=5))
    assert found["weeks"].tolist() == [5, 5]
    assert found[["ratio", "p_value", "detectable"]].isna().all(axis=None)
    assert found["week"].isna().all()


def test_no_incident_at_all_is_no_error():
    table = weeks([])
    assert table["n"].tolist() == [0] * 12
    found = changes.trends(table)
    assert found["ratio"].isna().all()
    assert found["detectable"].isna().all()
    assert changes.segments(table, "incidents")["value"].tolist() == [0]
    assert changes.segments(table, "seconds_to_first_ack").empty
    period: dict[str, Any] = {"since": MONDAY, "as_of": MONDAY + 12 * WEEK, "time_zone": "UTC"}
    assert changes.ack_rises(incidents(), "service_id", **period).empty


def test_the_frames_given_are_left_as_they_were():
    frame = incidents(*DOUBLED)
    kept = frame.copy()
    period: dict[str, Any] = {"since": MONDAY, "as_of": MONDAY + 12 * WEEK, "time_zone": "UTC"}
    table = weeks_of(frame, **period)
    table_kept = table.copy()
    changes.trends(table)
    changes.segments(table, "incidents")
    changes.ack_rises(frame, "service_id", **period)
    pd.testing.assert_frame_equal(frame, kept)
    pd.testing.assert_frame_equal(table, table_kept)


def counted(numbers):
    return changes._series_of(pd.DataFrame({"n": numbers}), "incidents")


def test_steady_and_bursty_counts_are_seldom_called_changed():
    """At most 5 % of series without a change; 40 of 26 weeks, Poisson and three times as wide."""
    random = np.random.default_rng(5)
    plain = random.poisson(20, (40, 26))
    bursty = random.poisson(random.gamma(10, 10, (40, 26)))
    for kind in (plain, bursty):
        called = sum(len(splits.change_points(counted(numbers))[0]) > 2 for numbers in kind)
        assert called <= 2


def test_the_smallest_change_that_shows_is_larger_where_weeks_differ_more():
    random = np.random.default_rng(5)
    plain, bursty = random.poisson(100, 26), random.poisson(random.gamma(10, 10, 26))
    quiet, restless = (
        splits.detectable(one, splits.shared_noise(one))
        for one in (counted(plain), counted(bursty))
    )
    assert restless > 1.5 * quiet


def test_a_change_of_the_detectable_size_shows_about_four_times_in_five():
    random = np.random.default_rng(5)
    quiet = [counted(numbers) for numbers in random.poisson(50, (20, 16))]
    least = np.median([splits.detectable(one, splits.shared_noise(one)) for one in quiet])
    level = np.where(np.arange(16) < 8, 50, 50 * np.exp(least / np.sqrt(50)))
    found = [
        splits.best_split(one, splits.shared_noise(one)).p_value[0] <= splits.FALSE_ALARM
        for one in map(counted, random.poisson(level, (60, 16)))
    ]
    assert 0.6 <= np.mean(found) <= 1


def test_resolves_are_told_by_their_own_column():
    rows = [
        {"created_at": MONDAY, "seconds_to_first_ack": 5.0, "seconds_to_resolve": 100.0},
        {"created_at": MONDAY, "seconds_to_first_ack": 5.0, "seconds_to_resolve": 400.0},
    ]
    frame = pd.DataFrame(rows).assign(resolution="responder", in_maintenance=False)
    table = weeks_of(
        frame, "seconds_to_resolve", since=MONDAY, as_of=MONDAY + WEEK, time_zone="UTC"
    )
    assert table["seconds_to_resolve"].iloc[0] == pytest.approx(200)
    assert "seconds_to_first_ack" not in table
    measures = changes.trends(table, "seconds_to_resolve")["measure"]
    assert measures.tolist() == ["incidents", "seconds_to_resolve"]
