"""Interruptions against the period before: their change, and what weeks tell of it."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.staffing import burden, burden_change
from corvana.analysis.staffing.burden_change import Change
from corvana.analysis.statistics.blocks import Collected
from tests.builders.analysis.on_call_account import DAY, account
from tests.builders.analysis.rotations import at, rules, shifts

WEEK = 7 * DAY


def totals(pages, level=1):
    worked = shifts(("S1", "ann", 0, WEEK))
    return burden.totals(account(pages, shifts=worked, rules=rules(("P1", level, "S1"))))


def weekly(*numbers: int, asleep: float = 0.25) -> pd.DataFrame:
    """So many interruptions in the weeks, the last of which is this one."""
    weeks = len(numbers)
    return pd.DataFrame(
        {
            "at": [at((week - weeks + 1) * WEEK) + timedelta(hours=1) for week in range(weeks)],
            "interruptions": numbers,
            "asleep": [round(asleep * n) for n in numbers],
            "shifts": 20,
            "over_norm": 5,
        }
    )


def change(now, before, hourly) -> Change:
    since = hourly["at"].min() - timedelta(hours=1)
    return burden_change.change(now, before, hourly, Collected(at(0), at(WEEK), since, at(WEEK)))


MANY = [("ann", hour, "P1") for hour in range(1, 161, 2)]
FEW = MANY[:9]


def test_a_change_needs_ten_and_the_same_level():
    hourly = weekly(*[80] * 12)
    many, few, other = totals(MANY), totals(FEW), totals(MANY, level=2)
    assert change(many, few, hourly).per_hour.value == pytest.approx(80 / 9)
    assert pd.isna(change(many, few, hourly).asleep.value)
    assert change(many, many, hourly).asleep.value == 0
    assert pd.isna(change(few, few, hourly).per_hour.value)
    assert pd.isna(change(many, other, hourly).per_hour.value)


def test_twice_as_often_is_told_of_even_weeks_and_not_of_busy_ones():
    now, before = totals(MANY), totals(MANY[:40])
    even = change(now, before, weekly(*[40] * 11, 80)).per_hour
    busy = change(now, before, weekly(80, 30, 90, 40, 20, 75, 30, 85, 25, 70, 40, 80)).per_hour
    assert even.value == busy.value == pytest.approx(2)
    assert 1 < even.low < even.high
    assert busy.low < 1 < busy.high


def test_two_weeks_are_too_few():
    found = change(totals(MANY), totals(MANY[:40]), weekly(40, 80))
    assert found.per_hour.value == pytest.approx(2)
    assert np.isnan([found.per_hour.low, found.asleep.low]).all()


def test_what_came_by_the_hour_has_interruptions_and_whole_shifts():
    worked = shifts(("S1", "ann", 0, DAY), ("S1", "bob", DAY, 2 * DAY))
    pages = [("ann", 3.0, "P1"), ("ann", 3.5, "P1"), ("bob", 36.0, "P1")]
    found = burden_change.by_hour(account(pages, shifts=worked, rules=rules(("P1", 1, "S1"))))
    assert found["at"].tolist() == [at(0), at(3), at(DAY), at(36)]
    assert found["interruptions"].tolist() == [0, 2, 0, 1]
    assert found["asleep"].tolist() == [0, 2, 0, 0]
    assert found["shifts"].tolist() == [1, 0, 1, 0]
    assert found["over_norm"].sum() == 0
    assert burden_change.by_hour(account()).empty
