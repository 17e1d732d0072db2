"""Stand-ins by rotation, and PagerDuty's own coverage beside ours: exact on a few rows."""

from collections.abc import Sequence

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.answers import schedules as words
from corvana.analysis.on_call.coverage_compared import coverage_compared
from corvana.analysis.on_call.stand_ins import stand_ins
from tests.builders.analysis.rotations import at, framed, shifts

HOUR = 3_600
Turn = tuple[str, str, float, float]
ROTA: list[Turn] = [("S1", "ann", 0, 10), ("S1", "bob", 10, 14), ("S1", "cleo", 14, 24)]
OTHER: list[Turn] = [
    ("S2", who, start, start + 8) for who, start in (("ann", 0.0), ("bob", 8.0), ("dan", 16.0))
]
NAMES = {"S1": "Primary", "S2": "Second*"}


def found(stood: Sequence[Turn], *worked: Turn) -> pd.DataFrame:
    return stand_ins(shifts(*stood), shifts(*worked), since=at(0), until=at(24))


def test_stand_ins_are_counted_and_their_time_is_a_share_of_the_time_on_call() -> None:
    table = found([("S1", "bob", 10, 12), ("S1", "bob", 13, 14)], *ROTA, *OTHER)
    assert table.to_dict("list") == {
        "schedule_id": ["S1", "S2"],
        "stand_ins": [2, 0],
        "seconds": [3 * HOUR, 0],
        "on_call_seconds": [24 * HOUR, 24 * HOUR],
        "share": [3 / 24, 0],
    }


def test_only_the_part_in_the_period_counts() -> None:
    table = found([("S1", "bob", -5, 1), ("S1", "bob", 23, 30), ("S1", "bob", 30, 31)], *ROTA)
    assert table[["stand_ins", "seconds"]].to_numpy().tolist() == [[2, 2 * HOUR]]


def test_two_people_on_call_at_once_count_twice() -> None:
    table = found([("S1", "bob", 0, 24)], *ROTA, ("S1", "bob", 0, 24))
    assert table["share"].tolist() == [0.5]


def test_a_rotation_of_fewer_than_three_people_is_left_out() -> None:
    two: list[Turn] = [("S1", "ann", 0, 12), ("S1", "bob", 12, 24)]
    assert found([("S1", "bob", 12, 13)], *two).empty
    assert found([]).empty


def test_the_sentence_counts_and_names_the_largest_share() -> None:
    told = words.stood_in(
        found([("S1", "bob", 10, 12), ("S1", "bob", 13, 14)], *ROTA, *OTHER), NAMES
    )
    assert told == (
        "**Somebody stood in 2 times on 1 of 2 rotations**, for 6 % of the time on call. Largest "
        "share: *Primary*, 12 % of its time (2 times)."
    )
    once = words.stood_in(found([("S1", "bob", 10, 12)], *ROTA), NAMES)
    assert once.startswith("**Somebody stood in once on 1 of 1 rotation**, for 8 % of the time")


def test_without_stand_ins_or_rotations_the_sentence_says_so() -> None:
    assert words.stood_in(found([], *ROTA), NAMES) == (
        "Nobody stood in for somebody else: no overrides on 1 rotation in this period."
    )
    assert words.stood_in(found([]), NAMES) == (
        "No rotation of three or more people was on call in this period."
    )


def test_the_table_names_the_rotations_with_stand_ins() -> None:
    table = words.stand_ins(found([("S2", "bob", 8, 16)], *ROTA, *OTHER), NAMES)
    assert table.to_dict("list") == {
        "Rotation": ["Second\\*"],
        "Stand-ins": ["1"],
        "Their time": ["8 h"],
        "Share of the time on call": ["33 %"],
    }


def test_the_caption_counts_what_the_table_leaves_out() -> None:
    many = pd.DataFrame({"stand_ins": [1] * 9 + [0]})
    assert words.not_shown(many).startswith("Top 8 of 9 rotations with stand-ins. A stand-in is")
    assert words.not_shown(many.head(8)).startswith("A stand-in is an override of a schedule;")


def theirs(*rows: tuple[str, float, float, float]) -> pd.DataFrame:
    told = [
        {"schedule_id": schedule, "since": at(since), "until": at(until), "percentage": percentage}
        for schedule, since, until, percentage in rows
    ]
    return framed(told, frames.SCHEDULE_COVERAGE)


def test_coverage_is_weighed_by_the_length_of_the_spans() -> None:
    table = coverage_compared(
        theirs(("S1", 0, 12, 100.0), ("S1", 12, 16, 50.0)),
        shifts(("S1", "ann", -9, 13), ("S1", "bob", 1, 14), ("S1", "cleo", 20, 30)),
    )
    row = table.iloc[0]
    assert (row["since"], row["until"]) == (at(0), at(16))
    assert (row["theirs"], row["ours"]) == (14 / 16, 14 / 16)
    assert not row["differs"]


@pytest.mark.parametrize(("percentage", "differs"), [(50.05, False), (49.95, False), (50.2, True)])
def test_a_rounded_percentage_is_no_difference(percentage: float, differs: bool) -> None:
    table = coverage_compared(theirs(("S1", 0, 24, percentage)), shifts(("S1", "ann", 0, 12)))
    assert table["differs"].tolist() == [differs]


def test_a_schedule_without_shifts_is_not_covered_and_the_largest_difference_is_first() -> None:
    table = coverage_compared(
        theirs(("S1", 0, 24, 100.0), ("S2", 0, 24, 25.0)), shifts(("S1", "ann", 0, 24))
    )
    assert table[["schedule_id", "ours", "differs"]].to_numpy().tolist() == [
        ["S2", 0.0, True],
        ["S1", 1.0, False],
    ]
    assert words.their_coverage(table) == (
        "PagerDuty's own coverage of 1 coming day beside ours: **1 of 2 schedules differs**."
    )
    assert words.differences(table, NAMES).to_dict("list") == {
        "Schedule": ["Second\\*"],
        "PagerDuty": ["25.0 %"],
        "Ours": ["0.0 %"],
    }


def test_coverage_that_agrees_is_told_in_one_sentence() -> None:
    both: list[Turn] = [("S1", "ann", 0, 48), ("S2", "ann", 0, 48)]
    agreed = coverage_compared(theirs(("S1", 0, 48, 100.0), ("S2", 0, 48, 100.0)), shifts(*both))
    assert words.their_coverage(agreed) == (
        "PagerDuty's own coverage of 2 coming days is the same as ours on all 2 schedules."
    )
    assert words.their_coverage(agreed.head(1)).endswith("on the only schedule.")
    assert words.differences(agreed, NAMES).empty


def test_without_pagerdutys_coverage_nothing_is_compared() -> None:
    none = coverage_compared(theirs(), shifts(("S1", "ann", 0, 12)))
    assert none.empty
    assert words.their_coverage(none) == (
        "PagerDuty gave no coverage of its own for these schedules."
    )
