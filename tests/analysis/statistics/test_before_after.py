"""A measure before and after a date, against places that nobody touched."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.statistics import before_after
from corvana.analysis.statistics.before_after import HORIZON, Change
from corvana.analysis.statistics.weekly_cases import Around

WEEK = pd.Timedelta(days=7)
DAY = pd.Timedelta(days=1)
DATE = pd.Timestamp("2026-03-02", tz="UTC")
NOTHING = pd.DataFrame({"at": pd.to_datetime([], utc=True), "value": [], "storm": [], "place": []})


def around(before: int = 8, after: int = 8) -> Around:
    return Around(DATE - before * WEEK, DATE, DATE + DAY, DATE + DAY + after * WEEK)


def middle_of(week: int) -> pd.Timestamp:
    """The middle of a week; week 0 is the first after the date, −1 the last before it."""
    return DATE + (DAY if week >= 0 else 0 * DAY) + (week + 0.5) * WEEK


def told(
    levels: dict[int, float], spread: float = 1.0, n: int = 6, place: str = "a"
) -> pd.DataFrame:
    """Cases of each week around its level, as far above it as below."""

    def rows() -> Iterator[tuple[pd.Timestamp, float, int, str]]:
        for week, level in levels.items():
            for k in range(n):
                yield middle_of(week), level + spread * (2 * (k % 2) - 1), 0, place

    return pd.DataFrame(rows(), columns=["at", "value", "storm", "place"])


def weeks(before: float, after: float, first: int = -8, until: int = 8) -> dict[int, float]:
    return {week: before if week < 0 else after for week in range(first, until)}


def changed(
    own: pd.DataFrame, others: pd.DataFrame = NOTHING, period: Around | None = None
) -> Change:
    return before_after.change(own, others, period or around(), is_share=False, fall=0.3)


def test_the_change_is_the_difference_of_the_two_means() -> None:
    found = changed(told(weeks(3.0, 1.0)))
    assert (found.n_before, found.n_after) == (48, 48)
    assert (found.before, found.after) == (3.0, 1.0)
    assert found.alone.value == -2.0
    assert found.against == found.alone
    assert found.places == 0
    assert np.isnan(found.elsewhere)
    assert found.alone.high < 0


def test_what_untouched_places_had_as_well_is_no_change() -> None:
    others = pd.concat([told(weeks(5.0 + k, 4.0 + k), place=f"p{k}") for k in range(3)])
    found = changed(told(weeks(3.0, 2.0)), others)
    assert found.places == 3
    assert found.alone.value == -1.0
    assert found.elsewhere == pytest.approx(-1.0)
    assert found.against.value == pytest.approx(0.0)
    assert found.against.low < 0 < found.against.high


def test_fewer_than_three_places_with_ten_cases_are_no_comparison() -> None:
    two = pd.concat([told(weeks(5.0, 4.0), place=f"p{k}") for k in range(2)])
    small = told({-1: 5.0}, n=9, place="small")
    found = changed(told(weeks(3.0, 2.0)), pd.concat([two, small]))
    assert found.places == 0
    assert found.against.value == -1.0


def test_a_change_smaller_than_weeks_differ_lies_in_an_interval_that_holds_none() -> None:
    levels = {week: 3.0 + (week % 2) - (0.4 if week >= 0 else 0.0) for week in range(-8, 8)}
    found = changed(told(levels, spread=0.1))
    assert found.against.value == pytest.approx(-0.4)
    assert found.against.low < 0 < found.against.high


def test_a_date_at_the_end_of_the_data_has_nothing_after_it() -> None:
    found = changed(told(weeks(3.0, 1.0, until=0)), period=around(after=0))
    assert (found.n_before, found.n_after) == (48, 0)
    assert np.isnan(found.after)
    assert np.isnan(found.against.interval).all()
    # The weeks before tell how many after it would show a fall of 30 %.
    assert found.weeks_needed is not None


def test_a_date_at_the_start_of_the_data_has_nothing_before_it() -> None:
    found = changed(told(weeks(3.0, 1.0, first=0)), period=around(before=0))
    assert (found.n_before, found.n_after) == (0, 48)
    assert np.isnan(found.against.interval).all()
    assert found.weeks_needed is None


@pytest.mark.parametrize(("before", "after"), [(2, 8), (8, 2)])
def test_with_fewer_than_three_weeks_on_a_side_a_change_has_no_bounds(
    before: int, after: int
) -> None:
    found = changed(told(weeks(3.0, 1.0, -before, after)), period=around(before, after))
    assert found.against.value == -2.0
    assert np.isnan([found.against.low, found.against.high, found.detectable]).all()


@pytest.mark.parametrize(("n_before", "n_after"), [(20, 2), (2, 20), (6, 3)])
def test_from_few_cases_nothing_is_concluded(n_before: int, n_after: int) -> None:
    rows = told(weeks(3.0, 1.0), n=20)
    before, after = rows[rows["at"].lt(DATE)], rows[rows["at"].gt(DATE)]
    few = pd.concat(
        [
            before.iloc[:: len(before) // n_before].head(n_before),
            after.iloc[:: len(after) // n_after].head(n_after),
        ]
    )
    found = changed(few)
    assert (found.n_before, found.n_after) == (n_before, n_after)
    assert np.isnan([found.against.low, found.against.high]).all()


def test_more_cases_show_a_change_sooner_and_too_few_not_in_a_year() -> None:
    many, some, few = (
        changed(told(weeks(3.0, 3.0, until=0), n=n), period=around(after=0)).weeks_needed
        for n in (400, 40, 4)
    )
    assert many is not None
    assert some is not None
    assert few is not None
    assert 3 <= many < some <= HORIZON < few


def test_a_share_falls_by_points() -> None:
    rows = told(weeks(0.5, 0.5), spread=0.5, n=20)
    cured = rows.assign(value=rows["value"].where(rows["at"].lt(DATE), 0.0))
    found = before_after.change(cured, NOTHING, around(), is_share=True, fall=0.3)
    assert (found.before, found.after) == (0.5, 0.0)
    assert found.against.value == -0.5
    assert found.against.high < 0


def test_without_any_case_nothing_is_known() -> None:
    found = changed(NOTHING)
    assert (found.n_before, found.n_after) == (0, 0)
    assert np.isnan(found.against.interval).all()
    assert found.weeks_needed is None
