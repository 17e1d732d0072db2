"""The real application in processes of its own, and a real Chromium to use it with."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from corvana.sandbox.play.build import build_world
from tests.analysis.simulated_account import account
from tests.stored_account import store_engagement

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "test-results"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
PAGES_ONLY: Final[Mapping[str, Any]] = {
    "PAGERDUTY_CLIENT_ID": "none",
    "PAGERDUTY_CLIENT_SECRET": "none",
    "CORVANA_START_WORKER": "false",
}
"""Settings of an application that collects nothing."""
_START_SECONDS = 40.0
_ANALYSED_SECONDS = 240.0
_OURS = ("CORVANA_", "PAGERDUTY_", "STREAMLIT_")
_APP = pytest.StashKey["App"]()
_MOST_STOPS = 300
# Streamlit draws when the server has answered, which on a busy machine takes its time.
expect.set_options(timeout=20_000)
_STILL_MILLISECONDS = 300


@dataclass(frozen=True, slots=True)
class App:
    """A running application and the files it writes; `engagement` where it has more than one."""

    url: str
    data_dir: Path
    log: Path
    engagement: str = ""

    def output(self) -> str:
        """Everything its processes said so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody looking at the application in a browser."""

    page: Page
    app: App

    def open(self, path: str) -> None:
        """Go straight to an address, as from a bookmark."""
        engagement = f"?engagement={self.app.engagement}" if self.app.engagement else ""
        self.page.goto(f"{self.app.url}/{path.removeprefix('/')}{engagement}")

    def choose(self, title: str) -> None:
        """Choose a page in the sidebar."""
        self.page.get_by_test_id("stSidebarNav").get_by_text(title, exact=True).click()

    def see(self, text: str, seconds: float = 15) -> Locator:
        """Wait until the text is visible."""
        found = self.page.get_by_text(text).filter(visible=True).first
        found.wait_for(timeout=seconds * 1000)
        return found

    def see_title(self, text: str) -> None:
        """Wait until the page has this title and nothing is still being drawn."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text, timeout=15_000)
        expect(self.page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=15_000)

    def see_figure(self, seconds: float = 30) -> None:
        """Wait until a chart is drawn."""
        drawn = self.page.locator(".js-plotly-plot .main-svg").first
        drawn.wait_for(timeout=seconds * 1000)

    def connect(self, person: str = "", decision: str = "Allow") -> None:
        """Walk from the Integrations page over the consent page and back."""
        self.page.get_by_role("link", name="Connect PagerDuty").click()
        if person:
            self.page.get_by_label(person).check()
        self.page.get_by_role("button", name=decision).click()
        self.page.wait_for_url("**/integrations**")

    def click_mark(self, mark: Locator) -> None:
        """Click where a chart has drawn a mark; the chart's own layer lies above it."""
        mark.scroll_into_view_if_needed()
        box = mark.bounding_box()
        assert box is not None
        middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.page.mouse.move(*middle, steps=2)
        self.page.mouse.click(*middle)

    def reach(self, wanted: Locator) -> None:
        """Press Tab until the element has the focus."""
        expect(wanted).to_be_visible()
        for _ in range(_MOST_STOPS):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"The keyboard does not reach {wanted}", pytrace=False)

    def settle(self, seconds: float = 30) -> str:
        """Wait until nothing is drawn any more; return what can be read beside the sidebar."""
        deadline, before = time.monotonic() + seconds, ""
        while time.monotonic() < deadline:
            self.page.locator("[data-test-script-state=notRunning]").wait_for(timeout=30_000)
            text = self.page.get_by_test_id("stMain").inner_text()
            if text and text == before:
                return text
            before = text
            self.page.wait_for_timeout(_STILL_MILLISECONDS)
        raise AssertionError(f"The page keeps changing:\n{before}")

    def text(self) -> str:
        """Everything that can be read on the page."""
        return self.page.inner_text("body")

    def expect_no_fault(self) -> None:
        """No traceback, no name of an exception's class, no error box."""
        expect(self.page.get_by_test_id("stException")).to_have_count(0)
        expect(self.page.get_by_test_id("stAlertContentError")).to_have_count(0)
        shown = self.text()
        for word in ("Traceback", "Exception", "Error:", "KeyError", "ValueError", "TypeError"):
            assert word not in shown, f"{word} is on the page:\n{shown}"

    def keep(self, name: str) -> None:
        """Keep a picture of the page in test-results/."""
        SHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png")


def free_port() -> int:
    """Return a port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path, *arguments: str, cwd: Path = ROOT, **settings: str) -> Iterator[App]:
    """Start the application on free ports and stop it, with all its processes, at the end."""
    port, sandbox_port = free_port(), free_port()
    url = f"http://localhost:{port}"
    app = App(url, folder / "data", folder / "server.log")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    environment |= {
        "CORVANA_DATA_DIR": str(app.data_dir),
        "CORVANA_SANDBOX_PORT": str(sandbox_port),
        "CORVANA_BASE_URL": url,
        "PYTHONUNBUFFERED": "1",
        **settings,
    }
    with app.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"),
             "--server.port", str(port), *arguments],
            cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            _wait_until(lambda: _answers(f"{url}/healthz"), process, app)
            if "PAGERDUTY_CLIENT_ID" not in settings:
                _wait_until(lambda: _listens(sandbox_port), process, app)
            yield app
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until(ready: Callable[[], bool], process: "subprocess.Popen[bytes]", app: App) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"The application did not start. It said:\n{app.output()}", pytrace=False)
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


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


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium. It ends with the module: its event loop would be in the way of other tests."""
    if os.environ.get("CORVANA_SKIP_BROWSER") == "1":
        pytest.skip("CORVANA_SKIP_BROWSER=1")
    if not Path(CHROMIUM).exists():
        pytest.fail(
            "Chromium is missing. Install it with `apt-get install chromium`, or leave these "
            "tests out with CORVANA_SKIP_BROWSER=1.",
            pytrace=False,
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


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
    connect.or_(page.get_by_role("button", name="Disconnect", exact=True)).first.wait_for()
    if connect.count():
        visitor.connect()
    visitor.open("/")
    page.get_by_text("See what it rests on").first.wait_for(timeout=_ANALYSED_SECONDS * 1000)
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
