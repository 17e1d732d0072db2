"""Estimates against hand-worked and published values."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from corvana.analysis.statistics import estimates as s
from corvana.analysis.statistics import ratios, survival
from corvana.analysis.statistics.estimates import Estimate
from corvana.analysis.statistics.rank_tests import rank_test

SAMPLES = st.lists(st.floats(0, 1e6), min_size=1, max_size=200)


def test_median_interval_of_six_values_is_their_range():
    assert s.quantile([6, 1, 5, 2, 4, 3], 0.5) == Estimate(3.5, 1.0, 6.0, 6, 6)


def test_median_of_five_values_has_no_interval():
    got = s.quantile([1, 2, 3, 4, 5], 0.5)
    assert got == pytest.approx((3.0, np.nan, np.nan, 5, 5), nan_ok=True)


def test_median_interval_of_twenty_values_is_sixth_to_fifteenth():
    """The tabled order statistics for n = 20."""
    assert s.quantile(range(1, 21), 0.5) == Estimate(10.5, 6.0, 15.0, 20, 20)


def test_p90_of_thirty_values_has_only_a_lower_bound_which_then_takes_both_tails():
    """P(B < 24) = 2.58 % and P(B < 25) = 7.3 % for B ~ Binomial(30, 0.9): the 24th smallest."""
    got = s.quantile(range(1, 31), 0.9)
    assert got.interval == pytest.approx((27.1, 24.0, np.nan), nan_ok=True)


def test_p90_has_an_upper_bound_from_thirty_six_values_on():
    assert math.isnan(s.quantile(range(35), 0.9).high)
    assert s.quantile(range(36), 0.9).high == 35


def test_quantile_leaves_out_missing_values_and_knows_nothing_of_none():
    assert s.quantile([np.nan, 7.0], 0.5).value == 7.0
    assert all(math.isnan(part) for part in s.quantile([np.nan], 0.5))


@given(SAMPLES, st.sampled_from([0.5, 0.9, 0.95]))
def test_quantile_lies_in_its_interval_and_bounds_are_observed(values, q):
    got = s.quantile(values, q)
    assert got.value == pytest.approx(np.quantile(values, q))
    assert math.isnan(got.low) or (got.low <= got.value + 1e-9 and got.low in values)
    assert math.isnan(got.high) or (got.high >= got.value - 1e-9 and got.high in values)


@pytest.mark.parametrize("n", [6, 20, 30, 57, 400])
@pytest.mark.parametrize("q", [0.5, 0.9])
def test_order_statistic_interval_covers_at_least_95_percent(n, q):
    """The ranks themselves have the promised coverage: P(low ≤ B < high)."""
    got = s.quantile(np.arange(1, n + 1), q)
    low = 0 if math.isnan(got.low) else got.low
    high = n + 1 if math.isnan(got.high) else got.high
    assert stats.binom.cdf(high - 1, n, q) - stats.binom.cdf(low - 1, n, q) >= 0.95


def test_grouped_quantiles_of_nothing_are_no_rows():
    frame = pd.DataFrame({"key": ["a"], "value": [np.nan]})
    assert s.quantile_by(frame, ["key"], "value", 0.5).empty


def test_several_grouped_quantiles_are_each_their_own():
    frame = pd.DataFrame({"key": list("aab"), "value": [3.0, 1.0, 7.0]})
    median, highest = s.quantiles_by(frame, ["key"], "value", (0.5, 1.0))
    assert median["value"].to_dict() == {"a": 2.0, "b": 7.0}
    assert highest["value"].to_dict() == {"a": 3.0, "b": 7.0}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 1e6)), min_size=1, max_size=100))
def test_grouped_quantile_equals_each_group_alone(pairs):
    frame = pd.DataFrame(pairs, columns=["key", "value"])
    got: Any = s.quantile_by(frame, ["key"], "value", 0.5)
    for key, rows in frame.groupby("key"):
        expected = s.quantile(rows["value"], 0.5)
        assert got.loc[key, list(Estimate._fields)].tolist() == pytest.approx(
            list(expected), nan_ok=True
        )


def test_wilson_share_of_nine_in_ten():
    assert s.share(9, 10) == pytest.approx((0.9, 0.5958, 0.9821, 10, 10), abs=1e-4)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_share_lies_in_its_interval_within_zero_and_one(counts):
    got = s.share(*counts)
    assert -1e-12 <= got.low <= got.value + 1e-12
    assert got.value - 1e-12 <= got.high <= 1 + 1e-12


@pytest.mark.parametrize("counts", [(0, 7), (7, 7), (1, 3), (250, 1000)])
def test_share_has_scipys_wilson_interval(counts):
    expected = stats.binomtest(*counts).proportion_ci(0.95, method="wilson")
    got = s.share(*counts)
    assert (got.low, got.high) == pytest.approx((expected.low, expected.high))


def test_poisson_rate_of_ten_and_of_none():
    """Garwood's limits for 10 events are 4.795 and 18.390; for none, 0 and 3.689."""
    assert s.rate(10, 1) == pytest.approx((10, 4.7954, 18.3904, 10, 10), abs=1e-4)
    assert s.rate(0, 2) == pytest.approx((0, 0, 3.6889 / 2, 0, 0), abs=1e-4)


def test_nothing_is_known_without_exposure():
    assert math.isnan(s.rate(3, 0).value)
    assert math.isnan(s.share(0, 0).value)


def test_difference_of_shares_is_newcombes():
    """Newcombe (1998), table II (a): 56/70 − 48/80, method 10: 0.0524 to 0.3339."""
    got = ratios.difference(s.share(56, 70), s.share(48, 80))
    assert got.interval == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)


def test_ratio_combines_the_intervals_on_the_log_scale():
    got = ratios.ratio(Estimate(2, 1, 4), Estimate(1, 1, 1))
    assert got.interval == pytest.approx((2, 1, 4))
    assert math.isnan(ratios.ratio(Estimate(2, 1, 4), Estimate(0, 0, 0)).value)


def test_rate_ratio_of_equal_counts_spans_one():
    got = ratios.ratio_of_rates(s.rate(10, 1), s.rate(10, 1))
    assert got.value == 1
    assert got.low == pytest.approx(1 / got.high)


@pytest.mark.parametrize("counts", [(0, 3), (4, 9), (120, 80)])
def test_rate_ratio_has_the_odds_of_the_exact_binomial_interval(counts):
    events, before = counts
    exact = stats.binomtest(events, events + before).proportion_ci(0.95, "exact")
    got = ratios.ratio_of_rates(s.rate(events, 2), s.rate(before, 6))
    assert got.value == pytest.approx(events / before * 3)
    assert got.low == pytest.approx(exact.low / (1 - exact.low) * 3)
    assert got.high == pytest.approx(exact.high / (1 - exact.high) * 3)


def test_a_ratio_to_less_than_a_separate_event_has_no_upper_bound():
    one, other = (s.rate(10, 10)._replace(effective_n=1.0), s.rate(1, 10)._replace(effective_n=0.1))
    got = ratios.ratio_of_rates(one, other)
    assert got.value == 10
    assert got.low < 10
    assert got.high > 1e6


def test_rate_ratio_to_nothing_is_unknown():
    assert math.isnan(ratios.ratio_of_rates(s.rate(3, 1), s.rate(0, 1)).value)


def test_rank_test_agrees_with_scipy():
    frame = pd.DataFrame({"k": list("aaaabbbbcccc"), "v": [1, 2, 2, 3, 5, 6, 7, 8, 2, 3, 3, 9]})
    got = rank_test(frame, "k", "v")
    expected = stats.mannwhitneyu(
        frame.loc[frame["k"] == "b", "v"], frame.loc[frame["k"] != "b", "v"], method="asymptotic"
    )
    assert got.loc["b", "p_value"] == pytest.approx(expected.pvalue)
    assert (got["q_value"] >= got["p_value"]).all()


def test_kaplan_meier_by_hand():
    """Events at 1 and 3, censored at 2 and 4: 1/4, then 1 − 3/4 · 1/2."""
    curve = survival.time_to_event([1, 2, 3, 4], [True, False, True, False])
    assert curve["seconds"].tolist() == [1, 3]
    assert curve["share"].tolist() == pytest.approx([0.25, 0.625])
    assert curve["at_risk"].tolist() == [4, 2]


def test_kaplan_meier_and_its_interval_are_scipys():
    rng = np.random.default_rng(11)
    seconds, happened = rng.integers(1, 60, 200), rng.random(200) < 0.6
    expected = stats.ecdf(stats.CensoredData.right_censored(seconds, ~happened)).cdf
    interval = expected.confidence_interval(0.95, method="log-log")
    rows = np.isin(expected.quantiles, seconds[happened])
    curve = survival.time_to_event(seconds, happened)
    assert curve["seconds"].tolist() == expected.quantiles[rows].tolist()
    for name, wanted in (
        ("share", expected.probabilities),
        ("low", interval.low.probabilities),
        ("high", interval.high.probabilities),
    ):
        assert curve[name].to_numpy() == pytest.approx(wanted[rows])


def test_aalen_johansen_by_hand():
    """Five incidents: ack at 1, competing at 2, censored at 3, ack at 4, ack at 5.

    S before 1, 2, 4, 5 is 1, 4/5, 3/5, 3/10. F = 1/5; then + 3/5 · 1/2; then + 3/10 · 1.
    """
    curve = survival.cumulative_incidence([1, 2, 3, 4, 5], [1, 2, 0, 1, 1])
    assert curve["seconds"].tolist() == [1, 4, 5]
    assert curve["share"].tolist() == pytest.approx([0.2, 0.5, 0.8])
    assert curve["at_risk"].tolist() == [5, 2, 1]


def test_aalen_johansen_variance_without_censoring_is_binomial():
    """Then F is a plain share, and its variance F (1 − F) / n."""
    causes = [1, 2, 1, 1, 2, 1, 2, 2, 1, 1]
    curve = survival.cumulative_incidence(range(1, 11), causes)
    f = curve["share"].to_numpy()[:-1]
    width = 1.959964 * np.sqrt(f * (1 - f) / 10) / np.abs(f * np.log(f))
    assert curve["low"].to_numpy()[:-1] == pytest.approx(f ** np.exp(width), rel=1e-5)
    assert curve["high"].to_numpy()[:-1] == pytest.approx(f ** np.exp(-width), rel=1e-5)


def test_without_competing_events_aalen_johansen_is_kaplan_meier():
    rng = np.random.default_rng(7)
    seconds, happened = rng.integers(1, 50, 300), rng.random(300) < 0.7
    pd.testing.assert_frame_equal(
        survival.cumulative_incidence(seconds, happened.astype(int))[
            ["seconds", "share", "at_risk"]
        ],
        survival.time_to_event(seconds, happened)[["seconds", "share", "at_risk"]],
    )


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2)), min_size=1, max_size=80))
def test_incidence_rises_and_stays_within_its_bounds(pairs):
    curve = survival.cumulative_incidence(*zip(*pairs, strict=True))
    known = curve.dropna()
    assert curve["share"].is_monotonic_increasing
    assert curve["share"].between(0, 1 + 1e-9).all()
    assert (known["low"] <= known["share"] + 1e-9).all()
    assert (known["share"] <= known["high"] + 1e-9).all()


def test_no_event_no_curve():
    assert survival.cumulative_incidence([5.0, 6.0], [0, 2]).empty
    assert survival.time_to_event([5.0], [False]).empty
    assert survival.cumulative_incidence([], []).empty


@pytest.mark.parametrize("n", [10, 30, 70, 402])
def test_half_of_an_even_number_is_reached_with_its_half_whatever_the_rounding(n):
    seconds = np.arange(1.0, n + 1)
    curve = survival.cumulative_incidence(seconds, np.ones(n, dtype=int))
    assert survival.time_until(curve, 0.5).value == n / 2


def test_time_until_a_level():
    curve = pd.DataFrame(
        {
            "seconds": [1.0, 4.0],
            "share": [0.2, 0.6],
            "low": [0.1, 0.5],
            "high": [0.5, 0.9],
            "at_risk": [5, 4],
            "effective": [1.0, 0.5],
        }
    )
    assert survival.time_until(curve, 0.5) == Estimate(4.0, 1.0, 4.0, 5.0, 2.5)
    assert math.isnan(survival.time_until(curve, 0.7).value)


def test_thinned_curve_keeps_its_ends_and_true_steps():
    curve = survival.time_to_event(np.arange(1, 5_001), np.ones(5_000, dtype=bool))
    small = survival.thin(curve)
    assert len(small) <= 400
    assert small["seconds"].iloc[[0, -1]].tolist() == [1, 5_000]
    assert small["share"].to_numpy() == pytest.approx(small["seconds"].to_numpy() / 5_000)
