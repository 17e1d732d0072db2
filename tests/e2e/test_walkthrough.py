"""The walkthrough by keyboard, and the report it hands out, opened without any network."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.test_journey import EVERYTHING_WITHIN

pytestmark = pytest.mark.browser

TITLE = "What did we find?"


def test_the_walkthrough_by_keyboard_and_its_report_offline(
    chromium: Browser, visitor, tmp_path: Path
) -> None:
    page = visitor.page
    visitor.open("/integrations")
    visitor.connect()
    visitor.choose("Walkthrough")
    visitor.see_title(TITLE)
    # Findings are concluded when everything is collected; the page then shows them by itself.
    page.get_by_text("1 of 7", exact=True).wait_for(timeout=2 * EVERYTHING_WITHIN * 1000)

    titles = []
    for place in range(1, 8):
        expect(page.get_by_text(f"{place} of 7", exact=True)).to_be_visible()
        expect(page.locator(".corvana-step h2")).to_have_count(1)
        expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=15_000)
        titles.append(page.locator(".corvana-step h2").inner_text())
        if place < 7:
            visitor.see_figure()
        visitor.expect_no_fault()
        visitor.keep(f"walkthrough-{place}")
        assert "Responder " not in page.locator(".corvana-step").inner_text()
        page.keyboard.press("ArrowRight")
        if place < 7:
            page.wait_for_url(f"**step={place + 1}*")
    assert (titles[0], titles[-1]) == ("What we looked at", "What to do next")
    assert len(set(titles)) == 7

    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**step=6*")
    expect(page.get_by_text("6 of 7", exact=True)).to_be_visible()
    # What was copied from the address bar opens the same step; a step too far opens the last.
    visitor.open("/walkthrough?step=3")
    expect(page.get_by_text("3 of 7", exact=True)).to_be_visible()
    expect(page.locator(".corvana-step h2")).to_have_text(titles[2])
    visitor.open("/walkthrough?step=99")
    expect(page.get_by_text("7 of 7", exact=True)).to_be_visible()

    with page.expect_download() as handed_out:
        page.get_by_role("button", name="Print or save").click()
    assert handed_out.value.suggested_filename == "corvana-report.html"
    report = tmp_path / "report.html"
    handed_out.value.save_as(report)
    opened_without_network(chromium, report, titles)


def opened_without_network(chromium: Browser, report: Path, titles: list[str]) -> None:
    """The report from a disk, on a machine that is connected to nothing."""
    context = chromium.new_context(viewport={"width": 1100, "height": 900}, offline=True)
    asked: list[str] = []
    said: list[str] = []
    try:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(report.as_uri())
        expect(page.locator("figure .js-plotly-plot .main-svg").first).to_be_visible()
        charts = page.locator("figure .js-plotly-plot")
        expect(charts).to_have_count(6)
        assert all(box["width"] > 300 for box in (one.bounding_box() for one in charts.all()))
        headings = page.locator("h2").all_inner_texts()
        assert headings[:7] == titles
        assert headings[7:11] == ["Scorecard", "All findings", "The data", "Privacy"]
        assert [url for url in asked if not url.startswith(("file:", "blob:", "data:"))] == []
        assert said == []
    finally:
        context.close()
