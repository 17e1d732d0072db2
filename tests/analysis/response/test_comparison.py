"""Groups of different size: limits and shrinkage against worked and published examples."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from corvana.analysis.response.comparison import (
    beta_of,
    binomial_limit,
    random_effects,
    shrunken_means,
    shrunken_shares,
    still_waiting,
    typical_times,
)
from corvana.analysis.statistics.estimates import Numbers
from tests.builders.analysis.climbing_incidents import AS_OF, incident, incidents_of

BASEBALL = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7.0])
"""Hits in the first 45 at bats of 1970. Efron & Morris (1975), J. Am. Stat. Assoc. 70, 311-319."""
AT_BATS = np.full(18, 45.0)
VACCINATED = np.array(
    [[4, 119], [6, 300], [3, 228], [62, 13536], [33, 5036], [180, 1361], [8, 2537], [505, 87886],
     [29, 7470], [17, 1699], [186, 50448], [5, 2493], [27, 16886]], dtype=float
)  # fmt: skip
"""Cases and others. Colditz et al. (1994), J. Am. Med. Assoc. 271, 698-702."""
CONTROLS = np.array(
    [[11, 128], [29, 274], [11, 209], [248, 12619], [47, 5761], [372, 1079], [10, 619],
     [499, 87892], [45, 7232], [65, 1600], [141, 27197], [3, 2338], [29, 17825]], dtype=float
)  # fmt: skip


def times(**minutes: Sequence[float | None]) -> pd.DataFrame:
    """Incidents by service, each with its minutes to the first ack; None: open, two hours old."""
    return incidents_of(
        *(
            incident(f"{service}{place}", acked=value)
            | {"service_id": service, "team_ids": "T1 T2" if service == "S1" else "T2"}
            | {"seconds_to_first_ack": None if value is None else value * 60}
            for service, values in minutes.items()
            for place, value in enumerate(values)
        )
    )


def of(groups: pd.DataFrame, name: str, column: str) -> Any:
    return groups.set_index("id").loc[name, column]


def test_the_variance_between_trials_of_a_vaccine_is_the_published_one() -> None:
    treated, controls = VACCINATED.sum(axis=1), CONTROLS.sum(axis=1)
    ratios = np.log(VACCINATED[:, 0] / treated / (CONTROLS[:, 0] / controls))
    variances = 1 / VACCINATED[:, 0] - 1 / treated + 1 / CONTROLS[:, 0] - 1 / controls
    mean, of_mean, between = random_effects(ratios, variances)
    assert round(between, 4) == 0.3088
    assert round(mean, 4) == -0.7141
    assert round(np.sqrt(of_mean), 4) == 0.1787


def test_eight_schools_that_differ_by_chance_get_one_value() -> None:
    effects = np.array([28, 8, -3, 7, -1, 1, 18, 12.0])
    errors = np.array([15, 10, 16, 11, 9, 11, 10, 18.0])
    shrunken, low, _ = shrunken_means(effects, errors**2)
    assert shrunken == pytest.approx([7.7] * 8, abs=0.05)
    assert (shrunken - low) / 1.96 == pytest.approx([4.1] * 8, abs=0.05)


def test_means_move_the_further_the_less_is_known_of_them() -> None:
    # Q = 2·25/2, scale = 2 − 1: between = 25 − 1 (in units of a variance of 1 each, mean 5).
    shrunken, low, high = shrunken_means(np.array([0.0, 10.0]), np.array([1.0, 1.0]))
    between = 49.0
    assert shrunken == pytest.approx([5 - 5 * between / 50, 5 + 5 * between / 50])
    error = np.sqrt(between / 50 + (1 / 50) ** 2 * 25)
    assert high - low == pytest.approx([2 * 1.959964 * error] * 2)


def test_the_batting_averages_of_1970_shrink_by_the_published_factor() -> None:
    mean, weight = beta_of(BASEBALL, AT_BATS)
    assert mean == pytest.approx(0.265, abs=5e-4)
    # James and Stein divide by k − 3 where moments divide by k − 1; 1 − 15/17/(1 + 44 r) is theirs.
    correlation = 1 / (weight + 1)
    assert 1 - 15 / 17 / (1 + 44 * correlation) == pytest.approx(0.212, abs=5e-4)
    clemente = shrunken_shares(BASEBALL, AT_BATS)[0][0]
    assert clemente == pytest.approx(mean + 45 / (45 + weight) * (0.4 - mean))
    assert clemente == pytest.approx(0.280, abs=5e-4)


def test_shares_of_two_groups_worked_by_hand() -> None:
    late, n = np.array([6.0, 14.0]), np.array([20.0, 20.0])
    # Spread 2·20·0.2²/0.25 = 6.4, chance 1, room 40 − 20 − 1: correlation 5.4/19.
    mean, weight = beta_of(late, n)
    assert mean == 0.5
    assert weight == pytest.approx(19 / 5.4 - 1)
    shrunken, low, _ = shrunken_shares(late, n)
    assert shrunken[0] == pytest.approx((weight / 2 + 6) / (weight + 20))
    assert low[0] == pytest.approx(stats.beta.ppf(0.025, weight / 2 + 6, weight / 2 + 14))


@pytest.mark.parametrize(
    ("late", "weight"),
    [
        ([10.0, 10.0], 40.0),
        ([0.0, 20.0], 1.0),
        ([0.0, 0.0], 40.0),
    ],
)
def test_the_mean_weighs_between_one_incident_and_all_of_them(
    late: list[float], weight: float
) -> None:
    assert beta_of(np.array(late), np.array([20.0, 20.0]))[1] == weight


def test_binomial_limits_lie_between_the_counts() -> None:
    # Binomial of 4 at one half: 1, 4, 6, 4, 1 sixteenths.
    limits = [binomial_limit(np.array([4.0]), 0.5, below)[0] for below in (0.025, 0.5, 0.975)]
    assert limits == pytest.approx([0.0, (2 - 3 / 6) / 4, 3.6 / 4])


def test_binomial_limits_of_many_are_those_of_scipy_within_one_incident() -> None:
    n = np.array([10.0, 100.0, 1_000.0])
    for below in (0.001, 0.025, 0.975, 0.999):
        exact: Numbers = stats.binom.ppf(below, n, 0.3) / n
        assert (np.abs(binomial_limit(n, 0.3, below) - exact) <= 1 / n).all()


def test_a_typical_time_is_the_geometric_mean_and_limits_use_the_spread_within() -> None:
    found = typical_times(times(S1=[1, 4], S2=[4, 16]), "seconds_to_first_ack", "service_id")
    assert of(found.groups, "S1", "value") == pytest.approx(120)
    assert of(found.groups, "S2", "value") == pytest.approx(480)
    assert found.centre == pytest.approx(240)
    spread = np.log(2) * np.sqrt(2)
    assert of(found.groups, "S1", "high_95") == pytest.approx(
        240 * np.exp(1.959964 * spread / np.sqrt(2))
    )
    assert of(found.groups, "S1", "high_998") == pytest.approx(
        240 * np.exp(3.090232 * spread / np.sqrt(2))
    )


def test_a_service_of_four_incidents_does_not_top_the_table() -> None:
    rng = np.random.default_rng(5)
    usual = {f"S{place}": list(rng.lognormal(1, 1, 60)) for place in range(2, 12)}
    slow, tiny = list(rng.lognormal(2, 1, 200)), [8.0, 14.0, 9.0, 20.0]
    groups = typical_times(
        times(slow=slow, tiny=tiny, **usual), "seconds_to_first_ack", "service_id"
    ).groups
    assert of(groups, "tiny", "value") > of(groups, "slow", "value")
    assert groups["id"].iloc[0] == "slow"
    assert of(groups, "slow", "beyond") == "99.8 %"
    assert not of(groups, "tiny", "enough")


def test_an_incident_of_two_teams_counts_in_each_but_once_in_all() -> None:
    found = typical_times(times(S1=[1, 4], S2=[4, 16]), "seconds_to_first_ack", "team_ids")
    assert of(found.groups, "T1", "n") == 2
    assert of(found.groups, "T2", "n") == 4
    assert found.centre == pytest.approx(240)


def test_waiting_is_the_share_that_neither_ack_nor_resolve_ended_in_time() -> None:
    frame = times(S1=[1, 5, 20, None])
    resolved = frame.assign(seconds_to_resolve=[600.0, np.nan, np.nan, 120.0])
    found = still_waiting(
        resolved, "seconds_to_first_ack", "service_id", seconds=300.0, as_of=AS_OF
    )
    assert of(found.groups, "S1", "value") == 1 / 4, "only the 20 minutes"


def test_an_open_incident_is_known_to_wait_once_it_is_old_enough() -> None:
    frame = times(S1=[1, None])
    asked: dict[str, Any] = {"measure": "seconds_to_first_ack", "by": "service_id", "as_of": AS_OF}
    young = still_waiting(frame, **asked, seconds=7_201.0).groups
    old = still_waiting(frame, **asked, seconds=7_200.0).groups
    assert (of(young, "S1", "n"), of(young, "S1", "value")) == (1, 0.0)
    assert (of(old, "S1", "n"), of(old, "S1", "value")) == (2, 0.5)


def test_merged_incidents_are_in_neither() -> None:
    frame = times(S1=[1, 4]).assign(resolution=["merged", "open"])
    found = typical_times(frame, "seconds_to_first_ack", "service_id").groups
    assert of(found, "S1", "n") == 1
    waiting = still_waiting(
        frame, "seconds_to_first_ack", "service_id", seconds=300.0, as_of=AS_OF
    ).groups
    assert of(waiting, "S1", "n") == 1


def test_what_one_incident_cannot_tell_stays_unknown() -> None:
    groups = typical_times(times(S1=[4]), "seconds_to_first_ack", "service_id").groups
    assert groups["value"].tolist() == [pytest.approx(240)]
    assert groups[["shrunken", "low_95", "high_998"]].isna().all(axis=None)
    assert groups["beyond"].tolist() == [""]


def test_nothing_has_no_groups() -> None:
    nothing = times()
    assert typical_times(nothing, "seconds_to_first_ack", "service_id").groups.empty
    found = still_waiting(nothing, "seconds_to_first_ack", "team_ids", seconds=9.0, as_of=AS_OF)
    assert found.groups.empty
