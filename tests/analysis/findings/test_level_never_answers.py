"""Levels that let their time run out, on incidents written by hand."""

from typing import Any

import pandas as pd
import pytest

from corvana.analysis.findings.kind import Finding
from corvana.analysis.findings.level_never_answers import KIND
from corvana.frames import TESTS
from tests.builders.analysis.written_account import Way, account_of_ways, begun, paged, way

RULES = {"P1": [(5, "ann"), (10, "bob"), (30, "cid")], "P2": [(5, "dan"), (10, "eve")]}


def past_level_2(policy: str = "P1") -> Way:
    """Level 1 waits 5 minutes, level 2 ten, level 3 answers."""
    return way(begun(), paged(5, 2), paged(15, 3), policy=policy, acked=16, resolved=60)


def answered_on(level: int, policy: str = "P1") -> Way:
    steps = [begun(), paged(5, 2)][:level]
    return way(*steps, policy=policy, acked=5 * level - 3, resolved=60)


DEAF = [past_level_2() for _ in range(40)]
FINE = [answered_on(2, "P2") for _ in range(24)] + [past_level_2("P2") for _ in range(6)]


def by_level(ways: list[Way]) -> pd.DataFrame:
    return KIND.tests(account_of_ways(ways, RULES)).set_index(["subject_id", "detail"])


def finding(ways: list[Way], policy: str, level: str) -> Finding:
    row: Any = by_level(ways).loc[(policy, level)]
    return Finding(kind=KIND.name, q_value=0.01, subject_id=policy, detail=level, **row)


def test_a_level_that_answers_nobody_is_compared_with_the_same_level_elsewhere() -> None:
    row: Any = by_level(DEAF + FINE).loc[("P1", "2")]
    assert (row["n"], row["effect"], row["reference"]) == (40, 1.0, 0.2)
    assert row["low"] == pytest.approx(0.9124, abs=1e-4)
    assert row["p_value"] < 1e-9
    assert row["is_material"]


def test_avoidable_is_the_time_that_the_timer_ended() -> None:
    minutes = by_level(DEAF + FINE)["avoidable_minutes_per_month"]
    assert minutes[("P1", "2")] == pytest.approx(40 * 10)
    assert minutes[("P2", "2")] == pytest.approx(6 * 10)
    assert minutes[("P1", "3")] == 0


def test_a_level_with_few_incidents_elsewhere_is_compared_with_all_others() -> None:
    """29 on level 2 elsewhere; everywhere else 40 + 29 of level 1 and 6 of level 2 ran out."""
    row: Any = by_level(DEAF + FINE[1:]).loc[("P1", "2")]
    others = 40 + 29 + 6
    assert row["reference"] == pytest.approx(others / (others + 23 + 40 + 6))


def test_one_answer_in_ten_is_a_level_that_answers() -> None:
    some = DEAF[4:] + [answered_on(2) for _ in range(4)]
    row: Any = by_level(some + FINE).loc[("P1", "2")]
    assert row["effect"] == 0.9
    assert not row["is_material"]


def test_ten_incidents_are_too_few_to_say_never() -> None:
    row: Any = by_level(DEAF[:10] + FINE).loc[("P1", "2")]
    assert (row["n"], row["effect"]) == (10, 1.0)
    assert not row["is_material"]


def test_incidents_that_end_by_themselves_or_by_hand_say_nothing_about_the_level() -> None:
    cleared = [way(begun(), resolved=3) for _ in range(50)]
    pushed = [way(begun(), paged(2, 2, "manual"), acked=4, resolved=9) for _ in range(50)]
    found: Any = by_level([*cleared, *pushed, answered_on(1)])
    assert found.loc[("P1", "1"), ["n", "effect"]].to_list() == [1, 0.0]


def test_an_incident_that_comes_back_in_a_repeat_counts_once_and_waits_twice() -> None:
    twice = way(begun(), paged(5, 1), paged(10, 2), acked=11, resolved=60)
    row: Any = by_level([twice]).loc[("P1", "1")]
    assert (row["n"], row["effect"]) == (1, 1.0)
    assert row["avoidable_minutes_per_month"] == pytest.approx(10)


def test_an_answer_in_the_repeat_is_an_answer() -> None:
    row: Any = by_level([way(begun(), paged(5, 1), acked=6, resolved=60)]).loc[("P1", "1")]
    assert (row["n"], row["effect"], row["avoidable_minutes_per_month"]) == (1, 0.0, 5)


def test_an_account_without_incidents_has_nothing_to_test() -> None:
    found = KIND.tests(account_of_ways([], RULES))
    assert found.empty
    assert found.dtypes.astype("str").to_dict() == dict(TESTS)


def test_the_evidence_is_every_wait_on_the_level() -> None:
    ways = [past_level_2(), answered_on(2), way(begun(), paged(5, 2), resolved=7)]
    rows = KIND.evidence(account_of_ways(ways, RULES), finding(ways, "P1", "2"))
    assert rows[["incident_id", "seconds", "ended_by"]].to_numpy().tolist() == [
        ["Q0", 600, "timeout"],
        ["Q1", 120, "ack"],
    ]


def test_it_is_told_in_one_sentence_with_interval_and_reference() -> None:
    told = KIND.sentence(finding(DEAF + FINE, "P1", "2"), {"P1": "Identity"})
    assert told == (
        "100 % (91 to 100 %) of 40 incidents that waited on level 2 of Identity were not "
        "acknowledged before its delay was over; elsewhere it is 20 %."
    )
