"""Blocks of weeks around two periods, next to each other or apart."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.statistics.blocks import Collected, blocks_between, blocks_of

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
WEEK = timedelta(weeks=1)


def weeks(first: float, last: float) -> tuple[datetime, datetime]:
    return MONDAY + first * WEEK, MONDAY + last * WEEK


def test_the_period_before_is_one_case_of_two_periods():
    collected = Collected(*weeks(6, 8), *weeks(0, 9))
    one, other = blocks_of(collected), blocks_between(weeks(6, 8), weeks(4, 6), *weeks(0, 9))
    assert list(one.edges) == list(other.edges)
    assert list(one.stretch) == list(other.stretch) == [2, 2, 2, 2, 1, 1, 0, 0, 4]


def test_periods_of_different_lengths_and_apart_have_the_time_between_as_a_level_of_its_own():
    found = blocks_between(weeks(7, 9), weeks(1, 5), *weeks(0, 10))
    assert list(found.stretch) == [2, 1, 1, 1, 1, 3, 3, 0, 0, 4]
    assert list(found.weeks) == [1.0] * 10
    assert list(found.contrast) == [0, -1, -1, -1, -1, 0, 0, 1, 1, 0]


def test_the_later_period_may_be_the_one_that_is_compared_with():
    found = blocks_between(weeks(1, 3), weeks(5, 8), *weeks(1, 8))
    assert list(found.stretch) == [0, 0, 3, 3, 1, 1, 1]


def test_a_day_between_two_periods_belongs_to_neither():
    found = blocks_between(weeks(3 + 1 / 7, 5), weeks(1, 3), *weeks(1, 5))
    assert list(found.stretch) == [1, 1, 3, 0, 0]
    assert found.weeks == pytest.approx([1, 1, 1 / 7, 13 / 14, 13 / 14])
    at = pd.Series([pd.Timestamp(MONDAY + 3.05 * WEEK)])
    assert list(found.totals(at, np.ones(1))) == [0, 0, 1, 0, 0]


def test_what_a_period_is_compared_with_may_reach_further_back_than_what_is_collected_now():
    found = blocks_between(weeks(4, 6), weeks(0, 4), *weeks(2, 6))
    assert list(found.stretch) == [1, 1, 1, 1, 0, 0]


def test_blocks_of_a_short_period_are_of_its_length():
    found = blocks_between(weeks(4, 4.5), weeks(1, 4), *weeks(1, 4.5))
    assert list(found.stretch) == [1] * 6 + [0]
    assert list(found.weeks) == [0.5] * 7
