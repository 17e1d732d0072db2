"""The real application in processes of its own, and a real Chromium to use it with."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "test-results"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
_START_SECONDS = 40.0
_OURS = ("CORVANA_", "PAGERDUTY_", "STREAMLIT_")
_APP = pytest.StashKey["App"]()


@dataclass(frozen=True, slots=True)
class App:
    """A running application and the files it writes."""

    url: str
    data_dir: Path
    log: Path

    def output(self) -> str:
        """Everything its processes said so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody looking at the application in a browser."""

    page: Page
    url: str

    def open(self, path: str) -> None:
        """Go straight to an address, as from a bookmark."""
        self.page.goto(f"{self.url}/{path.removeprefix('/')}")

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

        def start(*arguments: str, **options: object) -> App:
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


@pytest.fixture
def visit(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[[App], Visitor]]:
    """Return a function that opens a new browser session on an application."""
    with ExitStack() as opened:

        def visit(app: App) -> Visitor:
            request.node.stash[_APP] = app
            context = chromium.new_context(
                viewport={"width": 1440, "height": 900}, timezone_id="Europe/Berlin"
            )
            opened.callback(context.close)
            return Visitor(context.new_page(), app.url)

        yield visit


@pytest.fixture
def visitor(chromium: Browser, app: App, visit: Callable[[App], Visitor]) -> Visitor:
    """Somebody visiting the module's application."""
    return visit(app)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """Show what the application said beside a test that failed."""
    report = yield
    if report.failed and (app := item.stash.get(_APP, None)) is not None:
        report.sections.append(("What the application said", app.output()[-8_000:]))
    return report
