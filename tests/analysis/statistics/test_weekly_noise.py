"""The noise of weeks, held against matrices written out in full."""

import math

import numpy as np
import pytest
from scipy import stats

from corvana.analysis.statistics import weekly_noise
from corvana.analysis.statistics.weekly_noise import Noise, Spread

VARIANCES = np.array([0.01, 0.02, np.inf, 0.01, 0.03, 0.02])
VALUES = np.array([0.3, -0.1, 0.0, 0.2, 0.5, 0.1])
TWO = Noise(
    memory=np.array([0.0, 0.7]),
    factor=np.array([1.0, 4.0]),
    between=np.array([0.02, 0.05]),
    weight=np.array([0.5, 0.5]),
)
LEVELS = np.array([[1.0, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1]])


def covariance(which: int) -> np.ndarray:
    """Of the five weeks with a value."""
    week = np.array([0, 1, 3, 4, 5])
    apart = np.abs(np.subtract.outer(week, week))
    between = TWO.between[which] * TWO.memory[which] ** apart.astype(float)
    return between + np.diag(TWO.factor[which] * VARIANCES[week])


SEEN = [0, 1, 3, 4, 5]


def test_a_week_without_a_value_counts_as_time_that_passes():
    columns = np.vstack([VALUES, LEVELS])
    found = weekly_noise.products(columns, VARIANCES, TWO)
    for which in (0, 1):
        inverse = np.linalg.inv(covariance(which))
        seen = columns[:, SEEN]
        np.testing.assert_allclose(found.table[which], seen @ inverse @ seen.T)
        assert found.log_determinant[which] == pytest.approx(
            np.linalg.slogdet(covariance(which))[1]
        )


def test_the_likelihood_is_that_of_what_the_levels_leave():
    found = weekly_noise.products(np.vstack([VALUES, LEVELS]), VARIANCES, TWO)
    left, likely = weekly_noise.without_levels(found, 2)
    for which in (0, 1):
        # Differences to the mean of a level, in any form, do not depend on the level.
        contrasts = np.array([[1.0, -1, 0, 0, 0], [0, 0, 1, -1, 0], [0, 0, 1, 1, -2]])
        apart = contrasts @ VALUES[SEEN]
        spread = contrasts @ covariance(which) @ contrasts.T
        assert left[which, 0, 0] == pytest.approx(apart @ np.linalg.solve(spread, apart))
    expected = [
        stats.multivariate_normal.logpdf(apart, cov=contrasts @ covariance(which) @ contrasts.T)
        for which in (0, 1)
    ]
    assert likely[1] - likely[0] == pytest.approx(expected[1] - expected[0])


def test_a_sum_of_weeks_varies_as_their_covariance_says():
    contrast = np.array([0.5, 0.5, 0.0, -0.3, -0.3, -0.4])
    (found,) = weekly_noise.deviations(contrast[None], VARIANCES, TWO)
    for which in (0, 1):
        seen = contrast[SEEN]
        assert found[which] == pytest.approx(math.sqrt(seen @ covariance(which) @ seen))


def test_what_is_tested_is_not_taken_for_noise():
    quiet = weekly_noise.noise_around(VALUES, VARIANCES, LEVELS)
    stepped = weekly_noise.noise_around(VALUES + 5 * LEVELS[1], VARIANCES, LEVELS)
    np.testing.assert_allclose(quiet.weight, stepped.weight)
    np.testing.assert_allclose(quiet.between, stepped.between)
    assert quiet.weight.sum() == pytest.approx(1)


def test_weeks_that_follow_each_other_are_told_from_those_that_do_not():
    random = np.random.default_rng(3)
    alone = random.standard_normal(40)
    follows = np.zeros(40)
    for week in range(1, 40):
        follows[week] = 0.9 * follows[week - 1] + alone[week]
    memories = [
        float(noise.memory @ noise.weight)
        for noise in (
            weekly_noise.noise_around(each, np.full(40, 0.01), np.ones((1, 40)))
            for each in (alone, follows)
        )
    ]
    assert memories[0] < 0.3
    assert memories[1] > 0.75


def test_numbers_that_vary_in_every_account_are_never_taken_as_chance_alone():
    steady = np.zeros(12)
    by_chance, varies = (
        weekly_noise.noise_around(steady, np.full(12, 0.1), np.ones((1, 12)), varies=each)
        for each in (False, True)
    )
    assert by_chance.between.min() == 0
    # Half the mean square of differences is at least the variance of chance.
    assert varies.between.min() == pytest.approx(0.25 * 0.1)


def test_the_scale_is_half_the_mean_square_of_differences_of_neighbours():
    values = np.array([[0.0, 1.0, 0.0, 5.0, 9.0]])
    variances = np.array([[0.1, 0.1, 0.1, np.inf, 0.1]])
    assert weekly_noise.scale_of(values, variances) == pytest.approx(0.5)
    assert weekly_noise.scale_of(values[:, :1], variances[:, :1]) == 0
    assert weekly_noise.scale_of(values[:, :3] * 0, variances[:, :3]) == pytest.approx(0.1)


def test_p_values_and_widths_average_over_what_is_not_known():
    spread = Spread(np.array([1.0, 3.0]), np.array([0.75, 0.25]), 1.0)
    expected = 2 * (0.75 * stats.norm.sf(2) + 0.25 * stats.norm.sf(2 / 3))
    assert spread.p_value(2.0) == pytest.approx(expected)
    assert spread.p_value(-2.0) == spread.p_value(2.0)
    assert spread.width(expected) == pytest.approx(2.0)
    assert spread.typical == pytest.approx(math.sqrt(0.75 + 0.25 * 9))
    few = spread._replace(freedom=5.0)
    assert few.width() > spread.width()
    assert Spread(np.zeros(1), np.ones(1), 0.0).width() == 0


@pytest.mark.parametrize("freedom", [1.0, 5.0, np.inf])
@pytest.mark.parametrize("least", [0.0, 0.01])
def test_noise_alone_exceeds_the_width_with_its_probability(freedom, least):
    rng = np.random.default_rng(1)
    deviation = np.r_[least, rng.uniform(0.01, 3.0, 279)]
    spread = Spread(deviation, rng.dirichlet(np.ones(280)), 1.0, freedom)
    for probability in (0.05, 0.2):
        width = spread.width(probability)
        assert spread.p_value(width) == pytest.approx(probability)
        assert spread.is_within(width * (1 + 1e-6), probability)
        assert not spread.is_within(width * (1 - 1e-6), probability)


def test_one_combination_alone_has_the_width_of_its_quantile():
    spread = Spread(np.array([2.0]), np.ones(1), 1.0)
    assert spread.width() == pytest.approx(2 * stats.norm.isf(0.025))


def test_the_width_is_nothing_where_hardly_any_combination_spreads():
    spread = Spread(np.array([0.0, 1.0]), np.array([0.99, 0.01]), 1.0)
    assert spread.width() == 0
    assert spread.is_within(0.1)


def test_no_negative_distance_is_as_wide_as_noise():
    assert not Spread(np.zeros(1), np.ones(1), 0.0).is_within(-0.1)
