"""How many incidents a week: maintenance leaves the weeks of the service it was for."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from corvana.analysis import wording
from corvana.analysis.account.selection import Filters
from corvana.analysis.maintenance import flagged
from corvana.questions import response
from corvana.questions.view import View
from tests.builders.analysis.maintained import windows
from tests.builders.analysis.rotations import at
from tests.builders.evidence.version import incident, of, rows, version

WEEK = 168
NOW = Filters(start=at(2 * WEEK), end=at(4 * WEEK))


def view_of(away: pd.DataFrame, *told: tuple[str, float]) -> View:
    """Four weeks of incidents, each of a service and hour."""
    lived = rows(
        "INCIDENTS",
        *(incident(n, service_id=who, created_at=at(hour)) for n, (who, hour) in enumerate(told)),
    )
    data: Any = version(incidents=flagged(lived, away), maintenance_windows=away)
    return of(replace(data, covered_since=at(0), as_of=at(4 * WEEK)))


TOLD = [("S1", hour) for hour in (10.0, 200.0, 520.0, 540.0, 600.0, 620.0)] * 5


def test_a_window_over_half_the_period_doubles_the_rate_and_its_change() -> None:
    view = view_of(windows(S1=[(2 * WEEK, 3 * WEEK)]), *TOLD)
    found = response.compared(view, NOW, "seconds_to_first_ack")
    assert found.now.n == 20
    assert response.observed_weeks(view, NOW) == pytest.approx(1)
    # Ten in two weeks before, twenty in the one week seen since.
    assert found.change is not None
    assert found.change.volume.value == pytest.approx(4)


def test_the_period_before_loses_its_own_maintenance() -> None:
    view = view_of(windows(S1=[(11, 11 + WEEK)], S2=[(0, 4 * WEEK)]), *TOLD)
    found = response.compared(view, NOW, "seconds_to_resolve")
    assert response.observed_weeks(view, NOW) == 2
    assert found.change is not None
    assert found.change.volume.value == pytest.approx((20 / 2) / (10 / 1))


def test_what_is_left_out_is_counted_and_in_no_rate() -> None:
    view = view_of(windows(S1=[(500, 600)]), *TOLD)
    found = response.compared(view, NOW, "seconds_to_first_ack")
    assert (found.now.n, found.now.n_in_maintenance) == (10, 10)
    assert response.observed_weeks(view, NOW) == pytest.approx((2 * WEEK - 100) / WEEK)


def test_a_period_is_held_against_all_weeks_collected_and_four_are_too_few() -> None:
    view = view_of(windows(), *TOLD)
    found = response.compared(view, NOW, "seconds_to_first_ack")
    assert found.change is not None
    assert found.change.volume.value == pytest.approx(2)
    assert wording.ratio_change(found.change.volume) == "too few weeks to tell"


def test_without_the_period_before_there_is_no_change() -> None:
    view = view_of(windows(), *TOLD)
    longer = replace(NOW, start=at(WEEK))
    assert response.change(view, longer, "seconds_to_first_ack") is None
    assert response.compared(view, replace(NOW, compare=False), "seconds_to_resolve").change is None
