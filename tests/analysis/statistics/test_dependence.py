"""How many separate values clustered ones are worth, and the intervals that follow."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corvana.analysis.statistics import dependence, dispersion, survival
from corvana.analysis.statistics import estimates as s
from corvana.analysis.statistics.rank_tests import rank_test

ALIKE = np.repeat(np.arange(1, 41), 5)
"""Forty clusters of five."""


def worth(scores: Any, cluster: Any, group: Any = None, groups: int = 1) -> list[float]:
    values = np.asarray(scores, dtype=np.float64)
    clustered = dependence.cells(np.asarray(cluster), group)
    found: list[float] = dependence.effective_sizes(values, clustered, group, groups).tolist()
    return found


def test_values_that_belong_to_nothing_are_worth_themselves():
    assert worth([1, -1, 1, -1], [0, 0, 0, 0]) == [4.0]
    assert worth([1, -1, 1, -1], [1, 2, 3, 4]) == [4.0]


def test_clusters_of_equal_values_are_worth_about_their_number():
    """ρ is drawn towards one half as two of forty clusters are, and t of 40 widens a little."""
    scores = np.repeat(np.where(np.arange(40) % 2, 1.0, -1.0), 5)
    rho = (39 * 1.0 + 2 * 0.5) / 41
    t = 2.0211 / 1.95996
    assert worth(scores, ALIKE)[0] == pytest.approx(200 / (1 + 4 * rho) / t**2, rel=1e-3)


def test_clusters_of_unlike_values_are_worth_nearly_all_their_values():
    scores = np.random.default_rng(5).permutation(np.repeat([1.0, -1.0], 100))
    assert 140 < worth(scores, ALIKE)[0] < 200


def test_a_single_storm_tells_next_to_nothing_whatever_its_values():
    assert worth([-1.0, 1.0] * 6, [1] * 12)[0] < 1


def test_what_groups_differ_by_is_no_likeness_of_clusters():
    """Two groups that differ; within each, the clusters of two hold one high and one low value."""
    scores = np.concatenate([np.tile([3.0, 1.0], 100), np.tile([-1.0, -3.0], 100)])
    cluster = np.repeat(np.arange(1, 201), 2)
    group = np.repeat([0, 1], 200)
    assert min(worth(scores, cluster, group, 2)) > 190
    assert worth(scores, cluster)[0] < 400 * 0.7


def test_groups_share_the_likeness_and_not_the_sizes():
    scores = np.concatenate(
        [np.repeat(np.where(np.arange(40) % 2, 1.0, -1.0), 5), [1.0, -1.0] * 50]
    )
    cluster = np.concatenate([ALIKE, np.zeros(100, dtype=int)])
    group = np.repeat([0, 1], [200, 100])
    stormy, calm = worth(scores, cluster, group, 2)
    assert stormy < 50
    assert calm == pytest.approx(100)


def test_an_interval_of_separate_values_is_as_before():
    values = np.arange(1.0, 401.0)
    assert s.quantile(values, 0.5, np.zeros(400, dtype=int)) == s.quantile(values, 0.5)
    assert s.share_of(values <= 100, np.zeros(400, dtype=int)) == s.share(100, 400)


def test_the_interval_of_clustered_values_is_wider_and_about_the_same_value():
    rng = np.random.default_rng(2)
    values = np.exp(np.repeat(rng.standard_normal(40), 5) + 0.1 * rng.standard_normal(200))
    plain, robust = s.quantile(values, 0.5), s.quantile(values, 0.5, ALIKE)
    assert robust.value == plain.value
    assert robust.low < plain.low < plain.high < robust.high
    assert robust.n == 200
    assert robust.effective_n < 60


def test_grouped_quantiles_and_shares_are_robust_too():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(
        {
            "key": np.repeat(["a", "b"], 100),
            "value": np.repeat(rng.standard_normal(40), 5),
            "storm": ALIKE,
        }
    ).assign(late=lambda rows: rows["value"] > 0)
    plain, robust = (s.quantile_by(frame, ["key"], "value", 0.5, by) for by in (None, "storm"))
    assert (robust["high"] - robust["low"] > plain["high"] - plain["low"]).all()
    shares = s.shares_by(frame, ["key"], "late", "storm")
    assert (shares["effective_n"] < 40).all()
    assert shares["happened"].tolist() == frame.groupby("key")["late"].sum().tolist()


def test_a_curve_of_storms_has_wider_bounds_and_the_same_steps():
    rng = np.random.default_rng(4)
    seconds = np.ceil(np.exp(5 + np.repeat(rng.standard_normal(40), 5)))
    cause = np.ones(200, dtype=int)
    plain, robust = (survival.cumulative_incidence(seconds, cause, by) for by in (None, ALIKE))
    pd.testing.assert_frame_equal(plain[["seconds", "share"]], robust[["seconds", "share"]])
    assert (plain["effective"] == 1).all()
    inner = slice(5, -5)
    assert (robust["low"] < plain["low"])[inner].all()
    half = survival.time_until(robust, 0.5)
    assert half.effective_n < 60
    assert half.low < survival.time_until(plain, 0.5).low


def test_one_storm_makes_no_service_different():
    """Twelve late incidents of one storm are one late incident."""
    rng = np.random.default_rng(6)
    frame = pd.DataFrame(
        {"k": ["a"] * 12 + ["b"] * 200, "v": np.r_[rng.normal(3, 0.1, 12), rng.normal(0, 1, 200)]}
    ).assign(storm=[1] * 12 + [0] * 200)
    plain, robust = (
        rank_test(frame, "k", "v", by)["p_value"].to_dict()["a"] for by in (None, "storm")
    )
    assert plain < 1e-6
    assert robust > 0.05


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3), st.floats(-3, 3)), min_size=1))
def test_the_effective_number_lies_between_nothing_and_all(rows):
    cluster, group, scores = (np.array(each) for each in zip(*rows, strict=True))
    found = worth(scores - scores.mean(), cluster, group, 4)
    for one, n in zip(found, np.bincount(group, minlength=4), strict=True):
        assert 0 <= one <= n + 1e-9


def test_pages_of_storms_are_dispersed_by_the_squares_of_their_sizes():
    """Ten of their own and ten storms of four: (10 + 160) / 50."""
    cluster = np.r_[np.zeros(10, dtype=int), np.repeat(np.arange(1, 11), 4)]
    assert dispersion.of_clusters(cluster).value == pytest.approx(170 / 50)
    assert dispersion.of_clusters(np.zeros(5, dtype=int)) == dispersion.POISSON


def test_days_are_dispersed_by_their_variance_over_their_mean():
    counts = np.array([0.0, 4.0, 0.0, 4.0, 0.0, 4.0, 0.0, 4.0])
    found = dispersion.of_units(counts, np.ones(8))
    assert found.value == pytest.approx(8 * 4 / 2 / 7)
    assert found.freedom == 7


def test_units_are_compared_by_their_exposure_and_own_group():
    counts, hours = np.array([2.0, 4, 6, 30, 60, 90, 30, 60]), np.array([1.0, 2, 3, 1, 2, 3, 1, 2])
    group = np.array([0, 0, 0, 1, 1, 1, 1, 1])
    assert dispersion.of_units(counts, hours, group).value == pytest.approx(0)


def test_few_units_tell_nothing_of_their_dispersion():
    assert dispersion.of_units(np.array([0.0, 9.0, 0.0]), np.ones(3)) == dispersion.POISSON


def test_weeks_that_follow_each_other_are_worth_few_events():
    """Twenty quiet weeks, then twenty busy ones."""
    week = np.repeat(np.arange(40), np.repeat([40, 80], 20))
    assert dispersion.effective_events(week.size, dispersion.of_weeks(week, 40)) < week.size / 20


def test_weeks_that_differ_by_chance_only_and_few_weeks_add_nothing():
    even = np.random.default_rng(1).integers(40, size=2_400)
    assert dispersion.of_weeks(even, 40) == dispersion.POISSON
    assert dispersion.of_weeks(np.repeat(np.arange(16), [9, 99] * 8), 16) == dispersion.POISSON


def test_a_rate_counts_with_the_largest_dispersion():
    assert dispersion.effective_events(100) == 100
    assert dispersion.effective_events(100, dispersion.Dispersion(0.5, 20)) == 100
    wide = dispersion.effective_events(
        100, dispersion.Dispersion(4.0, np.inf), dispersion.Dispersion(2.0, 9)
    )
    assert wide == pytest.approx(25)
    robust, plain = s.rate(100, 50.0, 25.0), s.rate(100, 50.0)
    assert robust.value == plain.value == 2.0
    assert robust.low == pytest.approx(s.rate(25, 12.5).low)
    assert robust.high > plain.high


def test_nothing_is_worth_nothing():
    assert worth([], np.zeros(0, dtype=int)) == [0.0]
    assert math.isnan(s.share_of([], []).value)
    assert s.shares_by(pd.DataFrame({"k": [], "f": [], "storm": []}), ["k"], "f", "storm").empty
