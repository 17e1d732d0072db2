"""The scorecard: points between two thresholds, and what is not known is not counted."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis import scorecard
from corvana.analysis.scorecard.check import Check, Measured, read_off, share_of
from tests.builders.analysis import rotations
from tests.builders.analysis.written_account import END, START, account, incident

EVERYTHING_MISSING = account()


def check(fails_at, meets_at):
    return Check(
        name="",
        measures="",
        says="",
        unit="share",
        fails_at=fails_at,
        meets_at=meets_at,
        source="",
        setting="",
        measure=lambda _: Measured(0, 0, 0, 0),
    )


def row(known, name):
    """One check of the account, as the scorecard shows it."""
    asked = next(
        each for checks in scorecard.DIMENSIONS.values() for each in checks if each.name == name
    )
    measured = asked.measure(known)
    return pd.Series({**measured._asdict(), "points": asked.points(measured.value)})


@pytest.mark.parametrize(
    ("value", "points"), [(0.4, 0), (0.5, 0), (0.6, 25), (0.7, 50), (0.9, 100), (1.0, 100)]
)
def test_points_are_linear_between_the_thresholds_and_flat_outside(value, points):
    assert check(0.5, 0.9).points(value) == pytest.approx(points)


@pytest.mark.parametrize(("value", "points"), [(10, 0), (8, 0), (5, 50), (2, 100), (0, 100)])
def test_less_can_be_better(value, points):
    assert check(8, 2).points(value) == pytest.approx(points)


def test_few_observations_are_not_known():
    assert pd.isna(share_of(9, 9).value)
    assert share_of(10, 10).value == 1
    assert pd.isna(read_off(0.0, 0).value)


def test_five_dimensions_have_three_to_five_checks_each_with_all_that_makes_them_checkable():
    card = scorecard.scorecard(EVERYTHING_MISSING)
    assert tuple(card.columns) == tuple(frames.SCORECARD)
    assert card["dimension"].unique().tolist() == [
        "Responsiveness",
        "Escalation hygiene",
        "On-call sustainability",
        "Coverage",
        "Dependency resilience",
    ]
    assert card.groupby("dimension").size().between(3, 5).all()
    assert card["check"].is_unique
    assert (
        card[["measures", "source", "setting"]]
        .apply(lambda text: text.str.len().gt(0))
        .all(axis=None)
    )
    assert card["fails_at"].ne(card["meets_at"]).all()


def test_without_any_data_nothing_is_known_and_nothing_is_scored():
    card = scorecard.scorecard(EVERYTHING_MISSING)
    assert not card["is_known"].any()
    assert card[["value", "points"]].isna().all(axis=None)
    scores = scorecard.dimensions(card)
    assert scores["score"].isna().all()
    assert scores["coverage"].tolist() == [f"from 0 of {n} checks" for n in (4, 5, 5, 4, 5)]


def test_a_missing_input_lowers_the_coverage_and_not_the_score():
    card = pd.DataFrame(
        {
            "dimension": ["A", "A", "A", "B"],
            "check": list("wxyz"),
            "points": [100.0, 50.0, float("nan"), 10.0],
            "is_known": [True, True, False, True],
        }
    )
    scores = scorecard.dimensions(card).set_index("dimension")
    assert scores["score"].to_dict() == {"A": 75, "B": 10}
    assert scores["coverage"].to_dict() == {"A": "from 2 of 3 checks", "B": "from 1 of 1 checks"}


def answered(minutes, **more):
    return incident(
        more.pop("service", "db"),
        acked=minutes,
        resolved=minutes + 60,
        seconds_to_first_ack=minutes * 60,
        **more,
    )


@pytest.mark.parametrize(("minutes", "points"), [(30.0, 0), (17.5, 50), (5.0, 100)])
def test_half_an_hour_until_half_are_acknowledged_fails_and_five_minutes_are_enough(
    minutes, points
):
    found = row(account([answered(minutes)] * 12), "Half are acknowledged soon")
    assert (found["value"], found["points"]) == (minutes * 60, points)


def test_an_open_incident_is_late_only_once_half_an_hour_has_passed():
    waiting = incident("db", created_at=END - timedelta(minutes=40))
    young = incident("db", created_at=END - timedelta(minutes=20))
    found = row(account([answered(5.0)] * 9 + [waiting, young]), "Acknowledged in time")
    assert (found["value"], found["n"]) == (0.9, 10)


def test_what_closed_by_itself_unseen_was_no_page_to_act_on():
    gone = incident("db", resolved=5, resolution="auto")
    taken = answered(5.0, resolution="auto")
    found = row(
        account([gone] * 3 + [taken] * 3 + [answered(5.0)] * 6), "Pages that a person acts on"
    )
    assert (found["value"], found["points"]) == (0.75, pytest.approx(62.5))


def test_low_urgency_and_merged_incidents_say_nothing_about_paging():
    calm = [answered(500.0, urgency="low"), answered(500.0, resolution="merged")] * 20
    found = row(account([answered(5.0)] * 12 + calm), "Half are acknowledged soon")
    assert (found["value"], found["n"]) == (300, 12)


def test_a_policy_three_times_as_slow_is_one_of_those_far_behind():
    quick = [answered(5.0)] * 30
    behind = [answered(15.0, escalation_policy_id="P2")] * 10
    found = row(account(quick + behind), "No policy far behind")
    assert (found["value"], found["n"], found["points"]) == (0.5, 2, 0)


def test_escalated_exhausted_timed_out_and_passed_on_are_shares_of_incidents():
    troubled = answered(
        5.0,
        timeout_escalation_count=1,
        exhausted=True,
        ack_timeout_count=1,
        reassignment_count=2,
    )
    known = account([troubled] + [answered(5.0, reassignment_count=1)] * 19)
    names = [
        "Few incidents escalate",
        "Somebody is always left to page",
        "Acknowledged means taken",
        "Incidents find their owner",
    ]
    found = pd.DataFrame([row(known, name) for name in names])
    assert found["value"].tolist() == [0.05] * 4
    assert found["n"].tolist() == [20] * 4
    assert found["points"].tolist() == pytest.approx([100, 0, 500 / 9, 500 / 9])


def test_a_level_that_lets_everything_pass_does_not_answer():
    deaf = account([answered(5.0)] * 12 + [incident("db", escalation_policy_id="P2")] * 12)
    found = row(deaf, "Every level answers")
    assert (found["value"], found["n"]) == (0.5, 2)


def on_call(*shifts, pages=()):
    worked = rotations.shifts(*shifts)
    return replace(
        account(),
        shifts=worked,
        interruptions=rotations.paged(*pages),
        since=rotations.at(0),
        as_of=rotations.at(28 * 24),
    )


def test_who_is_on_call_half_of_the_time_stands_halfway():
    half = on_call(("S1", "ann", 0, 14 * 24), ("S1", "bob", 14 * 24, 28 * 24))
    found = row(half, "Nobody is always on call")
    assert (found["value"], found["points"], found["n"]) == (0.5, 50, 2)


def test_shifts_with_more_than_two_incidents_in_twelve_hours_are_over_the_norm():
    """Twenty shifts of twelve hours with a free hour each; the first five bring three incidents."""
    shifts = [("S1", "ann", 13 * n, 13 * n + 12) for n in range(20)]
    pages = [("ann", 13 * n + hour) for n in range(5) for hour in (1, 3, 5)]
    found = row(on_call(*shifts, pages=pages), "Shifts leave room")
    assert (found["value"], found["n"]) == (0.75, 20)
    assert found["points"] == pytest.approx(100 * 0.25 / 0.45)


def test_night_pages_are_counted_for_each_responder_a_month():
    nights = [("ann", 24 * day + 2) for day in range(14)]
    known = on_call(("S1", "ann", 0, 14 * 24), ("S1", "bob", 14 * 24, 28 * 24), pages=nights)
    found = row(known, "Few nights broken")
    assert (found["value"], found["n"]) == (pytest.approx(14 / 2 / known.months), 14)
    assert found["low"] < found["value"] < found["high"]


def test_pages_nobody_was_collected_for_leave_nights_unknown():
    known = on_call(("S1", "ann", 0, 14 * 24))
    for name in ("Few nights broken", "Rest after a night"):
        assert pd.isna(row(known, name)["points"])


def test_a_second_page_the_same_night_cuts_the_rest_short():
    twice = [("ann", 24 * day + hour) for day in range(10) for hour in (2, 4)]
    found = row(on_call(("S1", "ann", 0, 28 * 24), pages=twice), "Rest after a night")
    assert (found["value"], found["n"], found["points"]) == (0.5, 20, pytest.approx(20))


def test_half_of_all_pages_on_a_tenth_of_the_people_is_no_sharing():
    people = [f"responder {n}" for n in range(10)]
    shifts = [("S1", who, 24 * n, 24 * n + 24) for n, who in enumerate(people)]
    pages = [(who, 24 * n + 12) for n, who in enumerate(people)]
    more = [(people[0], hour) for hour in range(8)]
    found = row(on_call(*shifts, pages=pages + more), "Pages fall on many")
    assert (found["value"], found["n"], found["points"]) == (0.5, 18, 0)


def test_a_policy_of_one_level_has_no_second_chance():
    rules = rotations.rules(("P1", 1, "ann"), ("P1", 2, "bob"), ("P2", 1, "ann"))
    services = account(db={"escalation_policy_id": "P1"}, api={"escalation_policy_id": "P2"})
    known = replace(services, rules=rules)
    assert row(known, "There is a second level")[["value", "points", "n"]].tolist() == [0.5, 0, 2]
    assert row(known, "Somebody is on call")[["value", "n"]].tolist() == [1, 3]
    assert row(known, "Levels are different people")[["value", "n"]].tolist() == [1, 1]


def test_a_policy_that_nothing_uses_is_not_judged():
    rules = rotations.rules(("P1", 1, "ann"), ("P1", 2, "bob"), ("P9", 1, "ann"))
    known = replace(account(db={"escalation_policy_id": "P1"}), rules=rules)
    assert row(known, "There is a second level")["n"] == 1


def test_a_service_that_one_person_answers_for_hangs_on_them():
    alone = [answered(5.0, acknowledged_by="ann")] * 10
    shared = [
        answered(5.0, service="api", acknowledged_by=who)
        for who in ("ann", "bob")
        for _ in range(5)
    ]
    found = row(account(alone + shared), "More than one answers")
    assert (found["value"], found["n"]) == (0.5, 2)


def needs(*edges):
    rows = [
        {
            "dependent_id": dependent,
            "dependent_type": "technical_service",
            "supporting_id": supporting,
            "supporting_type": "technical_service",
        }
        for dependent, supporting in edges
    ]
    return rotations.framed(rows, frames.DEPENDENCIES)


def test_dependencies_are_judged_by_what_is_declared():
    known = replace(
        account([answered(5.0, service=name) for name in ("web", "api", "db", "log")]),
        dependencies=needs(("web", "api"), ("api", "db"), ("db", "api"), ("batch", "db")),
    )
    assert row(known, "Dependencies are declared")[["value", "n"]].tolist() == [0.75, 4]
    assert row(known, "No service needs itself")[["value", "n"]].tolist() == [0.5, 4]
    assert row(known, "No failure reaches everything")[["value", "n"]].tolist() == [1, 4]


def test_without_any_declared_dependency_the_dimension_is_unknown_and_not_zero():
    """A plan without service dependencies looks the same as services without any."""
    card = scorecard.scorecard(account([answered(5.0)] * 12))
    scores: Any = scorecard.dimensions(card).set_index("dimension")
    assert scores.loc["Dependency resilience", "coverage"] == "from 0 of 5 checks"
    assert pd.isna(scores.loc["Dependency resilience", "score"])


def test_failing_together_beyond_chance_is_weighed_against_what_is_declared():
    """db and api, and web and log, fail together; declared are db and api, and db and log."""
    rows = [
        answered(5.0, service=name, created_at=START + timedelta(hours=17 * n, minutes=late))
        for n in range(12)
        for name, late in (("db", 0), ("api", 2), ("web", 400), ("log", 402))
    ]
    known = replace(account(rows), dependencies=needs(("api", "db"), ("log", "db")))
    assert row(known, "Failures stay where they begin")[["value", "n"]].tolist() == [0.5, 2]
    assert row(known, "What fails together is declared")[["value", "n"]].tolist() == [0.5, 2]
