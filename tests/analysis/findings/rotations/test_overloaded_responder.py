"""Unequal parts of one rotation: exact multiples of an equal split, written by hand."""

from collections.abc import Mapping

import pandas as pd
import pytest
from scipy import stats

from corvana import frames
from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.rotations.overloaded_responder import KIND
from corvana.analysis.staffing.turns import pages_on_shift, turns
from tests.builders.analysis.paged_rotation import CHAIN, Paged, paged
from tests.builders.analysis.rotations import at, framed, shifts
from tests.builders.analysis.written_account import MONTHS, PERIOD, account_of, first_finding

THREE_WEEKS_IN_FOUR = shifts(("S1", "ann", 0, 540), ("S1", "bob", 540, PERIOD))


def daily(who: str, count: int, first: float, every: float = 12) -> list[Paged]:
    """As many incidents of one page each, evenly apart."""
    return [(who, f"{who}{number}", first + number * every) for number in range(count)]


EVEN = [*daily("ann", 45, 1), *daily("bob", 15, 541)]


def rotation(worked: pd.DataFrame, pages: list[Paged], **known: pd.DataFrame) -> Account:
    return account_of(shifts=worked, rules=CHAIN, **paged(*pages), **known)


def of(tests: pd.DataFrame) -> Mapping[str, pd.Series]:
    return {str(row["subject_id"]): row for _, row in tests.iterrows()}


def test_who_has_three_quarters_of_the_time_and_the_incidents_carries_half_again_their_part():
    found = of(KIND.tests(rotation(THREE_WEEKS_IN_FOUR, EVEN)))
    ann, bob = found["ann"], found["bob"]
    assert (ann["subject_type"], ann["detail"], ann["n"]) == ("responder", "S1", 60)
    assert (ann["effect"], bob["effect"], ann["reference"]) == (1.5, 0.5, 1.0)
    # Wilson of 45 of 60, times two members; incidents come evenly, so nothing is taken off.
    assert (ann["low"], ann["high"]) == (
        pytest.approx(2 * 0.627679, abs=1e-5),
        pytest.approx(2 * 0.842235, abs=1e-5),
    )
    assert ann["p_value"] == pytest.approx(stats.binomtest(45, 60, 0.5, "greater").pvalue)
    assert bob["p_value"] > 0.99
    assert (ann["is_material"], bob["is_material"]) == (True, False)
    # 45 pages instead of 30, ten minutes each.
    assert ann["avoidable_minutes_per_month"] == pytest.approx(150 / MONTHS)
    assert bob["avoidable_minutes_per_month"] == 0.0


def test_engaged_time_above_the_equal_split_is_avoidable_too():
    worked = [
        {"incident_id": "ann0", "responder": "ann", "engaged_seconds": 7_200},
        {"incident_id": "bob0", "responder": "bob", "engaged_seconds": 1_200},
        {"incident_id": "bob0", "responder": "cat", "engaged_seconds": 9_999},
    ]
    world = rotation(
        THREE_WEEKS_IN_FOUR, EVEN, participations=framed(worked, frames.PARTICIPATIONS)
    )
    ann = of(KIND.tests(world))["ann"]
    assert ann["avoidable_minutes_per_month"] == pytest.approx((150 + 50) / MONTHS)


def test_equal_hours_are_no_overload_however_the_incidents_fell():
    worked = shifts(("S1", "ann", 0, 360), ("S1", "bob", 360, PERIOD))
    ann = of(KIND.tests(rotation(worked, [*daily("ann", 45, 1, 7), *daily("bob", 15, 361)])))["ann"]
    assert (ann["effect"], ann["is_material"]) == (1.5, False)


def test_more_hours_without_more_incidents_are_no_overload():
    pages = [*daily("ann", 30, 1), *daily("bob", 30, 541, 5)]
    ann = of(KIND.tests(rotation(THREE_WEEKS_IN_FOUR, pages)))["ann"]
    assert (ann["effect"], ann["is_material"]) == (1.0, False)


def test_coming_shifts_that_even_it_out_leave_no_overload():
    back = shifts(("S1", "bob", PERIOD, PERIOD + 500))
    ann = of(KIND.tests(rotation(pd.concat([THREE_WEEKS_IN_FOUR, back]), EVEN)))["ann"]
    assert (ann["effect"], ann["is_material"]) == (1.5, False)


def test_a_quarter_of_all_time_on_call_is_no_overload():
    worked = shifts(
        *(("S1", who, start, start + 60) for who, start in (("bob", 540), ("cat", 600))),
        ("S1", "ann", 0, 180),
    )
    pages = [*daily("ann", 30, 1, 5), *daily("bob", 6, 541, 5), *daily("cat", 6, 601, 5)]
    ann = of(KIND.tests(rotation(worked, pages)))["ann"]
    assert (ann["effect"], ann["is_material"]) == (pytest.approx(30 / 42 * 3), False)


def test_a_stand_in_for_a_day_is_no_member():
    worked = shifts(("S1", "ann", 0, 348), ("S1", "dan", 348, 372), ("S1", "bob", 372, PERIOD))
    pages = [*daily("ann", 20, 1), *daily("bob", 20, 373), *daily("dan", 3, 349, 2)]
    found = of(KIND.tests(rotation(worked, pages)))
    assert {who: (row["effect"], row["n"]) for who, row in found.items()} == {
        "ann": (1.0, 40),
        "bob": (1.0, 40),
    }


def test_incidents_in_bursts_count_for_less():
    burst = [("ann", f"burst{number}", 2 + number / 10) for number in range(45)]
    even = of(KIND.tests(rotation(THREE_WEEKS_IN_FOUR, EVEN)))["ann"]
    bursts = of(KIND.tests(rotation(THREE_WEEKS_IN_FOUR, [*burst, *daily("bob", 15, 541)])))["ann"]
    # Weeks of 45, 0, 0, 11 and, cut off, the rest: variance over mean is 32.6.
    assert (bursts["effect"], bursts["n"]) == (even["effect"], even["n"])
    assert bursts["p_value"] == pytest.approx(stats.binomtest(1, 2, 0.5, "greater").pvalue)
    assert bursts["low"] < even["low"]


def test_many_pages_of_one_incident_are_one_incident():
    again = [("ann", "ann0", 1 + number / 10) for number in range(9)]
    ann = of(KIND.tests(rotation(THREE_WEEKS_IN_FOUR, [*EVEN, *again])))["ann"]
    assert (ann["effect"], ann["n"]) == (1.5, 60)


def test_only_pages_on_shift_through_a_policy_of_the_schedule_count():
    worked = shifts(("S1", "ann", 0, 10), ("S2", "ann", 0, 20), ("S1", "bob", 10, 30))
    pages = paged(("ann", "Q1", 5), ("ann", "Q2", 15), ("bob", "Q3", 5), ("bob", "Q4", 12))
    world = account_of(shifts=worked, rules=CHAIN, **pages)
    found = pages_on_shift(world)
    assert found[["page", "incident", "at"]].to_numpy().tolist() == [[0, 0, at(5)], [3, 3, at(12)]]
    whose = turns(world).drop_duplicates("member").set_index("member").loc[found["member"]]
    assert whose[["schedule_id", "responder"]].to_numpy().tolist() == [["S1", "ann"], ["S1", "bob"]]


def test_a_person_alone_on_a_schedule_has_nobody_to_be_compared_with():
    assert KIND.tests(rotation(shifts(("S1", "ann", 0, PERIOD)), daily("ann", 30, 1))).empty


def test_without_pages_there_is_nothing_to_test():
    for world in (account_of(), account_of(shifts=THREE_WEEKS_IN_FOUR, rules=CHAIN)):
        found = KIND.tests(world)
        assert found.empty
        assert found.dtypes.astype(str).to_dict() == dict(frames.TESTS)


def test_the_evidence_is_what_each_member_carried():
    world = rotation(THREE_WEEKS_IN_FOUR, EVEN)
    rows = KIND.evidence(world, first_finding(KIND.tests(world)))
    assert rows.to_numpy().tolist() == [
        ["ann", 540 * 3600, 45, 45, 0.0, 0.75, 23],
        ["bob", 180 * 3600, 15, 15, 0.0, 0.25, 7],
    ]


def test_the_sentence_says_how_much_more_and_of_which_schedule():
    found = KIND.tests(rotation(THREE_WEEKS_IN_FOUR, EVEN))
    assert KIND.sentence(first_finding(found), {"S1": "Payments primary"}) == (
        "ann is paged for 1.5 times as many incidents as an equal split of Payments primary would "
        "give (95 % interval 1.3 to 1.7, n = 60), and has more of its hours than the other members."
    )
