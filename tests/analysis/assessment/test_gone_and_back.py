"""When a finding is gone, when it is back, and when nobody can tell."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from corvana.analysis.assessment.gone_and_back import extended, observed, traces
from corvana.frames import FINDING_SEEN, TESTED, conform, empty

START = datetime(2026, 9, 1, tzinfo=UTC)
KEY = "slow_ack:P1"
NAN = float("nan")


def a_test(**more: Any) -> pd.DataFrame:
    """One test of policy P1: a finding, unless said otherwise."""
    row = {
        "key": KEY, "is_finding": True, "kind": "slow_ack", "subject_type": "escalation_policy",
        "subject_id": "P1", "detail": None, "effect": 600.0, "low": 500.0, "high": 700.0,
        "reference": 200.0, "n": 100, "effective_n": 100.0, "p_value": 0.001, "is_material": True,
        "avoidable_minutes_per_month": 60.0, "q_value": 0.01,
    }  # fmt: skip
    return conform(pd.DataFrame([row | more]), TESTED)


NOTHING = empty(TESTED)
BETTER = a_test(is_finding=False, effect=250.0, low=210.0, high=300.0)
UNCLEAR = a_test(is_finding=False, effect=500.0, low=300.0, high=700.0)


def after(
    *analyses: tuple[float, pd.DataFrame], subjects: tuple[str, ...] = ("P1",)
) -> pd.DataFrame:
    """FINDING_SEEN after analyses, each so many days after the first."""
    known = empty(FINDING_SEEN)
    for days, one in analyses:
        rows = extended(known, observed(one, known, subjects), START + timedelta(days=days))
        both = pd.concat([known, rows], ignore_index=True)
        known = both.drop_duplicates(["key", "since"], keep="last", ignore_index=True)
    return known


def state(*analyses: tuple[float, pd.DataFrame]) -> str:
    return traces(after(*analyses))[KEY].state


def test_what_an_analysis_finds_is_found() -> None:
    assert state((0, a_test())) == "found"
    assert state((0, a_test()), (30, a_test())) == "found"


def test_analyses_that_see_the_same_are_one_row() -> None:
    known = after((0, a_test()), (1, a_test(effect=650.0)), (2, BETTER), (3, BETTER))
    told = known.sort_values("since")[["seen", "effect"]].to_numpy().tolist()
    assert told == [["found", 650.0], ["not found", 650.0]]
    assert (known["until"] - known["since"]).dt.days.tolist() == [1, 1]


@pytest.mark.parametrize(("days", "expected"), [(6.9, "cannot tell"), (7, "gone"), (42, "gone")])
def test_a_finding_is_gone_seven_days_after_the_last_analysis_that_found_it(
    days: float, expected: str
) -> None:
    assert state((0, a_test()), (days, BETTER)) == expected


def test_a_finding_that_is_missing_for_a_day_is_not_gone() -> None:
    analyses = [(0, a_test()), (20, a_test()), (21, BETTER)]
    assert state(*analyses) == "cannot tell"
    assert state(*analyses, (22, a_test())) == "found"


@pytest.mark.parametrize(("days", "expected"), [(20, "found"), (21, "back")])
def test_a_finding_that_was_gone_is_back_seven_days_after_it_was_not_found(
    days: float, expected: str
) -> None:
    assert state((0, a_test()), (14, BETTER), (days, a_test())) == expected


def test_a_finding_that_comes_back_can_be_gone_again() -> None:
    gone = [(0, a_test()), (10, BETTER), (20, a_test())]
    assert state(*gone) == "back"
    assert state(*gone, (25, BETTER)) == "cannot tell"
    assert state(*gone, (30, BETTER)) == "gone"


def test_an_interval_with_the_earlier_effect_tells_nothing() -> None:
    assert state((0, a_test()), (30, UNCLEAR)) == "cannot tell"


def test_a_larger_effect_that_is_no_finding_is_not_gone() -> None:
    worse = a_test(is_finding=False, effect=900.0, low=800.0, high=1_000.0)
    assert state((0, a_test()), (30, worse)) == "cannot tell"


def test_an_effect_that_is_worse_when_smaller_is_gone_when_it_is_larger() -> None:
    low = a_test(effect=0.2, low=0.1, high=0.3, reference=0.8)
    mended = a_test(is_finding=False, effect=0.7, low=0.6, high=0.75, reference=0.8)
    assert state((0, low), (30, mended)) == "gone"


def test_too_little_data_tells_nothing() -> None:
    assert state((0, a_test()), (30, NOTHING)) == "cannot tell"


def test_what_follows_from_the_configuration_is_gone_only_while_its_subject_exists() -> None:
    gap = a_test(p_value=NAN, q_value=NAN, effect=0.1, low=0.1, high=0.1, reference=0.0)
    there = traces(after((0, gap), (30, NOTHING)))[KEY]
    deleted = traces(after((0, gap), (30, NOTHING), subjects=("P2",)))[KEY]
    assert (there.state, deleted.state) == ("gone", "cannot tell")


def test_it_is_told_since_when_and_when_it_was_last_found() -> None:
    trace = traces(after((0, a_test()), (3, a_test()), (12, BETTER), (20, BETTER)))[KEY]
    assert trace.since == START + timedelta(days=12)
    assert trace.last_found == START + timedelta(days=3)


def test_an_analysis_of_older_data_changes_nothing() -> None:
    known = after((10, a_test()))
    assert extended(known, observed(BETTER, known, ["P1"]), START).empty


def test_an_analysis_that_is_noted_again_changes_nothing() -> None:
    known = after((10, a_test()))
    again = extended(known, observed(BETTER, known, ["P1"]), START + timedelta(days=10))
    assert again.empty


@pytest.mark.parametrize("days", [0, 3])
def test_a_changed_setting_makes_no_finding_gone(days: int) -> None:
    known = after((-20, a_test()), (0, a_test()))
    for later, is_alike in ((days, False), (days + 1, True), (days + 30, True)):
        seen = observed(BETTER, known, ["P1"], is_alike=is_alike)
        rows = extended(known, seen, START + timedelta(days=later), is_alike=is_alike)
        both = pd.concat([known, rows], ignore_index=True)
        known = both.drop_duplicates(["key", "since"], keep="last", ignore_index=True)
    trace = traces(known)[KEY]
    assert (trace.state, trace.last_found) == ("cannot tell", START)

    again = extended(known, observed(a_test(), known, ["P1"]), START + timedelta(days=50))
    assert traces(pd.concat([known, again]))[KEY].state == "found"


def test_what_was_gone_before_a_setting_changed_stays_gone() -> None:
    known = after((0, a_test()), (10, BETTER))
    seen = observed(BETTER, known, ["P1"], is_alike=False)
    rows = extended(known, seen, START + timedelta(days=11), is_alike=False)
    assert rows["seen"].tolist() == ["not found"]
