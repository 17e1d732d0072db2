"""Levels that lead to the same human: shares of time, written by hand."""

import pandas as pd
import pytest

from corvana.analysis.on_call import shift_time
from corvana.analysis.on_call.redundancy import double_duty, redundancy
from tests.builders.analysis.rotations import at, rules, shifts

SCHEDULES = ("S1", "S2")


def judged(worked: pd.DataFrame, chain: pd.DataFrame) -> pd.DataFrame:
    found = redundancy(worked, chain, schedules=SCHEDULES, since=at(0), until=at(10))
    return found.set_index("escalation_policy_id")


CHAIN = rules(("P1", 1, "S1"), ("P1", 2, "S2"))


def test_the_same_human_on_two_levels_is_counted_while_it_lasts():
    worked = shifts(("S1", "ann", 0, 6), ("S2", "ann", 4, 10), ("S1", "bob", 6, 10))
    cover = shift_time.cover(worked, CHAIN, since=at(0), until=at(10))
    pairs = double_duty(cover).astype({"level": "int", "other_level": "int"})
    assert pairs.to_numpy().tolist() == [["P1", 1, 2, "ann", at(4), at(6)]]
    found = judged(worked, CHAIN).loc["P1"]
    assert (found["levels"], found["covered_seconds"]) == (2, 36_000.0)
    assert (found["doubled_seconds"], found["doubled_share"]) == (7_200.0, 0.2)


def test_two_humans_on_two_levels_are_redundant():
    worked = shifts(("S1", "ann", 0, 10), ("S2", "bob", 0, 10))
    found = judged(worked, CHAIN).loc["P1"]
    assert (found["doubled_share"], found["sole_share"]) == (0.0, 0.0)
    assert pd.isna(found["sole_responder"])
    assert found["last_level_responder"] == "bob"


def test_a_person_named_on_a_later_level_doubles_their_own_shifts():
    chain = rules(("P1", 1, "S1"), ("P1", 2, "ann"))
    worked = shifts(("S1", "ann", 0, 5), ("S1", "bob", 5, 10))
    found = judged(worked, chain).loc["P1"]
    assert found["doubled_share"] == 0.5
    assert found["sole_share"] == 0.5
    assert pd.isna(found["sole_responder"])
    assert found["last_level_responder"] == "ann"


def test_every_level_ending_in_one_person_names_that_person():
    chain = rules(("P1", 1, "S1"), ("P1", 2, "ann"), ("P1", 3, "ann"), ("P2", 1, "bob"))
    found = judged(shifts(("S1", "ann", 0, 4)), chain)
    assert found["sole_share"].tolist() == [1.0, 1.0]
    assert found["sole_responder"].tolist() == ["ann", "bob"]
    # Levels 2 and 3 are both ann all the time, and that is counted once.
    assert found["doubled_share"].tolist() == [1.0, 0.0]


def test_one_person_at_a_time_but_not_always_the_same_is_sole_without_a_name():
    worked = shifts(("S1", "ann", 0, 4), ("S1", "bob", 4, 8))
    found = judged(worked, rules(("P1", 1, "S1"))).loc["P1"]
    assert (found["covered_seconds"], found["sole_share"]) == (8 * 3600.0, 1.0)
    assert pd.isna(found["sole_responder"])
    assert pd.isna(found["last_level_responder"])


def test_two_on_one_schedule_at_once_are_two():
    worked = shifts(("S1", "ann", 0, 10), ("S1", "bob", 0, 5))
    found = judged(worked, rules(("P1", 1, "S1"))).loc["P1"]
    assert found["sole_share"] == 0.5


def test_a_policy_on_a_schedule_that_was_not_collected_is_not_judged():
    chain = rules(("P1", 1, "ann"), ("P1", 2, "S7"), ("P2", 1, "bob"))
    assert judged(shifts(), chain).index.tolist() == ["P2"]


def test_shares_of_a_policy_that_was_never_covered_are_unknown():
    found = judged(shifts(), CHAIN).loc["P1"]
    assert found["covered_seconds"] == 0.0
    assert pd.isna(found["doubled_share"])
    assert pd.isna(found["sole_share"])


@pytest.mark.parametrize("worked", [shifts(), shifts(("S1", "ann", 0, 10))])
def test_without_policies_there_is_nothing_to_judge(worked: pd.DataFrame):
    assert judged(worked, rules()).empty
