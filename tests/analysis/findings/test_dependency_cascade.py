"""Failures along declared dependencies: shares, chance and minutes written by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks import simulated_account
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
from tests.builders.analysis.rotations import at
from tests.builders.analysis.written_account import MONTHS, account_of, first_finding


def test_a_dependent_service_that_follows_is_compared_with_chance_and_the_floor():
    """Every failure of the API has a sixth of an hour in which the database's hour could bring one:
    20 / 6 by chance, a ninth of the database's 30 failures."""
    row = KIND.tests(declared(followed(20), "db>api")).iloc[0]
    assert row[["subject_type", "subject_id", "detail", "n"]].to_list() == [
        "service",
        "db",
        "api",
        30,
    ]
    assert (row["effect"], row["reference"]) == (pytest.approx(20 / 30), pytest.approx(1 / 9))
    assert (round(row["low"], 4), round(row["high"], 4)) == (0.4878, 0.8077)
    assert row["p_value"] == pytest.approx(stats.binom.sf(19, 30, 1 / 9 + 0.2))
    assert row["is_material"]


def test_avoidable_are_the_minutes_of_what_followed_and_chance_does_not_explain():
    row = KIND.tests(declared(followed(20), "db>api")).iloc[0]
    assert row["avoidable_minutes_per_month"] == pytest.approx(20 * 30 * (1 - 1 / 6) / MONTHS)


def test_an_open_incident_that_followed_counts_until_the_data_ends():
    frame = followed(20)
    is_last = frame["created_at"].eq(at(19 * 24 + 5.1))
    still_open = frame.assign(seconds_to_resolve=frame["seconds_to_resolve"].mask(is_last))
    row = KIND.tests(declared(still_open, "db>api")).iloc[0]
    minutes = 19 * 30 + (DAYS * 24 - 19 * 24 - 5.1) * 60
    assert row["avoidable_minutes_per_month"] == pytest.approx(minutes * (1 - 1 / 6) / MONTHS)


@pytest.mark.parametrize(("days", "is_material"), [(7, False), (8, True)])
def test_the_floor_is_twenty_points_above_chance(days, is_material):
    """30 failures, each day that is followed adds 1/30 to the share and 1/180 to chance."""
    frame = failing(db=daily(5), api=[*daily(5.1, days), *daily(17)])
    row = KIND.tests(declared(frame, "db>api")).iloc[0]
    assert row["effect"] - row["reference"] == pytest.approx(days / 36)
    assert row["is_material"] == is_material


def test_what_barely_reaches_the_floor_is_no_discovery_though_far_beyond_chance():
    frame = failing(db=daily(5), api=[*daily(5.1, 8), *daily(17)])
    row = KIND.tests(declared(frame, "db>api")).iloc[0]
    assert row["p_value"] == pytest.approx(stats.binom.sf(7, 30, 8 / 180 + 0.2))
    assert row["p_value"] > 0.4


def test_a_busy_service_that_follows_as_often_as_it_fails_is_no_finding():
    """The API fails every two hours, so one in twelve failures of anything is followed."""
    draws = np.random.default_rng(4)
    busy = np.arange(0, DAYS * 24, 2) + draws.uniform(0, 0.9, DAYS * 12)
    frame = failing(db=sorted(draws.uniform(0, DAYS * 24, 60)), api=busy)
    row = KIND.tests(declared(frame, "db>api")).iloc[0]
    assert 0.05 < row["reference"] < 0.12
    assert not row["is_material"]


@pytest.mark.parametrize("pair", ["api>db", "db>SHOP", "db>gone", "other>db"])
def test_only_the_declared_direction_between_two_services_that_fail_is_judged(pair):
    found = KIND.tests(declared(followed(20), pair))
    assert found["effect"].to_list() == ([0.0] if pair == "api>db" else [])


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
    assert (first["lag"], first["then_seconds"]) == (pytest.approx(360), 1800.0)
    assert rows["at"].is_monotonic_increasing


def test_the_sentence_has_size_interval_and_chance_and_claims_no_cause():
    row = first_finding(KIND.tests(declared(followed(20), "db>api")))
    assert KIND.sentence(row, NAMES) == (
        "67 % (49 to 81 %) of the 30 failures of Orders database were followed by one of "
        "Orders API within ten minutes; by chance it would be 11 %. "
        "Orders API is declared to depend on it."
    )
    assert "failures of db were followed by one of api" in KIND.sentence(row, {})
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
