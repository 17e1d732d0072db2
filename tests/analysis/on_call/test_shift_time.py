"""On-call time, shifts and rest of rotations written by hand: exact seconds."""

from typing import Any

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.on_call import shift_time
from tests.builders.analysis import rotations
from tests.builders.analysis.rotations import SUMMER_TIME, at, by_the_clock, framed, rules, shifts

HOUR = 3600.0


def paged(*rows: tuple[str, float], hours_class: str = "sleep") -> pd.DataFrame:
    return rotations.paged(*rows).assign(hours_class=hours_class)


def seconds(worked: pd.DataFrame, chain: pd.DataFrame, since: float, until: float) -> pd.DataFrame:
    return shift_time.on_call_seconds(worked, chain, since=at(since), until=at(until))


CHAIN = rules(("P1", 1, "S1"), ("P1", 2, "S2"))


def test_shifts_are_joined_to_every_level_they_serve():
    chain = rules(("P1", 1, "S1"), ("P2", 2, "S1"), ("P2", 1, "ann"), ("P2", 2, "S1"))
    found = shift_time.levelled(shifts(("S1", "ann", 0, 8), ("S9", "bob", 0, 8)), chain)
    assert found["responder"].tolist() == ["ann", "ann", "bob"]
    assert found["escalation_policy_id"].fillna("none").tolist() == ["P1", "P2", "none"]
    assert found["level"].fillna(0).tolist() == [1, 2, 0]
    assert found.dtypes.astype(str).to_dict() == dict(frames.LEVELLED_SHIFTS)


def test_overlapping_shifts_count_once():
    worked = shifts(("S1", "ann", 0, 8), ("S2", "ann", 4, 10), ("S1", "bob", 8, 9))
    found = seconds(worked, CHAIN, 0, 24)
    assert found["on_call_seconds"].to_dict() == {"ann": 10 * HOUR, "bob": HOUR}
    assert found["on_call_seconds_level_1"].to_dict() == {"ann": 8 * HOUR, "bob": HOUR}
    assert found["on_call_seconds_level_2_plus"].to_dict() == {"ann": 6 * HOUR, "bob": 0}


def test_levels_two_and_three_are_one_union():
    chain = rules(("P1", 2, "S1"), ("P2", 3, "S2"))
    found = seconds(shifts(("S1", "ann", 0, 8), ("S2", "ann", 4, 10)), chain, 0, 24)
    assert found["on_call_seconds_level_2_plus"].to_dict() == {"ann": 10 * HOUR}
    assert found["on_call_seconds_level_1"].to_dict() == {"ann": 0}


def test_the_period_cuts_shifts_off_and_keeps_coming_ones_out():
    worked = shifts(("S1", "ann", -5, 3), ("S1", "ann", 20, 30), ("S1", "bob", 24, 48))
    found = seconds(worked, CHAIN, 0, 24)
    assert found["on_call_seconds"].to_dict() == {"ann": 7 * HOUR}


def test_a_schedule_of_no_policy_is_on_call_time_without_a_level():
    worked = shifts(("S9", "ann", 0, 8), ("S1", "ann", 6, 10))
    found = seconds(worked, CHAIN, 0, 24).loc["ann"]
    assert found["on_call_seconds"] == 10 * HOUR
    assert found["on_call_seconds_level_1"] == 4 * HOUR
    assert found["on_call_seconds_without_policy"] == 6 * HOUR


def test_somebody_named_in_a_policy_is_counted_apart_and_gets_no_hours():
    chain = rules(("P1", 1, "S1"), ("P1", 2, "ann"), ("P1", 3, "ann"), ("P2", 1, "ann"))
    found = seconds(shifts(("S1", "bob", 0, 8)), chain, 0, 24)
    assert found["permanent_policy_count"].to_dict() == {"ann": 2, "bob": 0}
    assert found["on_call_seconds"].to_dict() == {"ann": 0, "bob": 8 * HOUR}


def test_nobody_is_on_call_where_there_is_nothing():
    found = seconds(shifts(), rules(), 0, 24)
    assert found.empty
    assert found["on_call_seconds"].dtype == "float64"


@pytest.mark.parametrize(("zone", "evening", "more"), SUMMER_TIME)
def test_a_night_shift_is_as_long_as_summer_time_makes_the_night(
    zone: str, evening: str, more: int
):
    start, end, until = by_the_clock(zone, evening, 20, 32, 48)
    worked = framed(
        [{"schedule_id": "S1", "responder": "ann", "start": start, "end": end}], frames.SHIFTS
    )
    found = shift_time.on_call_seconds(worked, CHAIN, since=start, until=until)
    assert found["on_call_seconds"].to_dict() == {"ann": (12 + more) * HOUR}


def test_cover_counts_a_permanent_place_for_the_whole_period():
    chain = rules(("P1", 1, "S1"), ("P1", 2, "ann"))
    found = shift_time.cover(shifts(("S1", "bob", -2, 3)), chain, since=at(0), until=at(5))
    assert found.astype({"level": "int"}).to_numpy().tolist() == [
        ["P1", 1, "bob", at(0), at(3)],
        ["P1", 2, "ann", at(0), at(5)],
    ]


def loads(pages: pd.DataFrame, worked: pd.DataFrame, since: float, until: float) -> pd.DataFrame:
    whole = shift_time.stretches(worked)
    return shift_time.shift_loads(pages, whole, since=at(since), until=at(until))


def test_a_page_belongs_to_the_shift_it_came_in():
    worked = shifts(("S1", "ann", 0, 12), ("S1", "bob", 12, 24), ("S1", "ann", 24, 36))
    pages = paged(("ann", 0), ("ann", 11), ("ann", 12), ("bob", 13), ("ann", 24), ("cat", 1))
    found = loads(pages, worked, 0, 36)
    assert found["responder"].tolist() == ["ann", "ann", "bob"]
    assert found["interruptions"].tolist() == [2, 1, 1]
    assert found["is_quiet"].tolist() == [False, False, False]


def test_a_shift_on_two_schedules_is_one_and_counts_its_pages_once():
    worked = shifts(("S1", "ann", 0, 12), ("S2", "ann", 0, 12), ("S1", "ann", 12, 24))
    found = loads(paged(("ann", 1)), worked, 0, 48)
    assert found["interruptions"].tolist() == [1]
    assert found["end"].tolist() == [at(24)]


def test_a_shift_that_the_period_cuts_is_not_whole():
    worked = shifts(("S1", "ann", -1, 5), ("S1", "bob", 0, 12), ("S1", "cat", 20, 25))
    found = loads(paged(("ann", -0.5), ("cat", 24.0), ("cat", 24.5)), worked, 0, 24)
    assert found["is_whole"].tolist() == [False, True, False]
    assert found["start"].tolist() == [at(0), at(0), at(20)]
    assert found["interruptions"].tolist() == [0, 0, 0]


def test_a_shift_that_fills_the_period_to_its_edges_is_whole():
    assert loads(paged(), shifts(("S1", "ann", 0, 24)), 0, 24)["is_whole"].tolist() == [True]


def test_more_than_two_incidents_in_twelve_hours_are_over_the_norm():
    worked = shifts(("S1", "ann", 0, 12), ("S1", "bob", 12, 36), ("S1", "cat", 36, 37))
    pages = paged(("ann", 1), ("ann", 2), ("ann", 3), *[("bob", 12 + n) for n in range(4)])
    found = loads(pd.concat([pages, paged(("cat", 36))]), worked, 0, 37)
    assert found["incidents_per_shift"].tolist() == [3.0, 2.0, 1.0]
    assert found["over_norm"].tolist() == [True, False, False]


def test_pages_of_one_incident_are_one_incident():
    pages = paged(("ann", 1), ("ann", 2)).assign(incident_id="Q1")
    found = loads(pages, shifts(("S1", "ann", 0, 12)), 0, 24)
    assert (found["interruptions"].tolist(), found["incidents"].tolist()) == ([2], [1])


def test_a_shift_without_a_page_is_quiet():
    found = loads(paged(), shifts(("S1", "ann", 0, 12)), 0, 24)
    assert found["is_quiet"].tolist() == [True]
    assert found["incidents_per_shift"].tolist() == [0.0]


def rested(pages: pd.DataFrame, worked: pd.DataFrame, until: float) -> list[list[Any]]:
    found = shift_time.rests(pages, shift_time.stretches(worked), until=at(until))
    hours = (found["rest_seconds"] / HOUR).round(6)
    columns = [found["responder"], hours.fillna(-1), found["next_is"].fillna("-")]
    short = ["?" if pd.isna(value) else str(value) for value in found["is_short"]]
    return [list(row) for row in zip(*columns, short, strict=True)]


def test_rest_ends_with_the_next_page_or_the_next_shift():
    worked = shifts(("S1", "ann", 0, 8), ("S1", "ann", 12, 20), ("S1", "bob", 0, 8))
    pages = paged(("ann", 2), ("bob", 2), ("ann", 3), ("bob", 20))
    assert rested(pages, worked, 60) == [
        ["ann", 1, "page", "True"],
        ["ann", 9, "shift", "True"],
        ["bob", 18, "page", "False"],
        ["bob", -1, "-", "False"],
    ]


def test_eleven_hours_are_enough():
    worked = shifts(("S1", "ann", 13, 20))
    assert rested(paged(("ann", 2)), worked, 60) == [["ann", 11, "shift", "False"]]
    assert rested(paged(("ann", 2.001)), worked, 60) == [["ann", 10.999, "shift", "True"]]


def test_going_straight_into_another_own_shift_begins_none():
    worked = shifts(("S1", "ann", 0, 4), ("S2", "ann", 4, 8))
    assert rested(paged(("ann", 2)), worked, 60) == [["ann", -1, "-", "False"]]


def test_a_shift_that_begins_with_the_page_is_not_the_next_one():
    assert rested(paged(("ann", 2)), shifts(("S1", "ann", 2, 8)), 60) == [["ann", -1, "-", "False"]]


def test_only_pages_in_sleep_hours_need_rest_but_any_page_ends_it():
    pages = pd.concat([paged(("ann", 2)), paged(("ann", 9), hours_class="business")])
    assert rested(pages, shifts(), 60) == [["ann", 7, "page", "True"]]


def test_a_rest_not_yet_over_is_unknown_until_eleven_hours_were_seen():
    assert rested(paged(("ann", 2)), shifts(), 12.9) == [["ann", -1, "-", "?"]]
    assert rested(paged(("ann", 2)), shifts(), 13) == [["ann", -1, "-", "False"]]
    coming = shifts(("S1", "ann", 20, 30))
    assert rested(paged(("ann", 2)), coming, 5) == [["ann", 18, "shift", "?"]]


def test_a_rest_that_was_too_short_is_known_at_once():
    assert rested(paged(("ann", 2)), shifts(("S1", "ann", 6, 8)), 3) == [
        ["ann", 4, "shift", "True"]
    ]


def test_pages_from_the_end_of_the_period_on_are_not_known_yet():
    assert rested(paged(("ann", 2), ("ann", 20)), shifts(), 20) == [["ann", -1, "-", "False"]]


def test_without_pages_there_is_no_rest_to_judge():
    assert rested(paged(), shifts(("S1", "ann", 0, 8)), 60) == []
