"""Failing together by chance: full hours, busy days and the account's rhythm, by a second route."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.dependencies.cascades import cascades
from corvana.analysis.dependencies.chance import by_hours
from corvana.analysis.dependencies.exposure import absences
from corvana.analysis.dependencies.failures import meetings, onsets
from tests.builders.analysis.declared_edges import edges
from tests.builders.analysis.failing_services import MONDAY, failed
from tests.builders.analysis.maintained import NO_WINDOWS

WEEKS = 12
END = MONDAY + pd.Timedelta(weeks=WEEKS)


def expected_of(incidents: pd.DataFrame) -> float:
    """The mean number together by chance of the first two services."""
    failures = onsets(incidents, NO_WINDOWS, MONDAY, END)
    return float(meetings(failures, NO_WINDOWS, MONDAY, END).expected[0, 1])


def by_hours_of(incidents: pd.DataFrame) -> float:
    failures = onsets(incidents, NO_WINDOWS, MONDAY, END)
    names = failures["service_id"].cat.categories.to_numpy(dtype=object)
    away = absences(NO_WINDOWS, names, pd.Timestamp(MONDAY), pd.Timestamp(END))
    return float(by_hours(failures, away, (MONDAY, END), 1_200)[1][0, 1])


def spread(draws: np.random.Generator, n: int, days: int = WEEKS * 7) -> np.ndarray:
    """Hours since Monday, more than an hour apart."""
    return np.sort(draws.choice(days * 12, n, replace=False)) * 2.0


def test_chance_is_the_product_of_hours_minutes_and_days_counted_by_hand():
    """All pairs of failures, one by one."""
    draws = np.random.default_rng(1)
    hours = {name: spread(draws, 60) + draws.choice([0, 0.9], 60) for name in ("api", "db")}
    gaps = [b - a for a, b in product(hours["api"], hours["db"])]
    days = [(a // 24, b // 24) for a, b in product(hours["api"], hours["db"])]
    of_day = [(gap + 12) % 24 - 12 for gap in gaps]
    together = sum(abs(gap) <= 1 / 6 for gap in gaps)
    # All failures are on minute 0 or 54, so none of the distances is within a minute of the window.
    near = sum(abs(gap) <= 1 / 6 for gap in of_day) - together
    same_hour = sum(a % 24 // 1 == b % 24 // 1 for a, b in product(hours["api"], hours["db"]))
    minutes = (near + 15 * max((near + 15) / (same_hour / 3 * 83 / 84 + 15), 1)) / (
        same_hour / 3 * 83 / 84 + 15
    )
    incidents = failed(**{name: each.tolist() for name, each in hours.items()})
    mean = by_hours_of(incidents) * minutes
    same_day = sum(a == b for a, b in days) - together
    of_weekday = sum(a % 7 == b % 7 for a, b in days) / WEEKS - mean
    account = max((same_day + 15) / (of_weekday + 15), 1)
    expected = mean * (same_day + 15 * account) / (of_weekday + 15)
    assert expected_of(incidents) == pytest.approx(expected)


def test_on_the_full_hour_two_services_meet_three_times_as_often():
    """Within an hour, a window of ten minutes either way holds a third of all instants."""
    draws = np.random.default_rng(2)
    incidents = failed(api=spread(draws, 300).tolist(), db=spread(draws, 300).tolist())
    assert expected_of(incidents) / by_hours_of(incidents) == pytest.approx(3, rel=0.1)


def test_on_half_of_the_days_two_services_meet_twice_as_often():
    draws = np.random.default_rng(3)

    def on_some_days() -> list[float]:
        hours = spread(draws, 250, days=42)
        at = hours % 24 + draws.uniform(0, 0.9, hours.size)
        return (hours // 24 * 48 + at).tolist()

    incidents = failed(api=on_some_days(), db=on_some_days())
    assert expected_of(incidents) / by_hours_of(incidents) == pytest.approx(2, rel=0.15)


def test_few_failures_are_judged_by_the_rhythm_of_the_account():
    """The two services say little; the others show that checks run on the full hour."""
    draws = np.random.default_rng(4)
    few = {name: spread(draws, 10).tolist() for name in ("a", "b")}
    many = {name: spread(draws, 200).tolist() for name in ("c", "d", "e", "f")}
    alone, among = failed(**few), failed(**few, **many)
    assert expected_of(among) / by_hours_of(among) == pytest.approx(3, rel=0.2)
    assert expected_of(alone) / by_hours_of(alone) < 2


def test_failing_together_is_no_rhythm_and_lowers_no_lift():
    """Thirty failures together at thirty times of day: chance is a few of them, not all."""
    hours = [24 * day + (7 * day) % 24 + day / 90 for day in range(30)]
    assert expected_of(failed(api=hours, db=[hour + 0.05 for hour in hours])) < 1.5


@pytest.mark.parametrize("later", [0.1, -0.1])
def test_a_pair_that_fails_together_without_an_order_is_beyond_chance(later):
    hours = np.array([24 * day + (7 * day) % 24 + 1 + day / 90 for day in range(40)])
    turns = np.where(np.arange(40) % 2, later, -later)
    incidents = failed(api=hours.tolist(), db=(hours + turns).tolist())
    row = cascades(incidents, edges(), NO_WINDOWS, start=MONDAY, end=END).iloc[0]
    assert (row["together"], row["direction"], bool(row["beyond_chance"])) == (40, "unclear", True)


def test_services_whose_checks_run_on_the_full_hour_are_no_pairs():
    draws = np.random.default_rng(5)
    incidents = failed(
        **{f"S{n}": (spread(draws, 150) + draws.uniform(0, 0.02)).tolist() for n in range(12)}
    )
    assert cascades(incidents, edges(), NO_WINDOWS, start=MONDAY, end=END).empty


def test_services_that_all_fail_on_the_same_busy_days_are_no_pairs():
    draws = np.random.default_rng(6)
    busy = draws.gamma(1, size=WEEKS * 7)

    def failing() -> list[float]:
        days = draws.choice(busy.size, 140, p=busy / busy.sum())
        return (days * 24 + draws.uniform(0, 24, days.size)).tolist()

    incidents = failed(**{f"S{n}": failing() for n in range(12)})
    assert cascades(incidents, edges(), NO_WINDOWS, start=MONDAY, end=END).empty
