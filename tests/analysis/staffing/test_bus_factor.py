"""How few people a service hangs on: exact numbers of acknowledgements written by hand."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

from corvana.analysis.staffing.bus_factor import BUS_FACTOR, acknowledgement_shares, bus_factor


def acknowledged(**services: Mapping[Any, int]) -> pd.DataFrame:
    rows = [
        (service, who)
        for service, counts in services.items()
        for who, count in counts.items()
        for _ in range(count)
    ]
    told = pd.DataFrame(rows, columns=["service_id", "acknowledged_by"], dtype="str")
    return told.assign(storm=0)


def only(**counts: int) -> pd.Series:
    return bus_factor(acknowledged(api=counts)).iloc[0]


def test_people_who_share_equally_are_all_effective():
    found = only(ann=5, bob=5, cat=5, dan=5)
    assert found["effective_responders"] == pytest.approx(4)
    assert (found["smallest_group_50"], found["smallest_group_80"]) == (2, 4)


def test_one_who_does_most_makes_the_service_hang_on_few():
    found = only(ann=8, bob=1, cat=1)
    assert found["effective_responders"] == pytest.approx(1 / (0.64 + 0.01 + 0.01))
    assert (found["smallest_group_50"], found["smallest_group_80"]) == (1, 1)
    assert (found["top_responder"], found["uncovered_share"]) == ("ann", 0.8)
    # Wilson, 8 of 10.
    assert found["uncovered_share_low"] == pytest.approx(0.490162, abs=1e-6)
    assert found["uncovered_share_high"] == pytest.approx(0.943318, abs=1e-6)


def test_exactly_half_and_exactly_four_fifths_are_enough():
    found = only(ann=5, bob=3, cat=2)
    assert (found["smallest_group_50"], found["smallest_group_80"]) == (1, 2)
    assert only(ann=7, bob=1, cat=1, dan=1)["smallest_group_80"] == 2


def test_a_lone_responder_leaves_everything_uncovered():
    found = only(ann=3)
    assert found["effective_responders"] == 1
    assert (found["responders"], found["acknowledgements"]) == (1, 3)
    assert (found["smallest_group_50"], found["smallest_group_80"]) == (1, 1)
    assert found["uncovered_share"] == 1.0


def test_services_are_judged_apart_and_unacknowledged_incidents_left_out():
    found = bus_factor(acknowledged(web={"ann": 1, None: 9}, api={"bob": 2, "cat": 2}))
    assert found["service_id"].tolist() == ["api", "web"]
    assert found["acknowledgements"].tolist() == [4, 1]
    assert found["responders"].tolist() == [2, 1]


def test_shares_fall_within_a_service_and_ties_go_by_name():
    found = acknowledgement_shares(acknowledged(web={"zoe": 1}, api={"bob": 1, "ann": 1, "cat": 2}))
    assert found["responder"].tolist() == ["cat", "ann", "bob", "zoe"]
    assert found["share"].tolist() == [0.5, 0.25, 0.25, 1.0]


def test_nothing_acknowledged_is_an_empty_table():
    found = bus_factor(acknowledged(api={None: 3}))
    assert found.empty
    assert tuple(found.columns) == BUS_FACTOR
