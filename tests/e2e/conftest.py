"""The real application in processes of its own, and a real Chromium to use it with."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from benchmarks.running_app import PAGES_ONLY, App, running
from benchmarks.simulated_account import account
from benchmarks.stored_account import store_engagement
from corvana.sandbox.play.build import build_world
from tests.builders.browsers.chromium import chromium
from tests.builders.visitor import Visitor

__all__ = ["chromium"]

_ANALYSED_SECONDS = 240.0
_APP = pytest.StashKey["App"]()
# Streamlit draws when the server has answered, which on a busy machine takes its time.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def start_app(chromium: Browser, tmp_path_factory: pytest.TempPathFactory):
    """Return a function that starts the application; what it started ends with the module.

    Chromium comes first: without it nothing needs to be started.
    """
    with ExitStack() as started:

        def start(*arguments: str, **options: Any) -> App:
            folder = tmp_path_factory.mktemp("app")
            return started.enter_context(running(folder, *arguments, **options))

        yield start


@pytest.fixture(scope="module")
def app(start_app) -> App:
    """One application for all tests of a module."""
    return start_app()


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """One application for all modules that only read; it collects once and then never again."""
    folder = tmp_path_factory.mktemp("shared")
    with running(
        folder,
        CORVANA_COLLECT_EVERY_MINUTES="1440",
        CORVANA_REQUESTS_PER_MINUTE="60000",
        CORVANA_SANDBOX_REQUESTS_PER_MINUTE="60000",
    ) as app:
        yield app


@pytest.fixture(scope="module")
def analysed(chromium: Browser, request: pytest.FixtureRequest) -> App:
    """The shared application with its account collected and analysed, at the latest now.

    Nothing in it may be changed. It is asked for late, as without Chromium nothing is to start.
    """
    app: App = request.getfixturevalue("shared_app")
    page = chromium.new_page()
    visitor = Visitor(page, app)
    visitor.open("/integrations")
    connect = page.get_by_role("link", name="Connect PagerDuty")
    connect.or_(page.get_by_role("button", name="Details and Disconnect")).first.wait_for()
    if connect.count():
        visitor.connect()
    visitor.open("/")
    page.get_by_text("See the evidence").first.wait_for(timeout=_ANALYSED_SECONDS * 1000)
    page.close()
    return app


@pytest.fixture(scope="session")
def stored_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """One application with an account nobody had to collect, for all modules that only read it."""
    with running(tmp_path_factory.mktemp("stored"), **PAGES_ONLY) as app:
        end = datetime.now(UTC).replace(microsecond=0)
        simulated = account(build_world(seed=7, end=end, incidents=2_000))
        yield replace(app, engagement=store_engagement(app.data_dir, "North", simulated))


@pytest.fixture(scope="module")
def stored(chromium: Browser, request: pytest.FixtureRequest) -> App:
    """The application that shows an account nobody had to collect. Nothing in it may be changed.

    It is asked for late, as without Chromium nothing is to start.
    """
    app: App = request.getfixturevalue("stored_app")
    return app


@pytest.fixture
def visit(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visitor]]:
    """Return a function that opens a new browser session on an application."""
    with ExitStack() as opened:

        def visit(app: App, width: int = 1440, **options: Any) -> Visitor:
            request.node.stash[_APP] = app
            context = chromium.new_context(
                viewport={"width": width, "height": 900}, timezone_id="Europe/Berlin", **options
            )
            opened.callback(context.close)
            return Visitor(context.new_page(), app)

        yield visit


@pytest.fixture
def visitor(chromium: Browser, app: App, visit: Callable[..., Visitor]) -> Visitor:
    """Somebody visiting the module's application."""
    return visit(app)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """Show what the application said beside a test that failed."""
    report = yield
    if report.failed and (app := item.stash.get(_APP, None)) is not None:
        report.sections.append(("What the application said", app.output()[-8_000:]))
    return report
