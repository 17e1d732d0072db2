"""Waits after a handoff against waits a little later: rotations and incidents written by hand."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from scipy import stats

from corvana import frames
from corvana.analysis.findings.handoff_slowdown import KIND, handoffs, waits_after
from tests.builders.analysis.rotations import at, framed, rules, shifts
from tests.builders.analysis.slowed_account import simulated, slowed
from tests.builders.analysis.written_account import MONTHS, account_of, first_finding, waited

DAY = 24
DAYS = 30
CHAIN = rules(("P1", 1, "S1"), ("P1", 2, "S2"))
BY_TURNS = shifts(
    *(("S1", ("ann", "bob")[day % 2], DAY * day + 9, DAY * day + 33) for day in range(-1, DAYS))
)


def daily(hour, seconds, days=12):
    """One incident a day, each a second slower than the one before."""
    return [(DAY * day + hour, seconds + day, "ann") for day in range(days)]


def rotating(*rows, worked=BY_TURNS, **changed):
    return account_of(shifts=worked, rules=CHAIN, **waited(*rows, **changed))


SLOW_FIRST_HOUR = [*daily(9.5, 900), *daily(10.5, 300), *daily(11.5, 300)]


def test_the_hour_after_a_handoff_is_compared_with_the_two_that_follow():
    row = KIND.tests(rotating(*SLOW_FIRST_HOUR)).iloc[0]
    assert row[["subject_type", "subject_id", "n"]].to_list() == ["schedule", "S1", 12]
    assert pd.isna(row["detail"])
    assert (row["effect"], row["low"], row["high"]) == (905.5, 902.0, 909.0)
    assert row["reference"] == 305.0
    assert row["avoidable_minutes_per_month"] == pytest.approx(12 * 600.5 / 60 / MONTHS)
    assert row["p_value"] < 0.001
    assert row["is_material"]


def test_the_p_value_is_that_of_waits_half_again_as_long():
    """One class of hours: weekdays only, so the stratified test is one rank-sum test."""
    rows = [*daily(9.5, 400, 5), *daily(10.5, 300, 5)]
    p: Any = KIND.tests(rotating(*rows)).loc[0, "p_value"]
    marked = [400 + day for day in range(5)]
    later = [1.5 * (300 + day) for day in range(5)]
    expected = stats.mannwhitneyu(
        marked, later, alternative="greater", method="asymptotic", use_continuity=False
    )
    assert p == pytest.approx(expected.pvalue)
    assert p > 0.9


@pytest.mark.parametrize(
    ("first", "later", "is_material"),
    [(450, 300, True), (440, 300, False), (100, 45, False), (105, 45, True)],
    ids=["half again", "less than half again", "less than a minute more", "a minute more"],
)
def test_the_floor_is_half_again_and_a_minute_more(first, later, is_material):
    rows = [(DAY * day + hour, wait, "ann") for day in range(12) for hour, wait in (
        (9.5, first), (10.5, later),
    )]  # fmt: skip
    assert KIND.tests(rotating(*rows)).loc[0, "is_material"] == is_material


def test_only_the_three_hours_after_a_handoff_are_compared():
    borders = [(9, 1.0, "ann"), (9.99, 2.0, "ann"), (10, 3.0, "ann"), (11.99, 4.0, "ann")]
    outside = [(8.99, 5.0, "ann"), (12, 6.0, "ann"), (20, 7.0, "ann")]
    rows = waits_after(rotating(*borders, *outside))
    assert dict(zip(rows["seconds_to_first_ack"], rows["is_marked"], strict=True)) == {
        1.0: True,
        2.0: True,
        3.0: False,
        4.0: False,
    }
    assert set(rows["handoff_clock"]) == {"09:00"}


def test_the_handoff_is_told_on_the_clock_of_the_schedule():
    world = rotating(*SLOW_FIRST_HOUR)
    berlin = framed([{"schedule_id": "S1", "time_zone": "Europe/Berlin"}], frames.SCHEDULES)
    rows = waits_after(replace(world, schedules=berlin))
    assert set(rows["handoff_clock"]) == {"10:00"}
    unknown = replace(world, schedules=frames.empty(frames.SCHEDULES))
    assert set(waits_after(unknown)["handoff_clock"]) == {"09:00"}


def test_night_and_day_are_not_compared_with_each_other():
    """A handoff at seven: its first hour is sleep, the later ones are business hours."""
    early = shifts(
        *(("S1", ("ann", "bob")[day % 2], DAY * day + 7, DAY * day + 31) for day in range(-1, DAYS))
    )
    weekdays = [day for day in range(12) if day % 7 < 5]
    rows = [
        (DAY * day + hour, wait, "ann")
        for day in weekdays
        for hour, wait in ((7.5, 900), (8.5, 300), (9.5, 300))
    ]
    assert KIND.tests(rotating(*rows, worked=early)).empty


@pytest.mark.parametrize(
    "changed",
    [
        {"urgency": "low"},
        {"resolution": "merged"},
        {"seconds_to_first_ack": None, "first_acknowledged_at": None},
        {"clock_skew": True},
        {"level": 2},
        {"policy": "P2"},
    ],
    ids=lambda changed: " ".join(f"{name} {value}" for name, value in changed.items()),
)
def test_what_the_first_level_did_not_answer_in_earnest_is_left_out(changed):
    assert waits_after(rotating(*SLOW_FIRST_HOUR, **changed)).empty


def test_a_handoff_is_where_one_shift_ends_as_anothers_begins():
    worked = shifts(
        ("S1", "ann", 0, 8),
        ("S1", "bob", 8, 16),
        ("S1", "cat", 8, 16),
        ("S1", "cat", 16, 24),
        ("S1", "ann", 20, 30),
        ("S1", "bob", 26, 28),
        ("S2", "dan", 8, 16),
    )
    changed = handoffs(worked)
    assert changed.to_numpy().tolist() == [["S1", at(8)], ["S1", at(16)]]


def test_a_shift_after_a_gap_takes_over_from_nobody_and_going_on_is_no_handoff():
    worked = shifts(
        ("S1", "ann", 0, 8), ("S1", "bob", 9, 16), ("S2", "ann", 0, 8), ("S2", "ann", 8, 9)
    )
    assert handoffs(worked).empty
    assert handoffs(shifts()).empty


def test_an_account_without_incidents_has_nothing_to_judge():
    for empty in (account_of(), account_of(shifts=BY_TURNS, rules=CHAIN)):
        found = KIND.tests(empty)
        assert found.empty
        assert found.columns.to_list() == list(frames.TESTS)


def test_the_evidence_is_what_was_compared_in_order_of_time():
    world = rotating(*SLOW_FIRST_HOUR)
    rows = KIND.evidence(world, first_finding(KIND.tests(world)))
    assert len(rows) == 36
    assert rows["is_marked"].sum() == 12
    assert rows["created_at"].is_monotonic_increasing


def test_the_sentence_has_size_interval_and_reference():
    row = first_finding(KIND.tests(rotating(*SLOW_FIRST_HOUR)))
    assert KIND.sentence(row, {"S1": "Orders primary"}) == (
        "Half of the 12 incidents created in the hour after a handoff of Orders primary are "
        "acknowledged within 15 min 6 s (15 min 2 s to 15 min 9 s), against 5 min 5 s in the two "
        "hours that follow."
    )
    assert KIND.is_association


@pytest.mark.slow
def test_a_simulated_account_has_no_slowdown_until_one_is_put_into_it():
    world = simulated(33)
    assert not KIND.tests(world).query("is_material and p_value < 0.05").size
    rows = waits_after(world)
    busiest = KIND.tests(world).nlargest(1, "n")["subject_id"].item()
    is_chosen = rows["subject_id"].eq(busiest) & rows["is_marked"]
    after = world.incidents["incident_id"].iloc[rows.loc[is_chosen, "incident"]]
    found = KIND.tests(slowed(world, after, 5.0)).query("is_material and p_value < 0.001")
    assert found["subject_id"].to_list() == [busiest]
