"""Failures along declared dependencies: shares, chance and minutes written by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks import simulated_account
from corvana.analysis.dependencies.failures import pairs
from corvana.analysis.findings.dependency_cascade import KIND
from corvana.frames import TESTS
from corvana.sandbox.play.build import build_world
from tests.builders.analysis.following_failures import (
    DAYS,
    END,
    NAMES,
    daily,
    declared,
    failing,
    followed,
)
from tests.builders.analysis.maintained import NO_WINDOWS
from tests.builders.analysis.rotations import at
from tests.builders.analysis.written_account import MONTHS, account_of, first_finding


def by_chance(frame):
    """The number of failures together by chance of the first two services."""
    return pairs(frame, NO_WINDOWS, start=at(0), end=at(DAYS * 24)).loc[0, "expected"]


def test_a_dependent_service_that_fails_with_it_is_compared_with_chance_and_the_floor():
    frame = followed(20)
    row = KIND.tests(declared(frame, "db>api")).iloc[0]
    assert row[["subject_type", "subject_id", "detail", "n"]].to_list() == [
        "service",
        "db",
        "api",
        30,
    ]
    assert row["effect"] == pytest.approx(20 / 30)
    # Once a day each, whenever that is: 20 · 30 failures of a day, 20 minutes of 24 hours.
    assert row["reference"] == pytest.approx(20 * 20 / (24 * 60) / 30, abs=0.02)
    assert row["reference"] == pytest.approx(by_chance(frame) / 30)
    assert (round(row["low"], 4), round(row["high"], 4)) == (0.4878, 0.8077)
    assert row["p_value"] == pytest.approx(stats.binom.sf(19, 30, row["reference"] + 0.2))
    assert row["is_material"]


def test_failures_of_one_day_count_for_less_than_separate_ones():
    """Thirty failures together, on thirty days or on five."""
    apart = KIND.tests(declared(failing(db=daily(5), api=daily(5.1)), "db>api")).iloc[0]
    assert apart["effective_n"] == apart["n"] == 30
    hours = [24 * day + 2 * time + day / 3 for day in range(0, 25, 5) for time in range(6)]
    frame = failing(db=hours, api=[hour + 0.1 for hour in hours])
    row = KIND.tests(declared(frame, "db>api")).iloc[0]
    assert (row["n"], row["effect"]) == (30, 1.0)
    assert row["effective_n"] < 12
    assert row["low"] < apart["low"]
    assert row["p_value"] > apart["p_value"]


def test_who_is_first_makes_no_difference():
    """Of thirty failures together, the API is first in fifteen: 142 of 142 would give no order."""
    hours = np.array(daily(5))
    turns = np.where(np.arange(DAYS) % 2, 0.1, -0.1)
    frame = failing(db=hours + 0.2, api=hours + 0.2 + turns)
    row = KIND.tests(declared(frame, "db>api")).iloc[0]
    assert (row["effect"], row["is_material"]) == (1.0, True)
    advice = KIND.advice(declared(frame, "db>api"), first_finding(row.to_frame().T), NAMES)
    assert "Neither of the two clearly fails first." in advice


def test_failures_at_the_same_instant_are_together_and_have_no_order():
    frame = failing(db=daily(5), api=daily(5))
    world = declared(frame, "db>api")
    found = first_finding(KIND.tests(world))
    assert found.effect == 1.0
    assert "Both began at the same instant each time." in KIND.advice(world, found, NAMES)


def test_the_advice_says_who_was_first_how_often():
    world = declared(followed(20), "db>api")
    advice = KIND.advice(world, first_finding(KIND.tests(world)), NAMES)
    assert "Orders database failed first in 20 of 20 cases." in advice
    back = declared(failing(db=daily(5.1), api=daily(5)), "db>api")
    advice = KIND.advice(back, first_finding(KIND.tests(back)), NAMES)
    assert "Orders API failed first in 30 of 30 cases." in advice


def test_avoidable_are_the_minutes_of_the_later_one_that_chance_does_not_explain():
    frame = followed(20)
    row = KIND.tests(declared(frame, "db>api")).iloc[0]
    minutes = 20 * 30 * (1 - by_chance(frame) / 20)
    assert row["avoidable_minutes_per_month"] == pytest.approx(minutes / MONTHS)


def test_avoidable_is_the_later_one_whichever_of_the_two_it_is():
    frame = failing(db=daily(5.1), api=daily(5))
    longer = frame.assign(seconds_to_resolve=np.where(frame["service_id"].eq("db"), 3600.0, 60.0))
    row = KIND.tests(declared(longer, "db>api")).iloc[0]
    minutes = 30 * 60 * (1 - by_chance(longer) / 30)
    assert row["avoidable_minutes_per_month"] == pytest.approx(minutes / MONTHS)


def test_an_open_incident_that_came_later_counts_until_the_data_ends():
    frame = followed(20)
    last = frame.loc[frame["service_id"].eq("api"), "created_at"].max()
    still_open = frame.assign(
        seconds_to_resolve=frame["seconds_to_resolve"].mask(frame["created_at"].eq(last))
    )
    row = KIND.tests(declared(still_open, "db>api")).iloc[0]
    minutes = 19 * 30 + (at(DAYS * 24) - last).total_seconds() / 60
    assert row["avoidable_minutes_per_month"] == pytest.approx(
        minutes * (1 - by_chance(frame) / 20) / MONTHS
    )


@pytest.mark.parametrize(("days", "is_material"), [(7, False), (8, True)])
def test_the_floor_is_twenty_points_above_chance(days, is_material):
    """30 failures; each day with both adds 1/30 to the share."""
    frame = failing(db=daily(5), api=[*daily(5.1, days), *daily(17)])
    row = KIND.tests(declared(frame, "db>api")).iloc[0]
    assert row["effect"] == pytest.approx(days / 30)
    assert row["is_material"] == (days / 30 >= row["reference"] + 0.2) == is_material


def test_what_barely_reaches_the_floor_is_no_discovery_though_far_beyond_chance():
    frame = failing(db=daily(5), api=[*daily(5.1, 8), *daily(17)])
    row = KIND.tests(declared(frame, "db>api")).iloc[0]
    assert row["p_value"] == pytest.approx(stats.binom.sf(7, 30, row["reference"] + 0.2))
    assert row["p_value"] > 0.3


def test_a_busy_service_that_fails_with_it_as_often_as_with_any_is_no_finding():
    """The API fails every two hours, so one in six failures of anything comes with one of it."""
    draws = np.random.default_rng(4)
    busy = np.arange(0, DAYS * 24, 2) + draws.uniform(0, 0.9, DAYS * 12)
    frame = failing(db=sorted(draws.uniform(0, DAYS * 24, 60)), api=busy)
    row = KIND.tests(declared(frame, "db>api")).iloc[0]
    assert 0.12 < row["reference"] < 0.25
    assert not row["is_material"]


@pytest.mark.parametrize("pair", ["api>db", "db>SHOP", "db>gone", "other>db"])
def test_only_edges_between_two_services_that_fail_are_judged(pair):
    """The share is that of the supporting service: all twenty failures of the API."""
    found = KIND.tests(declared(followed(20), pair))
    assert found["effect"].to_list() == ([1.0] if pair == "api>db" else [])


def test_fewer_than_ten_failures_of_either_service_are_not_judged():
    assert KIND.tests(declared(followed(9), "db>api")).empty
    assert len(KIND.tests(declared(followed(10), "db>api"))) == 1


def test_an_edge_declared_twice_is_judged_once():
    assert len(KIND.tests(declared(followed(20), "db>api", "db>api"))) == 1


def test_an_account_without_incidents_or_edges_has_nothing_to_judge():
    for empty in (account_of(), declared(followed(20))):
        found = KIND.tests(empty)
        assert found.empty
        assert found.columns.to_list() == list(TESTS)


def test_the_evidence_is_every_pair_of_incidents_in_order():
    world = declared(followed(20), "db>api")
    rows = KIND.evidence(world, first_finding(KIND.tests(world)))
    assert len(rows) == 20
    first = rows.iloc[0]
    assert (first["at"], first["incident_id"], first["then_incident_id"]) == (
        at(5),
        "db-0",
        "api-0",
    )
    assert (first["lag"], first["later_seconds"]) == (pytest.approx(360), 1800.0)
    assert rows["at"].is_monotonic_increasing


def test_the_sentence_has_size_interval_and_chance_and_claims_no_cause():
    row = first_finding(KIND.tests(declared(followed(20), "db>api")))
    assert KIND.sentence(row, NAMES) == (
        "67 % (49 to 81 %) of the 30 failures of Orders database came within ten minutes of one of "
        "Orders API; by chance it would be 2 %. "
        "Orders API is declared to depend on Orders database."
    )
    assert "failures of db came within ten minutes of one of api" in KIND.sentence(row, {})
    assert KIND.is_association


@pytest.mark.slow
@pytest.mark.parametrize("is_planted", [True, False])
def test_of_a_simulated_account_only_the_planted_dependency_is_material(is_planted):
    world = build_world(seed=31, end=END, planted=is_planted)
    found = KIND.tests(simulated_account.account(world))
    planted = [
        [each.subject_id, each.detail.removeprefix("declared, to ")]
        for each in world.planted
        if each.detail.startswith("declared, to ")
    ]
    material = found[found["is_material"]]
    assert material[["subject_id", "detail"]].to_numpy().tolist() == planted
    assert (material["p_value"] < 1e-6).all()
    assert len(found) > 30
    assert pd.isna(found["p_value"]).sum() == 0
