"""Where a series may have changed, and what the best of many places costs."""

import math

import numpy as np
import pytest
from scipy import stats

from corvana.analysis.statistics.possible_changes import (
    Candidates,
    p_of_best,
    places,
    stretches,
)

NOTHING = np.zeros(7, dtype=np.int64)


def test_the_best_of_places_costs_more_than_one_and_less_than_all_apart():
    seven = Candidates(NOTHING, NOTHING, NOTHING, NOTHING, 2.0)
    tail = stats.norm.sf(3)
    expected = 2 * tail + 2 * math.exp(-4.5) / math.pi
    assert p_of_best(2 * tail, seven) == pytest.approx(expected)
    assert p_of_best(2 * tail, seven._replace(apart=9.0)) == pytest.approx(14 * tail)
    assert p_of_best(2 * tail, seven._replace(apart=math.inf)) == pytest.approx(14 * tail)
    assert p_of_best(2 * stats.norm.sf(0.1), seven) == 1
    assert p_of_best(0.0, seven) == 0


def test_a_change_lasts_three_weeks_on_either_side():
    found = places(np.ones(8), [0, 8], 0.0)
    assert found.first.tolist() == [3, 4, 5]
    assert found.end.tolist() == found.until.tolist() == [8, 8, 8]
    # The odds are 3 : 5, 4 : 4, 5 : 3; a place shares 3/5 with the next.
    assert found.apart == pytest.approx(2 * math.sqrt(1 - 3 / 5))
    assert places(np.ones(5), [0, 5], 0.0).first.size == 0


def test_places_lie_between_the_changes_already_found_and_have_enough_on_either_side():
    found = places(np.ones(14), [0, 7, 14], 0.0)
    assert found.first.tolist() == [3, 4, 10, 11]
    assert found.begin.tolist() == [0, 0, 7, 7]
    assert found.until.tolist() == [7, 7, 14, 14]
    assert places(np.full(8, 2.0), [0, 8], 8.0).first.tolist() == [4]


def test_a_stretch_has_three_weeks_before_in_and_after_it():
    found = stretches(np.ones(10), [0, 10], 0.0)
    assert list(zip(found.first.tolist(), found.end.tolist(), strict=True)) == [
        (3, 6),
        (3, 7),
        (4, 7),
    ]
    assert stretches(np.ones(8), [0, 8], 0.0).first.size == 0
    assert stretches(np.full(9, 2.0), [0, 9], 7.0).first.size == 0
