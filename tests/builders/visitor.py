"""A visitor of the application in a browser."""

import time
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from benchmarks.running_app import ROOT, App

SHOTS = ROOT / "test-results"
_MOST_STOPS = 300
_STILL_MILLISECONDS = 300


@dataclass(frozen=True, slots=True)
class Visitor:
    """A visitor of the application in a browser."""

    page: Page
    app: App

    def open(self, path: str) -> None:
        """Open an address directly, as from a bookmark."""
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
        """Wait until the page has this title and is completely drawn."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text, timeout=15_000)
        expect(self.page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=15_000)

    def see_figure(self, seconds: float = 30) -> None:
        """Wait until a chart is drawn."""
        drawn = self.page.locator(".js-plotly-plot .main-svg").first
        drawn.wait_for(timeout=seconds * 1000)

    def connect(self, person: str = "", decision: str = "Allow") -> None:
        """Go from the Integrations page to the consent page and back."""
        self.page.get_by_role("link", name="Connect PagerDuty").click()
        if person:
            self.page.get_by_label(person).check()
        self.page.get_by_role("button", name=decision).click()
        self.page.wait_for_url("**/integrations**")

    def click_mark(self, mark: Locator) -> None:
        """Click at the position of a chart's mark. A layer of the chart covers the mark itself."""
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
        """Wait until the page is completely drawn; return its text without the sidebar."""
        deadline, before = time.monotonic() + seconds, ""
        while time.monotonic() < deadline:
            self.page.locator("[data-test-script-state=notRunning]").wait_for(timeout=30_000)
            expect(self.page.locator(".js-plotly-plot[aria-busy=true]")).to_have_count(0)
            text = self.page.get_by_test_id("stMain").inner_text()
            if text and text == before:
                return text
            before = text
            self.page.wait_for_timeout(_STILL_MILLISECONDS)
        raise AssertionError(f"The page keeps changing:\n{before}")

    def text(self) -> str:
        """The whole text of the page."""
        return self.page.inner_text("body")

    def expect_no_fault(self) -> None:
        """Expect no traceback, no name of an exception's class and no error box."""
        expect(self.page.get_by_test_id("stException")).to_have_count(0)
        expect(self.page.get_by_test_id("stAlertContentError")).to_have_count(0)
        shown = self.text()
        for word in ("Traceback", "Exception", "Error:", "KeyError", "ValueError", "TypeError"):
            assert word not in shown, f"{word} is on the page:\n{shown}"

    def keep(self, name: str) -> None:
        """Save a picture of the page in test-results/."""
        SHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png")
