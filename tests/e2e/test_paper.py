"""On paper: the report in twelve pages of A4, and any page of the application without controls."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.running_app import App
from benchmarks.simulated_account import account
from benchmarks.stored_account import store_engagement
from corvana import frames
from corvana.analysis.answers.findings import listed
from corvana.analysis.assessment.register import Entry, register_of
from corvana.analysis.findings.registry import key_of
from corvana.questions.cover import Cover
from corvana.questions.view import View
from corvana.questions.walkthrough import everything
from corvana.report.document import report_html
from corvana.sandbox.play.build import build_world
from corvana.versions.files import DataVersion, open_version
from tests.builders.browsers.printed import PAGE_HEIGHT, PAGE_WIDTH, pages_of, printed
from tests.builders.data_folder import connection_of
from tests.builders.visitor import Visitor

pytestmark = pytest.mark.browser

END = datetime(2026, 11, 20, tzinfo=UTC)
LONG = "Payments and Settlement for Retail Customers in all Regions, Primary Cluster"
MOST_PAGES = 12
CONTROLS = (
    "stSidebar", "stHeader", "stButton", "stPopover", "stSelectbox", "stMultiSelect",
    "stPageLink", "stButtonGroup", "stCheckbox",
)  # fmt: skip


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> DataVersion:
    """The simulated account with the incidents that it has by default."""
    folder = tmp_path_factory.mktemp("paper")
    engagement = store_engagement(
        folder, "North", account(build_world(seed=7, end=END, incidents=6_000))
    )
    return open_version(folder / "snapshots", connection_of(folder, engagement).id, 1)


@pytest.fixture
def paper(chromium: Browser, tmp_path: Path) -> Callable[..., Page]:
    """Return a function that opens the report of a data version, with every finding confirmed."""

    def open_report(data: DataVersion, client: str = "North Bank") -> Page:
        cover = Cover(client, "north", date(2026, 11, 20), "ann@example.com", is_simulated=True)
        path = tmp_path / "report.html"
        found = listed(data.frame("findings"))
        confirmed = register_of(Entry(key_of(one), "confirmed") for one in found)
        view = View.of_version(data, confirmed)
        path.write_text(report_html(view, cover), encoding="utf-8")
        page = chromium.new_page(viewport={"width": 1100, "height": 900})
        page.goto(path.as_uri())
        expect(page.locator("#figure-weeks .main-svg").first).to_be_visible()
        return page

    return open_report


def with_findings(data: DataVersion, most: int) -> DataVersion:
    return replace(data, frames={**data.frames, "findings": data.frame("findings").head(most)})


def with_long_names(data: DataVersion) -> DataVersion:
    labels = data.frame("labels")
    longer = labels.assign(label=[f"{LONG} {number}" for number in range(len(labels))])
    found = frames.conform(pd.DataFrame(longer), frames.LABELS)
    return replace(data, frames={**data.frames, "labels": found})


def test_the_report_of_a_dozen_findings_takes_twelve_pages_at_most_and_the_summary_one(
    simulated: DataVersion, paper: Callable[..., Page]
) -> None:
    shown = len(everything(View.of_version(simulated)))
    assert shown >= 12
    page = paper(simulated)
    pages = pages_of(printed(page, "report"))
    assert pages <= MOST_PAGES
    expect_full_pages(page, pages)


def test_the_report_of_three_findings_is_shorter(
    simulated: DataVersion, paper: Callable[..., Page]
) -> None:
    page = paper(with_findings(simulated, 3))
    pages = pages_of(printed(page, "report-few"))
    assert pages <= 7
    expect_full_pages(page, pages)


def test_long_names_fit_on_the_paper(simulated: DataVersion, paper: Callable[..., Page]) -> None:
    page = paper(with_long_names(simulated), client=f"{LONG[:70]} Ltd.")
    pages = pages_of(printed(page, "report-long-names"))
    assert pages <= MOST_PAGES + 1
    page.set_viewport_size({"width": PAGE_WIDTH, "height": PAGE_HEIGHT})
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= PAGE_WIDTH


def expect_full_pages(page: Page, pages: int) -> None:
    """The summary fits on one page, and together the pages are filled to four fifths but for the
    last one, which may be short."""
    page.set_viewport_size({"width": PAGE_WIDTH, "height": PAGE_HEIGHT})
    page.emulate_media(media="print")
    heights = page.locator("section").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert heights[0] <= PAGE_HEIGHT
    assert sum(heights) >= 0.8 * (pages - 1) * PAGE_HEIGHT


@pytest.mark.parametrize(
    "name", ["", "findings", "escalations", "on_call", "dependencies", "walkthrough", "method"]
)
def test_a_page_prints_without_sidebar_and_controls_and_to_its_end(
    stored: App, visit: Callable[..., Visitor], name: str
) -> None:
    visitor = visit(stored)
    page = visitor.page
    visitor.open(name)
    visitor.settle()
    title = page.get_by_role("heading", level=1)
    expect(title).to_be_visible()
    page.emulate_media(media="print")
    expect(title).to_be_visible()
    for control in CONTROLS:
        shown = page.get_by_test_id(control).filter(visible=True)
        chips = page.locator(".st-key-active_filters").get_by_test_id(control)
        kept = chips.filter(visible=True).count()
        # The style that hides them is drawn with the page, and may arrive after its title.
        expect(shown, control).to_have_count(kept)
    expect(page.locator(".corvana-download").filter(visible=True)).to_have_count(0)
    made = printed(page, f"page-{name or 'overview'}")
    height = page.get_by_test_id("stMain").evaluate("main => main.scrollHeight")
    assert pages_of(made) >= min(round(height / PAGE_HEIGHT / 2), 2)


def test_the_chips_stay_on_paper_because_they_say_what_is_selected(
    stored: App, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(stored)
    page = visitor.page
    page.goto(f"{stored.url}/response?engagement={stored.engagement}&urgency=high")
    visitor.settle()
    chip = page.get_by_role("button", name=re.compile("Urgency: high", re.IGNORECASE)).first
    expect(chip).to_be_visible()
    page.emulate_media(media="print")
    expect(chip).to_be_visible()
    expect(page.get_by_role("button", name="Clear all")).to_be_hidden()
