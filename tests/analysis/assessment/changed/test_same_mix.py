"""Later cases with the services and urgencies of before."""

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.assessment.changed import same_mix
from corvana.analysis.statistics import survival


def cases(**strata: int) -> pd.DataFrame:
    """So many cases of each service and urgency: `web_high=10`."""
    named = [name.split("_") for name, n in strata.items() for _ in range(n)]
    return pd.DataFrame(named, columns=["service_id", "urgency"])


def test_later_cases_have_the_weight_that_gives_them_the_mix_of_before():
    before, after = cases(web_high=30, web_low=10), cases(web_high=10, web_low=40)
    found = same_mix.weights(before, after)
    assert set(found.before) == {1.0}
    assert list(found.after[:10]) == [3.0] * 10
    assert list(found.after[10:]) == [0.25] * 40
    assert found.after.sum() == 40
    assert found.covered == 1.0


def test_a_service_and_urgency_with_fewer_than_five_on_a_side_is_left_out_and_said():
    before, after = cases(web_high=15, api_high=4, db_high=5), cases(web_high=5, api_high=90)
    found = same_mix.weights(before, after)
    assert found.before.sum() == 15
    assert list(found.after) == [3.0] * 5 + [0.0] * 90
    assert found.covered == 15 / 24


def test_without_a_case_nothing_is_covered():
    assert same_mix.weights(cases(), cases(web_high=9)).covered == 0.0


def test_weighed_cases_are_worth_fewer():
    assert same_mix.worth(np.ones(10)) == 10
    assert same_mix.worth(np.array([3.0] * 10 + [0.25] * 40)) == pytest.approx(40**2 / 92.5)
    assert same_mix.worth(np.zeros(3)) == 0.0


@pytest.mark.parametrize("cause", [[1, 1, 2, 0, 1, 1], [1, 2, 2, 1, 0, 0], [0, 0, 2, 2, 0, 0]])
def test_cases_of_equal_weight_have_the_usual_curve(cause):
    seconds = np.array([10.0, 20, 20, 30, 40, 40])
    found = same_mix.incidence(seconds, np.array(cause), np.ones(6))
    usual = survival.cumulative_incidence(seconds, np.array(cause))
    assert list(found["seconds"]) == list(usual["seconds"])
    assert found["share"].to_numpy() == pytest.approx(usual["share"].to_numpy())


def test_a_weight_of_two_counts_as_two_cases_and_one_of_zero_as_none():
    seconds, cause = np.array([10.0, 20, 30, 40]), np.array([1, 2, 1, 0])
    found = same_mix.incidence(seconds, cause, np.array([2.0, 1, 0, 3]))
    usual = survival.cumulative_incidence([10, 10, 20, 40, 40, 40], [1, 1, 2, 0, 0, 0])
    assert list(found["seconds"]) == list(usual["seconds"]) == [10]
    assert found["share"].tolist() == pytest.approx(usual["share"].tolist())


def test_the_time_of_a_share_is_the_first_at_which_it_is_reached():
    curve = same_mix.incidence(np.array([10.0, 20, 30, 40]), np.ones(4), np.ones(4))
    assert same_mix.reached(curve, 0.5) == 20
    assert same_mix.reached(curve, 0.9) == 40
    assert np.isnan(same_mix.reached(curve.head(1), 0.5))
