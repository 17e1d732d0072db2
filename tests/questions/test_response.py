"""The rows that pages ask for: selected once, and held only where they are few."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.simulated_account import account
from benchmarks.stored_account import store_engagement
from corvana.analysis.account.selection import Filters, select
from corvana.questions import response
from corvana.questions.view import View
from corvana.sandbox.play.build import build_world
from corvana.ui.data import newest_view
from tests.builders.data_folder import connection_of, forget, read_from

pytestmark = pytest.mark.slow

END = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("rows")
    made = account(build_world(seed=5, end=END, days=40, incidents=300))
    return folder, store_engagement(folder, "Acme", made)


@pytest.fixture
def view(
    stored: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[View]:
    folder, engagement = stored
    read_from(folder, tmp_path, monkeypatch)
    yield newest_view(connection_of(folder, engagement))
    forget()


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
