"""Failures that follow one another: counts and chance by hand."""

from typing import Any

import pandas as pd
import pytest

from corvana.analysis.dependencies.failures import followings, sequences
from tests.builders.analysis.failing_services import MONDAY, TWO_WEEKS, failed
from tests.builders.analysis.maintained import NO_WINDOWS

PERIOD = {"start": MONDAY, "end": TWO_WEEKS}


def pairs(*named):
    return pd.DataFrame(named, columns=["first_id", "then_id"]).astype("str")


def test_every_ordered_pair_counts_how_often_the_second_followed_the_first():
    table: Any = followings(failed(db=[10.1, 30], api=[10.2, 50]), NO_WINDOWS, **PERIOD).set_index(
        "first_id"
    )
    assert table.loc["db", ["then_id", "n_first", "n_then", "followed"]].to_list() == [
        "api",
        2,
        2,
        1,
    ]
    assert table.loc["api", "followed"] == 0
    # Together by chance: 2 · 600 s · 1 · 1 / 7,200 s; half of it in either order.
    assert table["expected"].to_list() == [pytest.approx(1 / 12)] * 2


def test_failures_at_the_same_instant_follow_neither_way():
    table = followings(failed(db=[10, 40], api=[10, 40.1]), NO_WINDOWS, **PERIOD).set_index(
        "first_id"
    )
    assert table["followed"].to_dict() == {"api": 0, "db": 1}


@pytest.mark.parametrize("incidents", [failed(), failed(db=[1, 2])])
def test_fewer_than_two_services_make_no_pair(incidents):
    assert followings(incidents, NO_WINDOWS, **PERIOD).empty


def test_a_sequence_names_both_incidents_by_their_place_and_the_seconds_between():
    incidents = failed(db=[50, 10, 90], api=[10.1, 50.05, 91])
    table = sequences(incidents, pairs(("db", "api"), ("api", "db")), NO_WINDOWS, **PERIOD)
    assert table[["first_id", "then_id", "first", "then"]].to_numpy().tolist() == [
        ["db", "api", 1, 3],
        ["db", "api", 0, 4],
    ]
    assert table["lag"].to_list() == pytest.approx([360, 180])


def test_only_the_start_of_a_burst_begins_a_sequence_or_ends_one():
    incidents = failed(db=[10, 10.5], api=[10.55, 30, 30.1], web=[30.05])
    table = sequences(
        incidents, pairs(("db", "api"), ("web", "api"), ("api", "web")), NO_WINDOWS, **PERIOD
    )
    assert table[["first_id", "then_id", "first", "then"]].to_numpy().tolist() == [
        ["api", "web", 3, 5]
    ]


def test_without_pairs_or_incidents_there_is_no_sequence():
    assert sequences(failed(db=[1], api=[1.1]), pairs(), NO_WINDOWS, **PERIOD).empty
    assert sequences(failed(), pairs(("db", "api")), NO_WINDOWS, **PERIOD).empty
