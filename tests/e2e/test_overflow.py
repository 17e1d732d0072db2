"""Nothing sticks out, is cut or lies over another label, on every page and at every width."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect

from benchmarks.running_app import PAGES_ONLY, App, running
from benchmarks.simulated_account import account
from benchmarks.stored_account import store_engagement
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world import names
from tests.builders.browsers.overflow import faults_of
from tests.builders.browsers.page_states import STATES
from tests.builders.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1_200)]

WIDTHS = (390, 768, 1440, 1920)
SQUADS = 60
"""Each runs five services."""


@pytest.fixture(scope="module")
def large(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The application with an account of 300 services."""
    with pytest.MonkeyPatch.context() as patch:
        teams = [f"{names.TEAMS[number % len(names.TEAMS)]} {number}" for number in range(SQUADS)]
        patch.setattr(names, "TEAMS", tuple(teams))
        end = datetime.now(UTC).replace(microsecond=0)
        simulated = account(build_world(seed=7, end=end, incidents=6_000))
    with running(tmp_path_factory.mktemp("large"), **PAGES_ONLY) as app:
        yield replace(app, engagement=store_engagement(app.data_dir, "North", simulated))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("services", ["45 services", "300 services"])
def test_everything_fits(
    request: pytest.FixtureRequest, visit: Callable[..., Visitor], services: str, state: str
) -> None:
    app: App = request.getfixturevalue("stored" if services == "45 services" else "large")
    visitor = visit(app)
    page = visitor.page
    joint = "&" if "?" in state else "?"
    page.goto(f"{app.url}/{state}{joint}engagement={app.engagement}")
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=60_000)
    faults = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        visitor.settle()
        faults += [f"{width} px, {one}" for one in faults_of(page)]
    assert faults == []
