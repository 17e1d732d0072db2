"""Findings before and after: new, gone, found again, or nothing to tell."""

import math
from typing import Any

import pandas as pd

from corvana.analysis.assessment.changed import found, scores
from corvana.frames import SCORECARD, TESTED, conform

NAN = math.nan


def a_test(service: str, effect: float, low: float, high: float, **more: Any) -> dict[str, Any]:
    return {
        "key": f"slow_ack:{service}",
        "kind": "slow_ack",
        "subject_type": "service",
        "subject_id": service,
        "detail": None,
        "is_finding": True,
        "effect": effect,
        "low": low,
        "high": high,
        "reference": 100.0,
        "n": 50,
        "effective_n": 50.0,
        "p_value": 0.001,
        "is_material": True,
        "q_value": 0.01,
        "avoidable_minutes_per_month": effect,
        **more,
    }


def side(*rows: dict[str, Any]) -> pd.DataFrame:
    return conform(pd.DataFrame(list(rows), columns=list(TESTED)), TESTED)


def states(before: pd.DataFrame, after: pd.DataFrame, *places: str) -> dict[str, str]:
    told = found.told(before, after, places, places)
    return dict(zip(told["subject_id"], told["state"], strict=True))


def not_found(service: str, effect: float, low: float, high: float) -> dict[str, Any]:
    return a_test(service, effect, low, high, is_finding=False, is_material=False)


def test_a_finding_of_both_sides_stays_with_its_size_on_either():
    told = found.told(
        side(a_test("A", 300, 250, 350)), side(a_test("A", 200, 150, 240)), ["A"], ["A"]
    ).iloc[0]
    assert told["state"] == "stays"
    assert (told["effect"], told["effect_after"], told["high_after"]) == (300, 200, 240)
    assert told["avoidable_minutes_per_month"] == 200
    assert told["found_before"]
    assert told["found_after"]


def test_a_finding_is_gone_only_if_the_later_interval_leaves_out_its_size():
    before = side(*(a_test(each, 300, 250, 350) for each in ("A", "B", "C")))
    after = side(not_found("A", 120, 90, 200), not_found("B", 180, 60, 310))
    assert states(before, after, "A", "B", "C") == {
        "A": "gone", "B": "cannot tell", "C": "cannot tell"
    }  # fmt: skip


def test_a_finding_is_new_by_the_same_rule_the_other_way_round():
    after = side(*(a_test(each, 300, 250, 350) for each in ("A", "B", "C")))
    before = side(not_found("A", 120, 90, 200), not_found("B", 180, 60, 310))
    assert states(before, after, "A", "B", "C") == {
        "A": "new", "B": "cannot tell", "C": "cannot tell"
    }  # fmt: skip


def test_what_follows_from_the_configuration_is_gone_while_its_place_is_there():
    gap = {"p_value": None}
    before = side(*(a_test(each, 40, NAN, NAN, **gap) for each in ("A", "B")))
    assert states(before, side(), "A") == {"A": "gone", "B": "cannot tell"}
    assert states(side(), before, "A") == {"A": "new", "B": "cannot tell"}


def test_new_ones_come_first_and_then_by_avoidable_time():
    both = [a_test(each, size, size - 10, size + 10) for each, size in (("S", 200), ("T", 400))]
    before = side(*both, a_test("G", 300, 290, 310), not_found("N", 90, 80, 110))
    after = side(*both, not_found("G", 90, 80, 110), a_test("N", 150, 140, 160))
    told = found.told(before, after, "SGNT", "SGNT")
    assert list(told["subject_id"]) == ["N", "G", "T", "S"]
    assert list(told["state"]) == ["new", "gone", "stays", "stays"]


def test_without_a_finding_there_is_nothing():
    told = found.told(side(), side(not_found("A", 120, 90, 200)), ["A"], ["A"])
    assert told.empty
    assert "state" in told


def scorecard(**points: float | None) -> pd.DataFrame:
    rows = [
        {
            "dimension": "Coverage",
            "check": name,
            "value": value,
            "n": 20,
            "unit": "share",
            "points": value,
            "is_known": value is not None,
        }
        for name, value in points.items()
    ]
    return conform(pd.DataFrame(rows, columns=list(SCORECARD)), SCORECARD)


def test_scores_are_means_of_the_checks_that_are_known_on_both_sides():
    checks = scores.checks(
        scorecard(one=40, two=80, three=None, left=0), scorecard(one=60, two=None, three=10, new=5)
    )
    assert list(checks["check"]) == ["one", "two", "three"]
    assert list(checks["is_known"]) == [True, False, False]
    (row,) = scores.dimensions(checks).to_dict("records")
    assert row == {"dimension": "Coverage", "before": 40, "after": 60, "known": 1, "checks": 3}


def test_a_dimension_without_a_check_known_on_both_sides_has_no_score():
    (row,) = scores.dimensions(scores.checks(scorecard(one=40), scorecard(one=None))).to_dict(
        "records"
    )
    assert math.isnan(row["before"])
    assert row["known"] == 0
