"""A period against the one before it: how the numbers changed, and what weeks tell of it."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.response import durations, period_change
from corvana.analysis.response.period_change import Change, Periods
from corvana.analysis.statistics.blocks import Collected
from tests.builders.analysis.weeks import incidents, weekly

MONDAY = datetime(2026, 8, 31, tzinfo=UTC)
WEEK = timedelta(weeks=1)
ACK: Any = "seconds_to_first_ack"


def changed(
    rows: pd.DataFrame, *, weeks: float = 4, number: float = 12, until: float = 0
) -> Change:
    """The change of the last `weeks` of `number`, or of those that end `until` weeks earlier."""
    as_of = MONDAY + number * WEEK
    end = as_of - until * WEEK
    start = end - weeks * WEEK
    now, before = (
        durations.ack_summary(rows[rows["created_at"].between(a, b, inclusive="left")], as_of)
        for a, b in ((start, end), (start - weeks * WEEK, start))
    )
    periods = Periods(now, before, weeks, weeks)
    return period_change.change(rows, ACK, periods, Collected(start, end, MONDAY, as_of))


def spread(*typical: float, count: int = 20) -> pd.DataFrame:
    """Weeks of incidents around a typical time, as evenly as of a normal distribution of logs."""
    rows = [
        {
            "service_id": "S",
            "created_at": MONDAY + week * WEEK + timedelta(hours=160 * n / count),
            "seconds_to_first_ack": seconds * math.exp(0.9 * place),
        }
        for week, seconds in enumerate(typical)
        for n, place in enumerate(np.linspace(-1.5, 1.5, count) * (-1) ** np.arange(count))
    ]
    return incidents(*rows)


def holds(estimate, none: float) -> bool:
    return bool(estimate.low <= none <= estimate.high)


def test_the_change_is_that_of_the_two_numbers_shown():
    rows = spread(*[300.0] * 8, *[600.0] * 4)
    half = changed(rows).half
    assert half.value == pytest.approx(2)
    assert 1 < half.low < 2 < half.high
    assert half.low * half.high == pytest.approx(4)


def test_weeks_that_differ_anyway_hide_what_quiet_weeks_would_show():
    """The last four weeks take twice as long; of the restless ones every other week does."""
    restless = spread(*[200.0, 500.0] * 4, *[400.0, 1_000.0] * 2)
    assert holds(changed(restless).half, 1)
    assert not holds(changed(spread(*[300.0] * 8, *[600.0] * 4)).half, 1)


def test_weeks_that_follow_each_other_tell_less_than_weeks_by_themselves():
    """The same 24 weeks, slowly up and down, and in another order."""
    slowly = 300 * np.exp(0.6 * np.sin(np.arange(24) / 3))
    by_themselves = np.random.default_rng(4).permutation(slowly)
    width = [
        math.log(found.high / found.low)
        for found in (changed(spread(*each), number=24).half for each in (slowly, by_themselves))
    ]
    assert width[0] > 1.15 * width[1]


def test_without_other_weeks_there_are_too_few_to_tell():
    rows = spread(300.0, 300.0, 900.0)
    found = changed(rows, weeks=1, number=3)
    assert found.half.value == pytest.approx(3)
    assert math.isnan(found.half.low)
    assert math.isnan(found.half.high)
    assert found.volume.value == 1
    assert math.isnan(found.volume.low)
    assert math.isnan(found.share_done.low)


def test_seven_weeks_are_enough_for_a_change_of_one_week():
    """Four weeks more than the three levels: this week, the week before, and the rest."""
    assert math.isnan(changed(spread(*[300.0] * 6), weeks=1, number=6).half.low)
    assert holds(changed(spread(*[300.0] * 7), weeks=1, number=7).half, 1)


def test_a_change_of_few_incidents_is_not_told():
    rows = spread(*[300.0] * 11, count=20)
    few = pd.concat([rows, spread(*[300.0] * 12, count=9).tail(9)])
    found = changed(few, weeks=1)
    assert math.isnan(found.half.value)
    assert math.isnan(found.share_done.value)
    assert found.volume.value == pytest.approx(9 / 20)
    assert math.isnan(changed(spread(*[300.0] * 12, count=9), weeks=1).volume.value)


def test_a_period_without_incidents_has_no_half():
    rows = spread(*[300.0] * 11)
    found = changed(rows, weeks=1)
    assert math.isnan(found.half.value)
    assert (found.volume.value, found.volume.low) == (0, 0)
    assert found.volume.high < 1


def test_three_times_as_many_incidents_are_told_of_even_weeks_and_not_of_busy_ones():
    even = pd.concat(
        [spread(*[300.0] * 8), spread(*[300.0] * 12, count=20).tail(80)]
        + [spread(*[300.0] * 12, count=20).tail(80)] * 2
    )
    found = changed(even).volume
    assert found.value == pytest.approx(3)
    assert found.low > 1
    numbers = [5, 60, 8, 50, 6, 70, 5, 9, 60, 12, 70, 68]
    busy = pd.concat(
        [spread(*[300.0] * (week + 1), count=n).tail(n) for week, n in enumerate(numbers)]
    )
    assert changed(busy).volume.value == pytest.approx(210 / 90)
    assert holds(changed(busy).volume, 1)


def test_the_share_done_is_compared_in_points():
    rows = spread(*[300.0] * 12).assign(n=np.arange(240))
    late = rows["created_at"].ge(MONDAY + 8 * WEEK)
    unanswered = (late & rows["n"].mod(2).eq(0)) | rows["n"].mod(10).eq(0)
    kept = rows.assign(seconds_to_first_ack=rows[ACK].mask(unanswered), seconds_to_resolve=5_000.0)
    found = changed(kept).share_done
    assert found.value == pytest.approx(0.5 - 0.9)
    assert -1 <= found.low < found.value < found.high < 0


def test_times_that_are_all_the_same_have_not_changed_and_others_have():
    same = changed(incidents(*weekly(*[100.0] * 12)).assign(seconds_to_first_ack=100.0)).half
    assert same.value == 1
    assert holds(same, 1)
    rows = spread(*[300.0] * 12)
    late = rows["created_at"].ge(MONDAY + 8 * WEEK)
    jump = changed(rows.assign(seconds_to_first_ack=np.where(late, 200.0, 100.0))).half
    assert jump.value == pytest.approx(2)
    assert jump.low > 1


def test_a_period_in_the_past_uses_the_weeks_after_it_too():
    rows = spread(*[300.0] * 4, *[600.0] * 4, *[300.0] * 8)
    found = changed(rows, number=16, until=8).half
    assert found.value == pytest.approx(2)
    assert found.low > 1


def test_periods_shorter_than_a_week_are_held_against_blocks_of_their_own_length():
    rows = spread(*[300.0] * 12, count=21)
    found = changed(rows, weeks=5 / 7, number=12)
    assert not math.isnan(found.half.low)


def test_incidents_too_young_to_be_done_take_no_part_in_the_noise():
    rows = spread(*[300.0] * 12)
    last = MONDAY + 12 * WEEK - timedelta(minutes=1)
    young = incidents(*[{"service_id": "S", "created_at": last}] * 5)
    with_young, without = (changed(each).half for each in (pd.concat([rows, young]), rows))
    assert with_young.value == pytest.approx(without.value)
    assert math.log(with_young.high) == pytest.approx(math.log(without.high), rel=0.05)


def test_the_order_of_rows_does_not_matter_and_the_frame_is_left_as_it_was():
    rows = spread(*[300.0] * 8, *[400.0] * 4)
    mixed = rows.sample(frac=1.0, random_state=1)
    kept = mixed.copy()
    assert changed(mixed) == changed(rows)
    pd.testing.assert_frame_equal(mixed, kept)
