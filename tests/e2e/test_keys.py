"""A key that is pressed while a page changes counts: its control stays, and so does the focus."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect
from sqlmodel import Session

from benchmarks.running_app import PAGES_ONLY, App, running
from benchmarks.simulated_account import account
from benchmarks.stored_account import database_of, store_engagement
from corvana.sandbox.play.build import build_world
from corvana.store import connections
from corvana.store.models import Connection
from tests.builders.visitor import Visitor

pytestmark = pytest.mark.browser

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def own(chromium: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An application with an account whose state a test may change."""
    with running(tmp_path_factory.mktemp("own"), **PAGES_ONLY) as app:
        simulated = account(build_world(seed=7, end=NOW, days=40, incidents=600))
        yield replace(app, engagement=store_engagement(app.data_dir, "North", simulated))


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"requested_at": NOW}, id="a collection begins"),
        pytest.param({"status": "disconnected"}, id="PagerDuty is disconnected"),
        pytest.param({"collected_at": NOW - timedelta(days=1)}, id="the data is old"),
    ],
)
def test_keys_count_when_the_page_begins_and_ceases_to_tell_something(
    own: App, visit: Callable[..., Visitor], told: dict[str, object]
) -> None:
    usual = {"requested_at": None, "status": "connected", "collected_at": NOW}
    change(own, usual)
    visitor = visit(own)
    visitor.open("/escalations")
    level = visitor.page.get_by_role("slider").first
    expect(level).to_be_visible(timeout=30_000)
    visitor.settle()
    visitor.reach(level)
    longest = level.get_attribute("max") or ""
    for state in (told, usual):
        change(own, state)
        press(visitor, level, "Home", "1")
        press(visitor, level, "ArrowRight", "2")
        press(visitor, level, "End", longest)


def press(visitor: Visitor, level: Locator, key: str, minutes: str) -> None:
    """Press a key where the focus is; the slider, the address and the page follow."""
    visitor.page.keyboard.press(key)
    expect(visitor.page).to_have_url(re.compile(rf"[?&]delay_\w+={minutes}(&|$)"))
    visitor.settle()
    expect(level).to_have_value(minutes)
    expect(level).to_be_focused()


def change(app: App, columns: Mapping[str, object]) -> None:
    """Change what is stored about the account's connection."""
    engine = database_of(app.data_dir)
    found = connections.of_engagement(engine, app.engagement)
    assert found is not None
    with Session(engine) as session:
        stored = session.get_one(Connection, found.id)
        for name, value in columns.items():
            setattr(stored, name, value)
        session.add(stored)
        session.commit()
