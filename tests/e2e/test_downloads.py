"""Files in a real browser: the link downloads, the page stays, and a refusal can be read."""

import io
from collections.abc import Callable

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from benchmarks.running_app import App
from tests.builders.visitor import Visitor

pytestmark = pytest.mark.browser

SERVED_BY_US = "a.corvana-download"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_numbers_of_a_chart_and_every_incident_are_taken_and_the_page_stays(
    stored: App, visit: Callable[..., Visitor], scheme: str
) -> None:
    visitor = visit(stored, color_scheme=scheme)
    page = visitor.page
    visitor.open("/response")
    visitor.settle()
    opened = page.url

    numbers = page.locator("summary").filter(has_text="Numbers").first
    numbers.click()
    visitor.see("Download CSV")
    visitor.keep(f"download-numbers-{scheme}")
    visitor.settle()
    name, within = taken(page)
    assert name == "response-within-seconds-to-first-ack.csv"
    assert list(within.columns)[:2] == ["seconds", "share"]
    numbers.click()
    expect(page.locator(SERVED_BY_US)).to_have_count(0)

    page.locator("summary").filter(has_text="The incidents behind this").click()
    visitor.see("Download CSV")
    visitor.keep(f"download-rows-{scheme}")
    visitor.settle()
    name, incidents = taken(page)
    assert name == "incidents.csv"
    shown = page.locator("summary").filter(has_text="The incidents behind this").inner_text()
    assert f"({len(incidents):,})" in shown.replace("\u00a0", " ").replace(" ", ",")
    assert page.url == opened
    visitor.expect_no_fault()


def test_no_table_offers_to_save_itself(stored: App, visit: Callable[..., Visitor]) -> None:
    visitor = visit(stored)
    page = visitor.page
    visitor.open("/method")
    visitor.settle()
    page.get_by_test_id("stDataFrame").first.hover()
    expect(page.get_by_role("button", name="Fullscreen").first).to_be_visible()
    expect(page.get_by_role("button", name="Download as CSV")).to_have_count(0)


def test_a_refusal_is_a_page_that_can_be_read(stored: App, visit: Callable[..., Visitor]) -> None:
    visitor = visit(stored)
    page = visitor.page
    page.goto(f"{stored.url}/files/{stored.engagement}/incidents.csv?connection=gone&version=1")
    expect(page.get_by_role("heading", level=1)).to_have_text("This file was not handed out")
    expect(page.get_by_text("The account was disconnected")).to_be_visible()
    visitor.keep("download-refused")
    page.get_by_role("link", name="Open Corvana").click()
    visitor.see_title("How well are incidents answered?")


def taken(page: Page) -> tuple[str, pd.DataFrame]:
    """Click the visible link and return the file's name and its table."""
    with page.expect_download() as handed_out:
        page.locator(SERVED_BY_US).filter(visible=True).first.click()
    content = handed_out.value.path().read_bytes()
    return handed_out.value.suggested_filename, pd.read_csv(io.BytesIO(content))
