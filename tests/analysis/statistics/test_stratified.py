"""Marked against unmarked rows of the same stratum: ranks and medians by hand."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from corvana.analysis.statistics.stratified import comparable, compare


def rows(*blocks):
    """Blocks of group, stratum, marked values, unmarked values."""
    return (
        pd.DataFrame(
            [
                {"group": group, "hour": stratum, "value": float(value), "is_marked": is_marked}
                for group, stratum, marked, unmarked in blocks
                for values, is_marked in ((marked, True), (unmarked, False))
                for value in values
            ],
            columns=["group", "hour", "value", "is_marked"],
        )
        .assign(storm=0)
        .astype({"value": "float64", "is_marked": "bool"})
    )


def compared(*blocks, **options):
    return compare(rows(*blocks), "group", ["hour"], "value", **options)


def test_one_stratum_is_the_rank_sum_test():
    """Ranks 4 and 5 of five: 9 against a mean of 6, variance 2 · 3 · 6 / 12 = 3."""
    row = compared(("g", 1, [50, 60], [10, 20, 30])).iloc[0]
    assert row[["group", "n", "n_reference"]].to_list() == ["g", 2, 3]
    assert (row["effect"], row["reference"]) == (55.0, 20.0)
    assert row["p_value"] == pytest.approx(stats.norm.sf(3 / np.sqrt(3)))


def test_ties_are_corrected_for_as_in_the_rank_sum_test():
    marked, unmarked = [3, 3, 5, 7], [1, 3, 3, 5, 2]
    expected = stats.mannwhitneyu(
        marked, unmarked, alternative="greater", method="asymptotic", use_continuity=False
    )
    p = compared(("g", 1, marked, unmarked)).loc[0, "p_value"]
    assert p == pytest.approx(expected.pvalue)


def test_strata_are_ranked_apart_and_weighted_by_one_over_their_size_plus_one():
    """Surpluses 1/2 of variance 1/4 (two rows) and 3 of variance 3 (five rows)."""
    p = compared(("g", 1, [9], [8]), ("g", 2, [5, 6], [1, 2, 3])).loc[0, "p_value"]
    z = (0.5 / 3 + 3 / 6) / np.sqrt(0.25 / 9 + 3 / 36)
    assert p == pytest.approx(stats.norm.sf(z))


def test_what_differs_only_between_strata_is_no_difference():
    night, day = ([100, 300], [100, 300]), ([1], [1, 1, 1, 1])
    assert compared(("g", "night", *night), ("g", "day", *day)).loc[0, "p_value"] == 0.5


def test_a_stratum_with_one_sort_says_nothing():
    blocks: tuple[Any, ...] = (
        ("g", 1, [50, 60], [10, 20, 30]),
        ("g", 2, [999], []),
        ("h", 3, [], [1, 2]),
    )
    pd.testing.assert_frame_equal(compared(*blocks), compared(blocks[0]))
    kept = comparable(rows(*blocks), "group", ["hour"])
    assert kept[["marked", "size"]].to_numpy().tolist() == [[2, 5]] * 5


def test_the_reference_counts_a_stratum_as_often_as_it_is_marked():
    """Three of four marked rows are of the night, so the night's unmarked one weighs three."""
    row = compared(("g", "night", [9, 9, 9], [8]), ("g", "day", [2], [1, 1, 1, 1])).iloc[0]
    assert row["reference"] == 8.0


def test_marked_values_can_be_asked_to_exceed_a_multiple():
    blocks: tuple[Any, ...] = ("g", 1, [15, 25, 35], [10, 20, 30])
    once, half_again = (compared(*[blocks], times=times).iloc[0] for times in (1.0, 1.5))
    assert once["p_value"] < 0.5 < half_again["p_value"]
    assert once["reference"] == half_again["reference"] == 20.0


def test_equal_values_are_no_evidence():
    assert compared(("g", 1, [5, 5], [5, 5])).loc[0, "p_value"] == 0.5


def test_without_rows_there_is_no_group():
    table = compared()
    assert table.empty
    assert table.columns.to_list()[-2:] == ["reference", "p_value"]


def test_stratified_p_values_are_uniform_by_chance():
    draws = np.random.default_rng(3)
    n = 300 * 40
    table = pd.DataFrame(
        {
            "group": np.repeat(np.arange(300), 40),
            "hour": draws.integers(0, 4, n),
            "chance": draws.random(n),
        }
    )
    # The slowest stratum is also the one with most marked rows.
    biased = table.assign(
        is_marked=table["chance"] < 0.1 + 0.2 * table["hour"],
        value=draws.lognormal(size=n) * (1 + 5 * table["hour"]),
        storm=0,
    )
    p = compare(biased, "group", ["hour"], "value")["p_value"]
    assert stats.kstest(p, "uniform").pvalue > 0.01
