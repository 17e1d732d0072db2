"""Intervals say 95 %, and 95 of 100 hold the truth: 1,000 simulated samples a row, fixed seeds."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.bench_intervals import REPLICATIONS, coverage, coverages, share_by
from corvana.analysis.statistics.estimates import Estimate

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def rows():
    return list(coverages())


def test_stated_intervals_hold_the_simulated_truth_as_often_as_they_say(rows):
    assert REPLICATIONS == 1_000
    assert [row for row in rows if not row.is_kept] == []


def test_every_estimate_that_is_shown_with_an_interval_is_among_them(rows):
    assert {row.estimate for row in rows if (row.lowest, row.highest) == (0.92, 0.98)} == {
        "P50",
        "P90",
        "share",
        "rate",
        "ratio of medians",
        "difference of shares",
        "rate ratio",
        "cumulative incidence",
        "Kaplan-Meier",
    }


def test_only_the_p90_of_thirty_is_open_at_one_end_more_than_now_and_then(rows):
    assert [(row.estimate, row.setting) for row in rows if row.open > 0.1] == [("P90", "n = 30")]


def test_an_interval_half_as_wide_is_not_kept():
    means = np.random.default_rng(1).normal(0, 1, REPLICATIONS)
    assert coverage("mean", "", 0.0, means - 1.96, means + 1.96).is_kept
    assert not coverage("mean", "", 0.0, means - 0.98, means + 0.98).is_kept


def test_the_share_a_curve_has_reached_at_a_time():
    curve = pd.DataFrame(
        {"seconds": [1.0, 4.0], "share": [0.2, 0.6], "low": [0.1, 0.5], "high": [0.5, 0.9]}
    )
    assert share_by(curve, 2) == Estimate(0.2, 0.1, 0.5)
    assert share_by(curve, 0.5).value == 0
