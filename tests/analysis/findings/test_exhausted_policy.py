"""Policies that run out of people, on incidents written by hand."""

from typing import Any

import pandas as pd
import pytest

from corvana.analysis.findings.exhausted_policy import KIND
from corvana.frames import TESTS
from tests.builders.analysis.written_account import (
    Way,
    account_of_ways,
    begun,
    finding,
    paged,
    subjects,
    way,
)

RULES = {"P1": [(5, "ann"), (10, "bob")], "P2": [(5, "dan")]}


def exhausted(acked: float = 75, **ends: Any) -> Way:
    """Nobody is paged any more from minute 15 on."""
    return way(begun(), paged(5, 2), acked=acked, resolved=90, exhausted=True, **ends)


def answered(policy: str = "P1") -> Way:
    return way(begun(), policy=policy, acked=2, resolved=30)


STUCK = [exhausted() for _ in range(20)] + [answered() for _ in range(20)]
FINE = [answered("P2") for _ in range(40)]


def by_policy(ways: list[Way]) -> pd.DataFrame:
    return subjects(account_of_ways(ways, RULES), KIND)


def test_a_policy_half_of_whose_incidents_run_out_of_people_is_a_finding() -> None:
    found: Any = by_policy(STUCK + FINE)
    assert found["is_material"].to_dict() == {"P1": True, "P2": False}
    assert found.loc["P1", ["n", "effect", "reference"]].to_list() == [40, 0.5, 0.0]
    assert found.loc["P1", "p_value"] < 1e-6


def test_avoidable_is_the_median_wait_of_all_that_ran_out() -> None:
    ways = [exhausted(45), exhausted(75), exhausted(15 + 24 * 60), answered()]
    assert by_policy(ways).loc["P1", "avoidable_minutes_per_month"] == pytest.approx(3 * 60)


def test_an_answer_that_was_on_its_way_makes_no_finding() -> None:
    soon = [exhausted(18) for _ in range(20)] + STUCK[20:]
    row = by_policy(soon + FINE).loc["P1"]
    assert row["effect"] == 0.5
    assert not row["is_material"]


def test_few_incidents_of_which_many_run_out_are_no_finding() -> None:
    row = by_policy([exhausted()] * 4 + [answered()] * 8 + FINE).loc["P1"]
    assert row["effect"] == pytest.approx(1 / 3)
    assert not row["is_material"]


def test_an_exhaustion_after_the_first_ack_left_nobody_waiting_for_one() -> None:
    later = way(begun(), acked=2, resolved=90, exhausted=True)
    assert by_policy([later]).loc["P1", "effect"] == 0


def test_an_open_incident_waits_until_the_data_ends() -> None:
    left = way(begun(), paged(5, 2), exhausted=True)
    row = by_policy([left]).loc["P1"]
    assert row["effect"] == 1
    assert row["avoidable_minutes_per_month"] == pytest.approx(365.25 / 12 * 24 * 60 - 15)


def test_a_policy_that_no_longer_exists_has_no_delay_to_judge_by() -> None:
    gone = account_of_ways([exhausted()], {"P2": RULES["P2"]})
    assert KIND.tests(gone)["effect"].to_list() == [0.0]


def test_merged_incidents_are_left_out() -> None:
    assert KIND.tests(account_of_ways([exhausted(resolution="merged")], RULES)).empty


def test_an_account_without_incidents_has_nothing_to_test() -> None:
    found = KIND.tests(account_of_ways([], RULES))
    assert found.empty
    assert found.dtypes.astype("str").to_dict() == dict(TESTS)


def test_the_evidence_is_every_incident_that_ran_out_and_how_long_it_waited() -> None:
    known = account_of_ways([exhausted(), answered(), exhausted(45, repeated=True)], RULES)
    rows = KIND.evidence(known, finding(known, KIND, "P1"))
    assert rows[["incident_id", "waited", "ended_by", "repeated"]].to_numpy().tolist() == [
        ["Q0", 3_600, "ack", False],
        ["Q2", 1_800, "ack", True],
    ]
    assert set(rows["exhausted_at"] - known.start) == {pd.Timedelta(minutes=15)}


def test_it_is_told_in_one_sentence_with_interval_and_reference() -> None:
    told = KIND.sentence(finding(account_of_ways(STUCK + FINE, RULES), KIND, "P1"), {"P1": "Data"})
    assert told == (
        "50 % (35 to 65 %) of 40 incidents of Data reached the end of the policy without an "
        "acknowledgement, and nobody was paged any more; elsewhere it is 0 %."
    )
