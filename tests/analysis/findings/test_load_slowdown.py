"""Waits of incidents that met load, against the same people's when free: written by hand."""

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.findings.load_slowdown import KIND, waits_under_load
from tests.builders.analysis.rotations import at, framed, paged
from tests.builders.analysis.slowed_account import simulated, slowed
from tests.builders.analysis.written_account import MONTHS, account_of, first_finding, waited

DAY = 24
FREE = [(DAY * day + 9, 300 + day, "ann") for day in range(12)]
BUSY = [(DAY * day + 11, 900 + day, "ann") for day in range(12)]
PAGES = [("ann", DAY * day + 10.5) for day in range(12)]


def engaged(*rows):
    """PARTICIPATIONS of a responder, from and to hours."""
    worked = [
        {
            "incident_id": f"E{number}",
            "responder": who,
            "engaged_at": at(start),
            "engaged_seconds": (end - start) * 3600,
        }
        for number, (who, start, end) in enumerate(rows)
    ]
    return framed(worked, frames.PARTICIPATIONS)


def busy(*rows, pages=(), work=(), **changed):
    return account_of(
        interruptions=paged(*pages), participations=engaged(*work), **waited(*rows, **changed)
    )


def loads(*rows, **known):
    """Pages, incidents at work and whether that is load, in order of the creations."""
    found = waits_under_load(busy(*rows, **known))
    return found[["pages", "open", "is_marked"]].to_numpy().tolist()


def test_incidents_that_met_load_are_compared_with_those_that_met_none():
    row = KIND.tests(busy(*FREE, *BUSY, pages=PAGES)).iloc[0]
    assert row[["subject_type", "subject_id", "n"]].to_list() == ["escalation_policy", "P1", 12]
    assert pd.isna(row["detail"])
    assert (row["effect"], row["low"], row["high"], row["reference"]) == (905.5, 902, 909, 305)
    assert row["avoidable_minutes_per_month"] == pytest.approx(12 * 600.5 / 60 / MONTHS)
    assert row["p_value"] < 0.001
    assert row["is_material"]


def test_a_wait_half_again_as_long_or_shorter_is_not_material():
    near = [(hour, wait - 460, who) for hour, wait, who in BUSY]
    row = KIND.tests(busy(*FREE, *near, pages=PAGES)).iloc[0]
    assert (row["effect"], row["reference"], row["is_material"]) == (445.5, 305, False)
    assert row["p_value"] > 0.5


def test_a_page_within_the_hour_before_is_load_and_an_older_or_later_one_is_not():
    one = (30, 60, "ann")
    assert loads(one, pages=[("ann", 29)]) == [[1, 0, True]]
    assert loads(one, pages=[("ann", 28.99), ("ann", 30), ("bob", 29.5)]) == [[0, 0, False]]


def test_an_acknowledged_incident_is_load_until_it_is_resolved():
    one = (30, 60, "ann")
    assert loads(one, work=[("ann", 10, 31), ("ann", 29, 30.5)]) == [[0, 2, True]]
    assert loads(one, work=[("ann", 10, 29.9), ("ann", 30.1, 31), ("bob", 29, 31)]) == [
        [0, 0, False]
    ]


def test_one_free_person_among_those_paged_is_no_load():
    both = (30, 60, "ann bob")
    assert loads(both, pages=[("ann", 29.5)]) == [[0, 0, False]]
    assert loads(both, pages=[("ann", 29.5), ("bob", 29.6)]) == [[1, 0, True]]
    assert loads(both, pages=[("ann", 29.5)], work=[("bob", 29, 31)]) == [[0, 0, True]]


def test_different_people_and_different_hours_are_not_compared():
    others = [(hour, wait, "bob") for hour, wait, _ in FREE]
    at_night = [(hour + 14, wait, who) for hour, wait, who in FREE]
    for free in (others, at_night):
        assert KIND.tests(busy(*free, *BUSY, pages=PAGES)).empty


def test_hours_are_those_on_the_clock_of_the_first_person_paged():
    people = [{"responder": "ann", "time_zone": "Asia/Tokyo"}]
    world = account_of(
        responders=framed(people, frames.RESPONDERS), **waited((30, 60, "ann bob"), (9, 60, "bob"))
    )
    assert waits_under_load(world)["hours_class"].to_list() == ["business", "business"]
    assert waits_under_load(busy((54, 60, "ann bob")))["hours_class"].to_list() == ["sleep"]


def test_of_a_clock_hour_the_first_with_load_and_the_first_without_count():
    storm = [(30 + minute / 60, 60.0 + minute, "ann") for minute in range(0, 60, 10)]
    rows = waits_under_load(busy(*storm, (31, 1, "ann"), pages=[("ann", 30.2)]))
    assert rows["seconds_to_first_ack"].to_list() == [60, 80, 1]
    assert rows["is_marked"].to_list() == [False, True, True]


@pytest.mark.parametrize(
    "changed",
    [
        {"urgency_at_creation": "low"},
        {"resolution": "merged"},
        {"seconds_to_first_ack": None, "first_acknowledged_at": None},
        {"clock_skew": True},
        {"level": 2},
    ],
    ids=lambda changed: " ".join(f"{name} {value}" for name, value in changed.items()),
)
def test_what_the_first_level_did_not_answer_in_earnest_is_left_out(changed):
    assert waits_under_load(busy(*BUSY, **changed)).empty


def test_an_account_without_incidents_has_nothing_to_judge():
    found = KIND.tests(account_of())
    assert found.empty
    assert found.columns.to_list() == list(frames.TESTS)


def test_the_evidence_is_what_was_compared_in_order_of_time():
    world = busy(*FREE, *BUSY, (5 * DAY + 3, 9, "bob"), pages=PAGES)
    rows = KIND.evidence(world, first_finding(KIND.tests(world)))
    assert (len(rows), rows["is_marked"].sum()) == (24, 12)
    assert rows["created_at"].is_monotonic_increasing


def test_the_sentence_has_size_interval_and_reference():
    row = first_finding(KIND.tests(busy(*FREE, *BUSY, pages=PAGES)))
    assert KIND.sentence(row, {"P1": "Orders"}) == (
        "Half of the 12 incidents on Orders that paged only people busy with another are "
        "acknowledged within 15 min 6 s (15 min 2 s to 15 min 9 s), against 5 min 5 s when the "
        "same people are free."
    )
    assert KIND.is_association


@pytest.mark.slow
def test_a_simulated_account_has_no_slowdown_until_one_is_put_into_it():
    world = simulated(34)
    found = KIND.tests(world)
    assert not found.query("is_material and p_value < 0.05").size
    busiest = found.nlargest(1, "n")["subject_id"].item()
    rows = waits_under_load(world)
    is_chosen = rows["subject_id"].eq(busiest) & rows["is_marked"]
    loaded = world.incidents["incident_id"].iloc[rows.loc[is_chosen, "incident"]]
    found = KIND.tests(slowed(world, loaded, 3.0)).query("is_material and p_value < 0.001")
    assert found["subject_id"].to_list() == [busiest]
