"""Interruptions on call by responder, rotation and hour: exact rates of shifts written by hand."""

from typing import Any

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.staffing import burden, rates
from tests.builders.analysis.on_call_account import DAY, account
from tests.builders.analysis.rotations import at, framed, rules, shifts

TWO_ROTATIONS = shifts(
    ("S1", "ann", 0, 3 * DAY), ("S1", "bob", 3 * DAY, 4 * DAY), ("S2", "ann", 2 * DAY, 4 * DAY)
)
TWO_POLICIES = rules(("P1", 1, "S1"), ("P2", 1, "S2"))


def test_a_responder_s_rate_is_pages_on_shift_over_the_union_of_shifts():
    pages = [("ann", 3, "P1"), ("ann", 9, "P1"), ("ann", 20, "P2"), ("ann", 6 * DAY, "P1")]
    known = account(pages, shifts=TWO_ROTATIONS, rules=TWO_POLICIES)
    found: Any = rates.by_responder(known).set_index("id")
    assert found.loc["ann", "hours"] == 4 * DAY, "two schedules at once are on call once"
    assert found.loc["ann", "n"] == 3, "the page on Sunday came off shift"
    assert found.loc["ann", "per_hour"] == 3 / 96
    assert found.loc["ann", ["sleep", "off", "business"]].tolist() == [1 / 96] * 3
    assert found.loc["ann", "on_call_share"] == 4 / 7
    # Three events: 0.6187 to 8.7673 (Garwood 1936).
    assert found.loc["ann", "per_hour_low"] == pytest.approx(0.61867 / 96, rel=1e-4)
    assert found.loc["ann", "per_hour_high"] == pytest.approx(8.76727 / 96, rel=1e-4)


def test_who_was_on_call_and_never_paged_has_a_rate_of_zero():
    known = account(shifts=TWO_ROTATIONS, rules=TWO_POLICIES)
    found: Any = rates.by_responder(known).set_index("id")
    assert found.loc["bob", ["n", "per_hour", "per_hour_low"]].tolist() == [0, 0, 0]
    assert found.loc["bob", "per_hour_high"] > 0


def test_who_is_only_named_in_a_policy_has_no_burden_by_the_hour():
    named = rules(("P1", 1, "lee"))
    assert rates.by_responder(account([("lee", 3, "P1")], rules=named)).empty


def test_fewer_than_ten_pages_come_last_whatever_the_rate():
    many = [("ann", 1 + i, "P1") for i in range(10)]
    few = [("bob", 3 * DAY + 1 + i / 2, "P1") for i in range(9)]
    found = rates.by_responder(account(many + few, shifts=TWO_ROTATIONS, rules=TWO_POLICIES))
    assert found["id"].tolist() == ["ann", "bob"]
    assert found["per_hour"].is_monotonic_increasing
    assert found["enough"].tolist() == [True, False]


def test_a_rotation_has_the_pages_of_its_own_policies_on_its_own_shifts():
    pages = [("ann", 50, "P1"), ("ann", 51, "P2"), ("bob", 80, "P1"), ("bob", 100, "P1")]
    found = rates.by_schedule(account(pages, shifts=TWO_ROTATIONS, rules=TWO_POLICIES)).set_index(
        "id"
    )
    assert found["n"].to_dict() == {"S1": 2, "S2": 1}
    assert found["hours"].to_dict() == {"S1": 4 * DAY, "S2": 2 * DAY}
    assert found["members"].to_dict() == {"S1": 2, "S2": 1}
    assert found["on_call_share"].to_dict() == {"S1": 2 / 7, "S2": 2 / 7}


def test_nobody_on_call_is_no_burden_and_no_rate():
    nobody = account()
    assert rates.by_responder(nobody).empty
    assert rates.by_schedule(nobody).empty
    totals = burden.totals(nobody)
    assert (totals.responders, totals.interruptions, totals.shifts) == (0, 0, 0)
    assert totals.levels == ()
    assert pd.isna([totals.asleep.value, totals.over_norm.value]).all()


def test_totals_count_off_shift_pages_in_the_nights_and_not_in_the_rate():
    pages = [("ann", 3, "P1"), ("ann", 9, "P1"), ("lee", 3, "P1"), ("lee", 4, "P1")]
    served = rules(("P1", 1, "S1"), ("P1", 2, "lee"))
    totals = burden.totals(account(pages, shifts=TWO_ROTATIONS, rules=served))
    assert (totals.responders, totals.named_only) == (2, 1)
    assert sum(load.interruptions for load in totals.levels) == 2
    assert sum(load.hours for load in totals.levels) == 120
    assert totals.asleep.value == 3 / 4


def test_each_level_has_its_own_rate():
    """Ann is on level 1 for two days and meanwhile, for one, on level 2; Bob only on level 2."""
    worked = shifts(
        ("S1", "ann", 0, 2 * DAY), ("S2", "ann", DAY, 2 * DAY), ("S2", "bob", 0, 3 * DAY),
        ("S3", "cyd", 0, DAY),
    )  # fmt: skip
    served = rules(("P1", 1, "S1"), ("P1", 2, "S2"))
    pages = [("ann", 3, "P1"), ("ann", 30, "P1"), ("cyd", 3, "P1"), ("bob", 4 * DAY, "P1")]
    found = burden.by_level(account(pages, shifts=worked, rules=served))
    assert [(load.level, load.interruptions, load.hours) for load in found] == [
        ("level 1", 2, 48.0),
        ("level 2 and above", 0, 72.0),
        ("schedules of no policy", 1, 24.0),
    ]
    assert found[0].per_hour.value == 2 / 48


def test_hours_of_the_week_are_the_responder_s_own():
    located = framed([{"responder": "ann", "time_zone": "Asia/Singapore"}], frames.RESPONDERS)
    pages = account([("ann", 20, "P1"), ("bob", 20, "P1")], responders=located).pages
    found = burden.hour_of_week(pages, weeks=2)
    hit = found[found["n"] > 0]
    assert len(found) == 168
    assert hit[["weekday", "hour"]].to_numpy().tolist() == [[0, 20], [1, 4]]
    assert hit["per_week"].tolist() == [0.5, 0.5]


def test_no_page_leaves_every_hour_of_the_week_at_zero():
    found = burden.hour_of_week(account().pages, weeks=1)
    assert len(found) == 168
    assert found["n"].sum() == 0


@pytest.mark.parametrize(
    ("what", "total"),
    list(zip(burden.SHARED, (2, 24 * 3_600, 600), strict=True)),
)
def test_what_is_shared_is_measured_in_its_own_unit(what, total):
    engaged = framed(
        [{"incident_id": "Q0", "responder": "ann", "engaged_at": at(1), "engaged_seconds": 600.0}],
        frames.PARTICIPATIONS,
    )
    worked = shifts(("S1", "ann", 0, 3 * DAY), ("S1", "bob", 3 * DAY, 6 * DAY))
    pages = [("ann", 3, "P1"), ("ann", 4, "P1"), ("ann", 12, "P1")]
    shared = burden.shared(account(pages, shifts=worked, participations=engaged), what)
    assert (shared.responders, shared.events, shared.total) == (2, 1, total)
    assert shared.gini == 0.5, "one of two has it all"
