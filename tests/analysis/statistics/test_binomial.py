"""Shares of cases whose number need not be whole, against SciPy's binomial where it is."""

import pytest
from scipy import stats

from corvana.analysis.statistics.binomial import p_at_least


@pytest.mark.parametrize(("some", "n", "share"), [(3, 10, 0.2), (10, 10, 0.5), (1, 400, 0.01)])
def test_of_whole_numbers_it_is_the_tail_of_the_binomial(some, n, share):
    assert p_at_least(some, n, share) == pytest.approx(stats.binom.sf(some - 1, n, share))


def test_between_whole_numbers_it_lies_between_theirs():
    low, between, high = (float(p_at_least(some, 20, 0.3)) for some in (9, 8.5, 8))
    assert low < between < high


def test_nothing_or_more_is_certain():
    assert p_at_least([0.0, 0.0], [5.5, 0.0], 0.4).tolist() == [1.0, 1.0]
