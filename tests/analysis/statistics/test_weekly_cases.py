"""Cases by whole week around a date."""

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.statistics import weekly_cases
from corvana.analysis.statistics.weekly_cases import Around

WEEK = pd.Timedelta(days=7)
DAY = pd.Timedelta(days=1)
DATE = pd.Timestamp("2026-03-02", tz="UTC")


def around(before: float, after: float) -> Around:
    """So many weeks before the date, and so many after the day after it."""
    return Around(DATE - before * WEEK, DATE, DATE + DAY, DATE + DAY + after * WEEK)


def cases(*told: tuple[pd.Timestamp, float, int, str]) -> pd.DataFrame:
    rows = pd.DataFrame(told, columns=["at", "value", "storm", "place"])
    return rows.assign(at=pd.to_datetime(rows["at"], utc=True))


def test_weeks_are_whole_and_count_from_the_date_in_both_directions() -> None:
    times = [
        DATE - 2.4 * WEEK,
        DATE - 2 * WEEK,
        DATE - pd.Timedelta(seconds=1),
        DATE,
        DATE + DAY,
        DATE + DAY + 0.9 * WEEK,
        DATE + DAY + 1.2 * WEEK,
    ]
    told = cases(*((at, 1.0, 0, "a") for at in times))
    counted = weekly_cases.numbered(told, around(2.5, 1.5))
    # What is left of a week at either end is in no week, and the day itself is in none.
    assert counted["week"].to_list() == [0, 1, 2, 2]
    assert counted["at"].to_list() == [times[1], times[2], times[4], times[5]]


def test_at_most_half_a_year_counts_on_either_side() -> None:
    assert around(40, 30).weeks == (26, 26)
    assert around(0, 0).weeks == (0, 0)
    assert around(-1, 2).weeks == (0, 2)


def test_a_week_has_the_mean_of_its_cases_and_the_variance_around_the_levels() -> None:
    told = cases(
        (DATE - 0.5 * WEEK, 1.0, 0, "a"),
        (DATE - 0.5 * WEEK, 3.0, 0, "a"),
        (DATE - 1.5 * WEEK, 2.0, 0, "a"),
        (DATE + 0.5 * WEEK, 7.0, 0, "a"),
    )
    period = around(2, 2)
    weeks = weekly_cases.of_place(weekly_cases.numbered(told, period), period, is_share=False)
    assert weeks.n.tolist() == [1, 2, 1, 0]
    assert weeks.means.tolist() == [2.0, 2.0, 7.0, 0.0]
    # The residuals are 1, 1, 0 and 0: their squares over 4 − 2.
    assert weeks.variances.tolist() == [1.0, 0.5, 1.0, np.inf]
    assert weeks.freedom == 2


def test_a_storm_makes_a_week_less_certain() -> None:
    alone = [(DATE - (k + 0.5) * DAY, float(k % 2), 0, "a") for k in range(12)]
    stormy = [(at, value, 1 + k // 6, "a") for k, (at, value, _, _) in enumerate(alone)]
    period = around(2, 2)
    one, other = (
        weekly_cases.of_place(
            weekly_cases.numbered(cases(*told), period), period, is_share=True
        ).variances
        for told in (alone, stormy)
    )
    assert (other[:2] > one[:2]).all()


def test_what_several_places_have_in_common_is_free_of_their_own_levels() -> None:
    # In the first week only the slow place has cases, in the second only the fast one; in the third
    # both have the same course.
    told = [
        *[(DATE - 2.5 * WEEK, 9.0, 0, "slow")] * 2,
        *[(DATE - 0.5 * WEEK, 10.0, 0, "slow"), (DATE - 0.5 * WEEK, 2.0, 0, "fast")],
        *[(DATE - 1.5 * WEEK, 1.0, 0, "fast")] * 2,
    ]
    period = around(3, 0)
    course = weekly_cases.in_common(
        weekly_cases.numbered(cases(*told), period), period, is_share=False
    )
    assert (course.means - course.means[0]).tolist() == pytest.approx([0.0, 0.0, 1.0])
    assert course.n.tolist() == [2, 2, 2]


def test_without_a_case_no_week_has_a_value() -> None:
    period = around(2, 1)
    weeks = weekly_cases.of_place(weekly_cases.numbered(cases(), period), period, is_share=True)
    assert weeks.n.tolist() == [0, 0, 0]
    assert np.isinf(weeks.variances).all()
