"""False pairs and false unfairness: worlds are what they say, and claims are read as printed."""

import numpy as np
import pytest

from benchmarks.bench_false_claims import (
    ROTATIONS,
    UNFAIR,
    WEEKS,
    Row,
    busy_days,
    claims,
    contradictions,
    draws,
    has_planted,
    pair_worlds,
    pairs,
    shared,
    with_pair,
)
from benchmarks.storms import START


@pytest.mark.parametrize(("claimed", "is_kept"), [(0, True), (70, True), (85, True), (95, False)])
def test_a_bound_is_missed_only_when_the_interval_lies_beyond_it(claimed, is_kept):
    assert Row("any", claimed, 1_000, highest=0.07).is_kept == is_kept


def test_a_single_contradiction_is_one_too_many_and_nothing_judged_keeps_nothing():
    assert not Row("any", 1, 1_000, highest=0.0).is_kept
    assert not Row("any", 0, 0, highest=0.07).is_kept
    assert Row("any", 899, 1_000, lowest=0.9).is_kept


def test_checks_on_the_full_hour_are_within_its_first_two_minutes():
    at = pair_worlds()["full hours, 60 a week"](draws(1))["created_at"]
    assert at.dt.minute.max() <= 1


def test_busy_days_differ_as_much_as_they_say():
    day = (busy_days(240, draws(1))["created_at"] - START).dt.days
    n = np.bincount(day, minlength=WEEKS * 7)
    assert n.sum() == pytest.approx(240 * WEEKS, rel=0.25)
    assert n.std() / n.mean() == pytest.approx(1.0, abs=0.35)


def test_no_service_of_an_account_on_the_full_hour_is_linked_to_another():
    world = pair_worlds()["five services on the full hour, 60 a week"]
    assert [len(pairs(world(draws(seed)))) for seed in range(5)] == [0] * 5


def test_two_services_that_fail_of_one_cause_are_found():
    assert all(has_planted(pairs(with_pair(draws(seed)))) for seed in range(3))


def test_the_share_of_the_first_person_is_what_makes_a_rotation_unfair():
    fair, unfair = (
        np.mean([shared(each, draws(seed)).gini for seed in range(5)])
        for each in (UNFAIR._replace(unfair=1.0), UNFAIR)
    )
    assert unfair > fair + 0.1


def test_no_claim_stands_beside_a_band_that_holds_it():
    judged = [shared(UNFAIR, draws(seed)) for seed in range(5)]
    assert claims(judged)[1] == 5
    assert contradictions(judged) == (0, 5)


def test_a_rotation_of_each_kind_has_turns_enough_to_tell():
    assert all(shared(each, draws(1)).can_tell for each in ROTATIONS.values())
