"""A part of an open page that reruns alone notices what changed meanwhile."""

from datetime import UTC, datetime
from typing import Any

import pytest
import streamlit as st

from corvana.assessment.settings import DEFAULTS
from corvana.questions import opened
from corvana.questions.cache import Cache
from corvana.questions.view import View
from corvana.store import connections
from corvana.store.written import settings
from corvana.ui import open_page, process
from corvana.ui.access import Access
from tests.conftest import Connected


@pytest.fixture
def reruns(concluded: Connected, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A page of the account is open; one entry for each rerun of the whole page."""
    access = Access(concluded.connection.engagement_id, "assessor", by="p1", engagement="North")
    made: list[int] = []

    def rerun(*_: Any, **__: Any) -> None:
        made.append(1)

    monkeypatch.setattr(open_page, "_looked_at", lambda: (access, concluded.id))
    monkeypatch.setattr(open_page, "may_still_see", lambda _: True)
    monkeypatch.setattr(open_page, "current_connection", lambda _: concluded.connection)
    monkeypatch.setattr(process, "engine", lambda: concluded.engine)
    monkeypatch.setattr(st, "rerun", rerun)
    return made


def view_of(concluded: Connected) -> View:
    now = concluded.sandbox.clock()
    return opened.open_view(
        concluded.settings, concluded.engine, Cache(), concluded.connection, now=now
    )


def test_nothing_changed(concluded: Connected, reruns: list[int]) -> None:
    open_page.redraw_when_replaced(view_of(concluded))
    assert reruns == []


def test_another_smallest_group_is_respected_at_once(
    concluded: Connected, reruns: list[int]
) -> None:
    """It makes no new data version, and groups below it may not be shown any more."""
    view = view_of(concluded)
    connections.release(
        concluded.engine, concluded.id, "test", started_at=datetime.now(UTC), next_run_at=None
    )
    larger = DEFAULTS.with_readers(smallest_group=20, reading_zone="")
    engagement_id = concluded.connection.engagement_id
    settings.save(concluded.engine, engagement_id, larger, over=settings.Read(), by="p1")
    open_page.redraw_when_replaced(view)
    assert reruns == [1]
    open_page.redraw_when_replaced(view_of(concluded))
    assert reruns == [1]
