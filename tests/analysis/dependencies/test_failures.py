"""Failures that follow one another: counts and chance by hand."""

from typing import Any

import pandas as pd
import pytest

from corvana.analysis.dependencies.failures import pairs, sequences
from tests.builders.analysis.failing_services import MONDAY, TWO_WEEKS, failed
from tests.builders.analysis.maintained import NO_WINDOWS

PERIOD: Any = {"start": MONDAY, "end": TWO_WEEKS}


def named(*pairs):
    return pd.DataFrame(pairs, columns=["first_id", "then_id"]).astype("str")


def test_every_ordered_pair_counts_how_often_the_second_followed_the_first():
    table: Any = pairs(failed(db=[10.1, 30], api=[10.2, 50]), NO_WINDOWS, **PERIOD).set_index(
        "first_id"
    )
    assert table.loc["db", ["then_id", "n_first", "n_then", "followed"]].to_list() == [
        "api",
        2,
        2,
        1,
    ]
    assert table.loc["api", "followed"] == 0
    assert table["together"].to_list() == [1, 1]
    # Together by chance: 2 · 600 s · 1 · 1 / 7,200 s, and almost nothing is known of minutes and
    # days.
    assert table["expected"].to_list() == [pytest.approx(1 / 6, rel=0.1)] * 2


def test_failures_at_the_same_instant_follow_neither_way():
    table = pairs(failed(db=[10, 40], api=[10, 40.1]), NO_WINDOWS, **PERIOD).set_index("first_id")
    assert table["followed"].to_dict() == {"api": 0, "db": 1}
    assert table["together"].to_dict() == {"api": 2, "db": 2}


@pytest.mark.parametrize("incidents", [failed(), failed(db=[1, 2])])
def test_fewer_than_two_services_make_no_pair(incidents):
    assert pairs(incidents, NO_WINDOWS, **PERIOD).empty


def test_a_sequence_names_both_incidents_by_their_place_and_the_seconds_between():
    incidents = failed(db=[50, 10, 90], api=[10.1, 50.05, 91])
    table = sequences(incidents, named(("db", "api"), ("api", "db")), NO_WINDOWS, **PERIOD)
    assert table[["first_id", "then_id", "first", "then"]].to_numpy().tolist() == [
        ["db", "api", 1, 3],
        ["db", "api", 0, 4],
    ]
    assert table["lag"].to_list() == pytest.approx([360, 180])


def test_only_the_start_of_a_burst_begins_a_sequence_or_ends_one():
    incidents = failed(db=[10, 10.5], api=[10.55, 30, 30.1], web=[30.05])
    table = sequences(
        incidents, named(("db", "api"), ("web", "api"), ("api", "web")), NO_WINDOWS, **PERIOD
    )
    assert table[["first_id", "then_id", "first", "then"]].to_numpy().tolist() == [
        ["api", "web", 3, 5]
    ]


def test_failures_at_the_same_instant_are_a_sequence_where_they_are_asked_for():
    incidents = failed(db=[10, 40], api=[10, 40.1])
    pair = named(("db", "api"))
    assert sequences(incidents, pair, NO_WINDOWS, **PERIOD)["lag"].to_list() == [360]
    both = sequences(incidents, pair, NO_WINDOWS, **PERIOD, at_once=True)
    assert both["lag"].to_list() == [0, 360]


def test_without_pairs_or_incidents_there_is_no_sequence():
    assert sequences(failed(db=[1], api=[1.1]), named(), NO_WINDOWS, **PERIOD).empty
    assert sequences(failed(), named(("db", "api")), NO_WINDOWS, **PERIOD).empty
