"""Policies and services that are slow to acknowledge, on incidents written by hand."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from corvana.analysis.findings.slow_ack import KIND, compared
from corvana.frames import TESTS
from tests.builders.analysis.written_account import END, START, account, finding, incident, subjects

SERVICES: dict[str, Any] = {"db": {}, "api": {}, "web": {}}
A_MONTH_OPEN = (END - START).total_seconds() / 60


def acked(
    policy: str, minutes: Iterable[float], service: str = "db", **more: Any
) -> list[dict[str, Any]]:
    return [
        incident(service, acked=each, resolved=600, escalation_policy_id=policy, **more)
        for each in minutes
    ]


SLOW = account(
    [*acked("P1", range(20, 40)), *acked("P2", range(1, 11)), *acked("P3", range(3, 13), "api")],
    **SERVICES,
)


def test_a_policy_is_slow_when_its_median_wait_is_far_above_all_others() -> None:
    found = subjects(SLOW, KIND)
    slow = found.loc["P1"]
    assert slow["subject_type"] == "escalation_policy"
    # The others' waits are 1 to 10 and 3 to 12 minutes, their middle two 6 and 7.
    assert (slow["n"], slow["effect"], slow["reference"]) == (20, 29.5 * 60, 6.5 * 60)
    # Order statistics 6 and 15 of 20: P(B < 6) = 2.1 % for B ~ Binomial(20, 1/2).
    assert (slow["low"], slow["high"]) == (25 * 60, 34 * 60)
    assert found[found["is_material"]].index.tolist() == ["P1"]


def test_the_test_is_one_sided() -> None:
    p_values = subjects(SLOW, KIND)["p_value"]
    # All 20 slow ones rank above all 20 others: U = 400, half of that expected.
    assert p_values["P1"] < 1e-6
    assert p_values["P2"] > 0.99


def test_avoidable_is_the_mean_wait_beyond_that_of_the_others() -> None:
    minutes = subjects(SLOW, KIND)["avoidable_minutes_per_month"]
    assert minutes["P1"] == pytest.approx(20 * (29.5 - 6.5))
    assert minutes["P2"] == 0


def test_a_wait_counts_for_four_hours_at_most() -> None:
    forgotten = account([*acked("P1", [500] * 12), *acked("P2", [10] * 12)], **SERVICES)
    minutes = subjects(forgotten, KIND).loc["P1", "avoidable_minutes_per_month"]
    assert minutes == pytest.approx(12 * (240 - 10))


def test_what_was_never_acknowledged_waited_until_its_resolve_or_the_end_of_the_data() -> None:
    unanswered = [incident("db", resolved=60)] * 6 + [incident("db")] * 6
    known = account([*unanswered, *acked("P2", [5] * 12)], **SERVICES)
    slow = subjects(known, KIND).loc["P1"]
    assert (slow["n"], slow["low"], slow["high"]) == (12, 60 * 60, A_MONTH_OPEN * 60)


@pytest.mark.parametrize(
    ("slow", "fast"),
    [([14] * 20, [8] * 20), ([8] * 20, [3.5] * 20)],
    ids=["six minutes more but not twice", "more than twice but not five minutes more"],
)
def test_a_small_difference_is_worth_no_change(slow: list[float], fast: list[float]) -> None:
    found = subjects(account([*acked("P1", slow), *acked("P2", fast)], **SERVICES), KIND).loc["P1"]
    assert found["p_value"] < 1e-6
    assert not found["is_material"]


def test_the_floor_must_hold_at_the_low_end_of_the_interval() -> None:
    spread = account([*acked("P1", [2, 3, 4, 5, 6, 7, 60, 61, 62, 63, 64, 65]),
                      *acked("P2", [4] * 20)], **SERVICES)  # fmt: skip
    found = subjects(spread, KIND).loc["P1"]
    assert (found["effect"], found["low"], found["reference"]) == (33.5 * 60, 4 * 60, 4 * 60)
    assert not found["is_material"]


def test_a_service_is_compared_with_the_others_on_its_policy() -> None:
    known = account(
        [*acked("P1", [30] * 12), *acked("P1", [6] * 20, "api"), *acked("P2", [1] * 90, "web")],
        **SERVICES,
    )
    found = subjects(known, KIND)
    assert (found.loc["db", "subject_type"], found.loc["db", "reference"]) == ("service", 360)
    assert found.loc["db", "is_material"]


def test_a_service_on_a_slow_policy_is_not_told_again() -> None:
    known = account(
        [*acked("P1", [30] * 12), *acked("P1", [30] * 12, "api"), *acked("P2", [2] * 90, "web")],
        **SERVICES,
    )
    found = subjects(known, KIND)
    assert found[found["is_material"]].index.tolist() == ["P1"]


def test_with_fewer_than_ten_others_there_is_nothing_to_compare_with() -> None:
    known = account([*acked("P1", [30] * 20), *acked("P2", [1] * 9)], **SERVICES)
    found = subjects(known, KIND).loc["P1"]
    assert pd.isna(found["reference"])
    assert (found["p_value"], found["is_material"]) == (1, False)
    assert found["avoidable_minutes_per_month"] == 0


def test_a_service_that_changed_its_policy_is_judged_once() -> None:
    known = account(
        [*acked("P1", [9] * 12), *acked("P2", [9] * 11), *acked("P1", [9] * 10, "api")], **SERVICES
    )
    services = subjects(known, KIND).query("subject_type == 'service'")
    assert services["n"].to_dict() == {"api": 10, "db": 12}


@pytest.mark.parametrize(
    "more",
    [
        {"urgency": "low"},
        {"resolution": "merged"},
        {"resolution": "auto", "acknowledgement_count": 0, "first_acknowledged_at": None},
    ],
    ids=["low urgency", "merged", "gone before anybody acted"],
)
def test_what_needed_no_quick_answer_is_left_out(more: dict[str, Any]) -> None:
    known = account([*acked("P1", [5], **more), *acked("P1", [5])], **SERVICES)
    assert subjects(known, KIND).loc["P1", "n"] == 1


def test_a_service_that_mostly_pages_for_nothing_is_left_out() -> None:
    gone = [incident("db", resolved=5, resolution="auto") for _ in range(40)]
    known = account(
        [*gone, *acked("P1", [60] * 10), *acked("P2", [3] * 40, "api")],
        **SERVICES,
    )
    assert subjects(known, KIND).index.tolist() == ["P2", "api"]


def test_an_incident_counts_for_the_policy_it_entered_by() -> None:
    known = account(acked("P1", [5]), **SERVICES)
    moved = replace(known, incidents=known.incidents.assign(escalation_policy_id="P2"))
    assert "P1" in subjects(moved, KIND).index
    assert "P2" not in subjects(moved, KIND).index


def test_the_rows_behind_are_the_subjects_incidents_longest_wait_first() -> None:
    rows = KIND.evidence(SLOW, finding(SLOW, KIND, "P1"))
    assert rows["waited"].tolist() == [minutes * 60 for minutes in range(39, 19, -1)]
    assert rows["escalation_policy_id"].unique().tolist() == ["P1"]
    of_service = KIND.evidence(SLOW, finding(SLOW, KIND, "api"))
    assert of_service["waited"].tolist() == [minutes * 60 for minutes in range(12, 2, -1)]


def test_the_rows_drawn_are_those_that_were_tested() -> None:
    """An incident that a noisy service opened is on no side."""
    noisy = [incident("web", resolved=2, resolution="auto", escalation_policy_id="P3")] * 30
    late = [incident("web", acked=50, resolved=600, escalation_policy_id="P3")] * 2
    known = account(
        [*acked("P1", range(20, 40)), *acked("P2", range(1, 11)), *noisy, *late], **SERVICES
    )
    slow = finding(known, KIND, "P1")
    own, others = compared(known, slow)
    assert (len(own), own["waited"].median()) == (slow.n, slow.effect)
    assert (len(others), others["waited"].median()) == (10, slow.reference)


def test_it_is_told_in_one_sentence_with_interval_and_reference() -> None:
    told = KIND.sentence(finding(SLOW, KIND, "P1"), {"P1": "Payments"})
    assert told == (
        "Half of the 20 incidents of Payments that needed a person wait 29 min 30 s (25 min to 34 "
        "min) or longer until somebody acknowledges them or they are over; on other policies it is "
        "6 min 30 s."
    )
    of_service = finding(SLOW, KIND, "P1")._replace(subject_type="service", subject_id="api")
    assert "of api that needed a person wait" in KIND.sentence(of_service, {})
    assert "on other services on the same policy" in KIND.sentence(of_service, {})


def test_nothing_is_tested_without_incidents() -> None:
    found = KIND.tests(account())
    assert (len(found), list(found)) == (0, list(TESTS))
