"""Rises of single subjects: exact values of weeks written by hand."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from corvana.analysis.response import changes
from tests.builders.analysis.weeks import incidents, trend, weekly, weeks

MONDAY = datetime(2026, 8, 31, tzinfo=UTC)
WEEK = timedelta(weeks=1)
DOUBLED = weekly(*[100.0] * 6, *[200.0] * 6)


def rises(rows, by="service_id", number=12):
    return changes.ack_rises(
        incidents(*rows), by, since=MONDAY, as_of=MONDAY + number * WEEK, time_zone="UTC"
    ).set_index(by)


def test_a_rise_is_told_with_what_is_waiting_since():
    unanswered = [{"service_id": "S", "created_at": MONDAY + 7 * WEEK}] * 30
    found = rises(DOUBLED + unanswered).loc["S"]
    assert found["week"] == pd.Timestamp("2026-10-12")
    assert (found["n_before"], found["n_after"]) == (60, 60)
    assert (found["before"], found["after"]) == (pytest.approx(100), pytest.approx(200))
    assert found["incidents_per_week"] == 15
    assert found["p_value"] == pytest.approx(
        trend(weeks(DOUBLED), "seconds_to_first_ack")["p_value"] / 2
    )


def test_what_became_faster_has_not_risen():
    found = rises(weekly(*[200.0] * 6, *[100.0] * 6)).loc["S"]
    assert found["ratio"] < 1
    assert found["p_value"] > 0.5


def test_the_weekly_noise_of_all_subjects_is_shared():
    """Alone, a steady service's rise is clear; among restless ones it may be their noise."""
    rise = weekly(*[100.0] * 6, *[160.0] * 6)
    restless = [row for name in "ABCDE" for row in weekly(*[100.0, 300.0] * 6, service_id=name)]
    assert rises(rise).loc["S", "p_value"] < 0.01
    assert rises(rise + restless).loc["S", "p_value"] > 0.05


def test_ten_acknowledgements_are_needed_on_either_side():
    assert rises(weekly(*[100.0] * 9, count=2)).empty
    enough = rises(weekly(*[100.0] * 10, count=2), number=10)
    assert enough.loc["S", ["n_before", "n_after"]].tolist() == [10, 10]


def test_with_one_acknowledgement_a_week_their_spread_is_not_known():
    assert rises(weekly(*[100.0] * 40, count=1), number=40).empty


def test_an_incident_without_the_subject_counts_for_none():
    assert rises(weekly(*[100.0] * 12, service_id=None)).empty
