"""The rows that pages ask for: selected once, and held only where they are few."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from benchmarks.simulated_account import account
from benchmarks.stored_account import store_engagement
from corvana.analysis.account.selection import Filters, select
from corvana.analysis.on_call.hours import DAYS_CLASSES, HOURS_CLASSES
from corvana.questions import accounts, on_call, response
from corvana.questions.view import View
from corvana.sandbox.play.build import build_world

pytestmark = pytest.mark.slow

END = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("rows")
    made = account(build_world(seed=5, end=END, days=40, incidents=300))
    return folder, store_engagement(folder, "Acme", made)


@pytest.fixture
def month(view: View) -> Filters:
    return Filters(view.frame("incidents")["created_at"].min(), END)


def shares_memory(some: pd.DataFrame, view: View) -> bool:
    whole = view.frame("incidents")["seconds_to_first_ack"].to_numpy()
    return np.shares_memory(some["seconds_to_first_ack"].to_numpy(), whole)


def test_few_rows_are_selected_once_and_hold_nothing_else(view: View, month: Filters) -> None:
    high = replace(month, urgency="high")
    found = response.incidents(view, high)
    pd.testing.assert_frame_equal(found, select(view.frame("incidents"), high))
    assert response.incidents(view, high) is found
    assert not shares_memory(found, view)
    low = response.incidents(view, replace(month, urgency="low"))
    assert set(low["urgency"]) == {"low"}


def test_a_period_alone_is_a_part_of_the_snapshot(view: View, month: Filters) -> None:
    assert shares_memory(response.incidents(view, month), view)


def test_many_rows_are_not_held(
    view: View, month: Filters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(response, "_FEW_ROWS", 10)
    high = replace(month, urgency="high")
    found = response.incidents(view, high)
    assert len(found) > 10
    assert response.incidents(view, high) is not found


def test_hours_and_days_part_the_incidents_that_paged_somebody(view: View, month: Filters) -> None:
    paged = replace(month, hours=HOURS_CLASSES)
    n = response.selected(view, paged)
    assert 0 < n < response.selected(view, month)
    of_hours = [replace(month, hours=(each,)) for each in HOURS_CLASSES]
    of_days = [replace(month, days=each) for each in DAYS_CLASSES]
    for parts in (of_hours, of_days):
        assert sum(response.selected(view, each) for each in parts) == n
        ids = pd.concat([response.incidents(view, each)["incident_id"] for each in parts])
        assert sorted(ids) == sorted(response.incidents(view, paged)["incident_id"])


@pytest.mark.parametrize("chosen", [{"hours": ("sleep",)}, {"days": "weekend", "urgency": "high"}])
def test_all_questions_select_the_same_incidents_and_keep_their_columns(
    view: View, month: Filters, chosen: dict[str, Any]
) -> None:
    filters = replace(month, **chosen)
    rows = response.incidents(view, filters)
    assert len(rows) > 0
    pd.testing.assert_frame_equal(rows, accounts.narrowed(view, filters).incidents)
    assert list(rows.columns) == list(view.frame("incidents").columns)


def test_pages_at_night_of_a_service_are_found_whenever_its_incidents_began(
    view: View, month: Filters
) -> None:
    service = view.frame("incidents")["service_id"].mode().iloc[0]
    filters = Filters(END - timedelta(days=20), END, services=(service,), hours=("sleep",))
    got, whole = accounts.narrowed(view, filters), accounts.whole(view)
    own = whole.incidents["service_id"].eq(service).to_numpy()
    pages = whole.pages[np.append(own, False)[whole.page_incidents]]
    inside = pages["at"].ge(filters.start) & pages["at"].lt(filters.end)
    asleep = pages[inside & pages["hours_class"].eq("sleep")]
    assert len(got.pages) == len(asleep) > 0
    assert got.pages["at"].tolist() == asleep["at"].tolist()


def test_coverage_does_not_depend_on_hours_days_or_priorities(view: View, month: Filters) -> None:
    chosen = replace(month, hours=("sleep",), days="weekend", priorities=("none",), urgency="high")
    assert on_call.cover(view, chosen).levels.equals(on_call.cover(view, month).levels)


def test_the_lines_on_cards_have_eight_whole_weeks_or_those_collected(view: View) -> None:
    week = Filters(END - timedelta(days=7), END)
    assert response.lately(view, week).start == max(view.since, END - timedelta(weeks=9))
    collected = replace(view.data, covered_since=END - timedelta(days=100))
    long = replace(view, data=collected)
    assert len(response.recent(long, week, "seconds_to_first_ack", "UTC")) == 8
    quarter = Filters(END - timedelta(days=90), END)
    assert response.lately(long, quarter) == quarter
