"""What the ledger lets through, written by hand: kinds whose tests are rows of numbers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.findings.kind import Cases, Comparison, Finding, Kind, Measure, always
from corvana.analysis.findings.ledger import all_tests, findings
from tests.builders.analysis.written_account import account, incident

ACCOUNT = account([incident("api")])
NO_CASES = Cases(pd.DataFrame(), pd.DataFrame(), ACCOUNT.end)


def judged(subject: str, p_value: float, **more: Any) -> dict[str, Any]:
    """A material test of a service from a hundred observations."""
    return {
        "subject_type": "service",
        "subject_id": subject,
        "detail": None,
        "effect": 2.0,
        "low": 1.5,
        "high": 2.5,
        "reference": 1.0,
        "n": 100,
        "effective_n": 90.0,
        "p_value": p_value,
        "is_material": True,
        "avoidable_minutes_per_month": 60.0,
    } | more


def kind(name: str, *rows: Mapping[str, Any]) -> Kind:
    """A kind that returns these rows of TESTS whatever the account."""
    table = pd.DataFrame([dict(row) for row in rows], columns=list(frames.TESTS))
    tested = frames.conform(table, frames.TESTS)
    return Kind(
        name=name,
        title=name,
        says="",
        after_subject="nothing",
        identified_by="subject and detail",
        comparison=Comparison("", ""),
        unit="times",
        floor="",
        against="",
        minutes="incidents wait",
        setting="",
        advice=always(""),
        assumes=None,
        probability_of="no difference",
        tells_of="no single people",
        is_association=False,
        measure=Measure(words="", unit="share", cases=lambda _, __, ___: NO_CASES),
        tests=lambda _: tested,
        evidence=lambda _, __: pd.DataFrame(),
        ids={},
        figures=(),
        sentence=lambda _, __: "",
    )


def found(*kinds: Kind) -> list[str]:
    return findings(ACCOUNT, kinds)["subject_id"].tolist()


def test_false_discoveries_are_controlled_over_all_kinds_together() -> None:
    slow = kind("slow", judged("a", 0.01), judged("b", 0.04), judged("c", 0.5))
    noisy = kind("noisy", judged("d", 0.03), judged("e", 0.9))
    tested = all_tests(ACCOUNT, [slow, noisy]).set_index("subject_id")["q_value"]
    # p · 5 / rank, never above that of the next larger p: 0.05, 0.075, 0.0667, 0.625, 0.9.
    assert tested.to_dict() == {
        "a": pytest.approx(0.05),
        "b": pytest.approx(0.2 / 3),
        "c": pytest.approx(0.625),
        "d": pytest.approx(0.2 / 3),
        "e": pytest.approx(0.9),
    }
    assert sorted(found(slow, noisy)) == ["a", "b", "d"]


def test_what_stands_out_alone_can_be_chance_among_many() -> None:
    one = judged("a", 0.04)
    others = kind("others", *(judged(f"b{number}", 0.9) for number in range(9)))
    assert found(kind("slow", one)) == ["a"]
    assert found(kind("slow", one), others) == []


def test_immaterial_tests_count_among_those_corrected_for_and_are_no_findings() -> None:
    rows = [judged("a", 0.06), judged("b", 0.06, is_material=False)]
    assert found(kind("slow", *rows)) == ["a"]
    rows = [judged("a", 0.06), judged("b", 0.9, is_material=False)]
    assert found(kind("slow", *rows)) == []


def test_fewer_than_ten_observations_are_neither_a_finding_nor_corrected_for() -> None:
    few, enough = judged("few", 0.001, n=9), judged("enough", 0.1, n=10)
    tested = all_tests(ACCOUNT, [kind("slow", few, enough)])
    assert tested[["subject_id", "q_value"]].to_numpy().tolist() == [["enough", 0.1]]
    assert found(kind("slow", few, enough)) == ["enough"]


def test_what_is_read_off_the_configuration_is_a_finding_when_material_whatever_its_n() -> None:
    gap = kind("gap", judged("a", np.nan, n=1), judged("b", np.nan, n=1, is_material=False))
    slow = kind("slow", judged("c", 0.1))
    assert sorted(found(gap, slow)) == ["a", "c"]
    tested = all_tests(ACCOUNT, [gap, slow]).set_index("subject_id")["q_value"]
    assert tested[["a", "b"]].isna().all()
    assert tested["c"] == pytest.approx(0.1)


def test_what_costs_most_minutes_comes_first_and_equals_are_in_order_of_their_names() -> None:
    rows = [judged(each, 0.001) for each in ("z", "y")]
    dear = judged("a", 0.01, avoidable_minutes_per_month=61.0)
    ledger = findings(ACCOUNT, [kind("slow", *rows), kind("noisy", dear, rows[0])])
    assert ledger[["kind", "subject_id"]].to_numpy().tolist() == [
        ["noisy", "a"],
        ["noisy", "z"],
        ["slow", "y"],
        ["slow", "z"],
    ]


def test_levels_of_one_policy_that_cost_the_same_are_in_order() -> None:
    levels = [judged("P1", 0.001, detail=detail) for detail in ("2", None, "1")]
    ledger = findings(ACCOUNT, [kind("slow", *levels)])
    assert [Finding.of(row).detail for row in ledger.itertuples()] == ["1", "2", None]


def test_an_account_without_incidents_has_no_tests_and_no_findings() -> None:
    slow = kind("slow", judged("a", 0.001))
    for table in (all_tests(account(), [slow]), findings(account(), [slow])):
        assert table.empty
        assert table.dtypes.astype(str).to_dict() == dict(frames.FINDINGS)


def test_a_kind_without_a_test_changes_nothing() -> None:
    slow, silent = kind("slow", judged("a", 0.001)), kind("silent")
    pd.testing.assert_frame_equal(findings(ACCOUNT, [slow, silent]), findings(ACCOUNT, [slow]))
    assert findings(ACCOUNT, [silent]).dtypes.astype(str).to_dict() == dict(frames.FINDINGS)


def test_a_row_of_the_ledger_is_a_finding_whose_missing_detail_is_none() -> None:
    rows = [judged("a", 0.001, detail="2"), judged("b", 0.001)]
    ledger = findings(ACCOUNT, [kind("slow", *rows)])
    by_tuple = [Finding.of(row) for row in ledger.itertuples()]
    by_series = [Finding.of(row) for _, row in ledger.iterrows()]
    assert by_tuple == by_series
    assert [finding.detail for finding in by_tuple] == ["2", None]
    assert by_tuple[0]._asdict() == {
        **judged("a", 0.001, detail="2"),
        "kind": "slow",
        "q_value": pytest.approx(0.001),
        "answered": None,
    }


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_a_missing_detail_is_none_by_whatever_name(missing: object) -> None:
    row = pd.Series({**judged("a", 0.001), "detail": missing, "kind": "slow", "q_value": 0.1})
    assert Finding.of(row).detail is None


def test_a_finding_of_an_earlier_release_has_no_effective_n() -> None:
    told = {**judged("a", 0.001), "kind": "slow", "q_value": 0.1}
    del told["effective_n"]
    assert np.isnan(Finding.of(pd.Series(told)).effective_n)
