"""A subject's share against all the others'."""

from typing import Any

import pandas as pd
import pytest

from corvana.analysis.findings.measures.shares import shares_against_rest


def trials(**happened: list[int]) -> pd.DataFrame:
    rows = [(subject, bool(each)) for subject, found in happened.items() for each in found]
    return (
        pd.DataFrame(rows, columns=["subject_id", "happened"])
        .assign(storm=0)
        .astype({"subject_id": "str", "happened": "bool"})
    )


def test_a_share_is_tested_against_the_rows_of_all_other_subjects() -> None:
    found = shares_against_rest(trials(db=[1, 1, 1, 0], api=[0, 0, 1], web=[0, 0]))
    db = found.set_index("subject_id").loc["db"]
    assert found["subject_id"].tolist() == ["api", "db", "web"]
    assert (db["n"], db["happened"], db["effect"], db["reference"]) == (4, 3, 0.75, 0.2)
    # Of C(9, 4) = 126 ways to choose four rows, 4·5 have three of the four that happened, 1 all.
    assert db["p_value"] == pytest.approx(21 / 126)
    assert (db["low"], db["high"]) == pytest.approx((0.300642, 0.954413), abs=1e-6)


def test_a_share_below_the_others_is_no_evidence_of_one_above() -> None:
    found: Any = shares_against_rest(trials(db=[0] * 20, api=[1] * 20)).set_index("subject_id")
    assert found.loc["db", "p_value"] == 1
    assert found.loc["api", "p_value"] < 1e-9


def test_an_only_subject_has_nothing_to_be_compared_with() -> None:
    only = shares_against_rest(trials(db=[1, 1, 0])).iloc[0]
    assert only["p_value"] == 1
    assert pd.isna(only["reference"])


def test_rows_without_a_subject_are_left_out() -> None:
    rows = trials(db=[1, 0], api=[1, 1])
    nameless = rows.assign(subject_id=rows["subject_id"].where(rows["subject_id"] == "db"))
    assert shares_against_rest(nameless)["n"].tolist() == [2]


def test_nothing_has_no_shares() -> None:
    assert shares_against_rest(trials()).empty
