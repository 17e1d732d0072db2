"""A subject's median against those it is compared with."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from corvana.analysis.findings.measures.medians import medians_against_rest


def rows(*of: tuple[str, str, list[float]]) -> pd.DataFrame:
    """Rows of among, subject and its values."""
    return (
        pd.DataFrame(
            [(among, subject, float(value)) for among, subject, values in of for value in values],
            columns=["among", "subject_id", "value"],
        )
        .assign(storm=0)
        .astype({"among": "str", "subject_id": "str"})
    )


def test_a_median_stands_beside_that_of_all_other_subjects_rows() -> None:
    found = medians_against_rest(
        rows(("all", "db", [5, 9, 7]), ("all", "api", [1, 6]), ("all", "web", [2, 8]))
    )
    columns = ["subject_id", "n", "effect", "n_rest", "reference"]
    assert found[columns].to_numpy().tolist() == [
        ["api", 2, 3.5, 5, 7.0],
        ["db", 3, 7.0, 4, 4.0],
        ["web", 2, 5.0, 5, 6.0],
    ]


def test_subjects_are_compared_only_among_the_same() -> None:
    found = medians_against_rest(
        rows(
            ("P1", "db", [9, 9]),
            ("P1", "api", [1, 2]),
            ("P2", "web", [100, 200]),
            ("P2", "db", [3, 5, 7]),
        )
    ).set_index(["among", "subject_id"])
    assert found["reference"].to_dict() == {
        ("P1", "api"): 9,
        ("P1", "db"): 1.5,
        ("P2", "db"): 150,
        ("P2", "web"): 5,
    }


@pytest.mark.parametrize("levels", [7, 10_000], ids=["many ties", "few ties"])
def test_the_test_is_the_one_sided_mann_whitney_test(levels: int) -> None:
    drawn = np.random.default_rng(4).integers(0, levels, 90)
    own, rest = drawn[:30] + levels // 7, drawn[30:]
    found = medians_against_rest(
        rows(
            ("all", "db", list(own)),
            ("all", "api", list(rest[:20])),
            ("all", "web", list(rest[20:])),
            ("others", "api", [1, 1, 1]),
        )
    ).set_index(["among", "subject_id"])
    expected = stats.mannwhitneyu(own, rest, alternative="greater", method="asymptotic")
    assert found.loc[("all", "db"), "p_value"] == pytest.approx(expected.pvalue)


def test_without_others_or_differences_nothing_stands_out() -> None:
    found: Any = medians_against_rest(
        rows(("P1", "db", [9, 9, 9]), ("P2", "api", [4, 4]), ("P2", "web", [4, 4]))
    ).set_index("subject_id")
    assert found["p_value"].to_dict() == {"db": 1, "api": 1, "web": 1}
    assert pd.isna(found.loc["db", "reference"])


def test_nothing_has_no_medians() -> None:
    assert medians_against_rest(rows()).empty
