"""Predictions that are held against what is known, and what follows for others."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.escalations.back_test import back_tests, calibrate, distance
from corvana.analysis.escalations.model import NOTHING_ELSEWHERE, Chain, learn
from corvana.analysis.escalations.pretended import pretended
from tests.builders.analysis.policy_history import History

CHAIN = Chain({1: 300.0, 2: 1_800.0}, 0)


def errors_of(errors: Mapping[str, float], policies: int = 20) -> pd.DataFrame:
    """Two back-tests a policy at distance ½; `beyond` is 0.00, 0.01, 0.02 …"""
    rows = [
        (0.5, f"P{policy}", name, error + 0.01 * half, (2 * policy + half) / 100)
        for name, error in errors.items()
        for policy in range(policies)
        for half in range(2)
    ]
    columns = ["distance", "escalation_policy_id", "predictor", "error", "beyond"]
    return pd.DataFrame(rows, columns=columns)


def test_the_predictor_that_was_better_beyond_chance_is_used() -> None:
    better = errors_of({"replay": 0.3, "shift": 0.1, "none": 0.2})
    assert calibrate(better, "P0", 0.5).predictor == "shift"
    worse = errors_of({"replay": 0.1, "shift": 0.3, "none": -0.2})
    assert calibrate(worse, "P0", 0.5).predictor == "replay"


def test_a_predictor_that_was_better_by_chance_is_not_used() -> None:
    tests = errors_of({"replay": 0.3, "shift": 0.3, "none": 0.5})
    few = tests["predictor"].eq("shift") & tests["escalation_policy_id"].isin(["P1", "P2"])
    assert calibrate(tests.assign(error=tests["error"].mask(few, 0.1)), "P0", 0.5).predictor == (
        "replay"
    )


def test_the_interval_is_widened_until_it_holds_95_of_100_halves_left_out() -> None:
    """Of 38 on the other policies, 0.02 to 0.39, the 38th is the first beyond 95 %."""
    found = calibrate(errors_of({"replay": 0.1}), "P0", 0.5)
    assert found.n == 38
    assert found.widened == pytest.approx(0.39)
    assert found.error == pytest.approx(np.expm1(0.105))


def test_an_interval_that_held_every_half_is_not_narrowed() -> None:
    tests = errors_of({"replay": 0.1})
    assert calibrate(tests.assign(beyond=-1.0), "P0", 0.5).widened == 0


def test_the_policy_asked_about_is_left_out_unless_there_are_too_few_others() -> None:
    assert calibrate(errors_of({"replay": 0.1, "shift": 0.1, "none": 0.1}, 3), "P0", 0.5).n == 6
    assert calibrate(errors_of({"replay": 0.1}).iloc[:0], "P0", 0.5).n == 0


@pytest.mark.parametrize(("asked", "tried"), [(0.4, 0.25), (0.5, 0.5), (0.01, 0.125), (9.0, 4.0)])
def test_the_back_tests_are_at_least_as_far_away(asked: float, tried: float) -> None:
    tests = errors_of({"replay": 0.1})
    near, far = tests.assign(distance=tried, error=0.2), tests.assign(distance=1.0)
    found = calibrate(pd.concat([near, far]), None, asked)
    assert found.distance == asked
    assert found.error == pytest.approx(np.expm1(0.2))


def test_the_distance_is_that_of_the_level_where_it_matters_most() -> None:
    seen = History().add(20, (0, 1), acked=1).add(20, (0, 1), (5, 2), acked=7).observed()["P1"]
    assert distance(seen, CHAIN, CHAIN) == 1
    assert distance(seen, CHAIN, Chain({1: 600.0, 2: 900.0}, 0)) == 2
    assert distance(seen, CHAIN, Chain({1: 330.0, 2: 450.0}, 0)) == 0.25


def test_a_pretended_past_has_forgotten_what_came_after_its_delays() -> None:
    history = History().add(30, (0, 1), acked=1).add(10, (0, 1), acked=4)
    seen = history.add(10, (0, 1), (5, 2), acked=7).observed()["P1"]
    shorter = Chain({1: 120.0, 2: 1_800.0}, 0)
    past = pretended(learn(seen, CHAIN), shorter, np.random.default_rng(1))
    first = past.stays.level == 1
    assert past.stays.seconds[first].max() == 120
    assert np.bincount(past.stays.level).tolist() == [0, 50, 20]
    # Level 2 answers two minutes after its page, whenever that is.
    assert sorted(set(past.paths.to_ack)) == [60, 240]


def test_what_is_predicted_of_a_half_is_held_against_the_other_half() -> None:
    """The earlier half answers after one minute, the later one after two."""
    history = History()
    for minutes, day in ((1, "2026-03-02"), (2, "2026-03-03")):
        history.add(30, (0, 1), acked=minutes, created_at=pd.Timestamp(f"{day}T10:00Z"))
    seen = history.observed()
    tests = back_tests(seen, {"P1": CHAIN}, {"P1": NOTHING_ELSEWHERE})
    same = tests[tests["distance"].eq(1) & tests["predictor"].eq("none")]
    assert same["error"].abs().to_list() == pytest.approx([np.log(121 / 61)] * 2, rel=0.01)
    longer = tests[tests["distance"].eq(2)]
    assert longer["error"].abs().max() < 0.01


def test_a_policy_with_few_acknowledgements_is_not_tried() -> None:
    seen = History().add(39, (0, 1), acked=1).observed()
    assert back_tests(seen, {"P1": CHAIN}, {"P1": NOTHING_ELSEWHERE}).empty
