"""The walkthrough by keyboard and by mouse, and the report it hands out, without any network."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from benchmarks.running_app import App
from corvana.analysis.findings.registry import KINDS
from tests.builders.visitor import Visitor

pytestmark = pytest.mark.browser

TITLE = "What did we find?"
STEPS = 5
"""The data, the three largest findings while none is confirmed, and what to do next."""
STEP = ".corvana-step"
REPORT = re.compile(r"corvana-report-first-engagement-\d{4}-\d\d-\d\d\.html")


def test_by_keyboard_with_the_report_opened_offline(
    chromium: Browser, analysed: App, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    visitor = visit(analysed)
    page = visitor.page
    visitor.open("/walkthrough")
    titles = walk(visitor, lambda: page.keyboard.press("ArrowRight"), "walkthrough")

    page.keyboard.press("ArrowLeft")
    page.wait_for_url(f"**step={STEPS - 1}*")
    expect(page.get_by_text(f"{STEPS - 1} of {STEPS}", exact=True)).to_be_visible()
    # What was copied from the address bar opens the same step; a step too far opens the last.
    visitor.open("/walkthrough?step=3")
    expect(page.get_by_text(f"3 of {STEPS}", exact=True)).to_be_visible()
    expect(page.locator(f"{STEP} h2")).to_have_text(titles[2])
    visitor.open("/walkthrough?step=99")
    expect(page.get_by_text(f"{STEPS} of {STEPS}", exact=True)).to_be_visible()

    visitor.settle()
    visitor.reach(page.get_by_role("link", name="Print or save"))
    with page.expect_download() as handed_out:
        page.keyboard.press("Enter")
    assert REPORT.fullmatch(handed_out.value.suggested_filename)
    report = tmp_path / "report.html"
    handed_out.value.save_as(report)
    opened_without_network(chromium, report, titles)


def test_by_mouse(analysed: App, visit: Callable[..., Visitor]) -> None:
    visitor = visit(analysed)
    page = visitor.page
    visitor.open("/")
    visitor.choose("Walkthrough")
    walk(visitor, page.get_by_role("button", name="Next").click)
    expect(page.get_by_role("button", name="Next")).to_be_disabled()

    page.get_by_role("button", name="Back").click()
    expect(page.get_by_text(f"{STEPS - 1} of {STEPS}", exact=True)).to_be_visible()
    page.get_by_role("button", name="Next").click()
    # Until its page is drawn anew, the button on screen is the one of the last time.
    expect(page.get_by_text(f"{STEPS} of {STEPS}", exact=True)).to_be_visible()
    visitor.settle()
    with page.expect_download() as handed_out:
        page.get_by_role("link", name="Print or save").click()
    assert REPORT.fullmatch(handed_out.value.suggested_filename)


def test_by_the_keys_of_a_presenter(analysed: App, visit: Callable[..., Visitor]) -> None:
    visitor = visit(analysed)
    page = visitor.page
    visitor.open("/walkthrough")
    visitor.see_title(TITLE)
    visitor.settle()
    for key, place in (("PageDown", 2), ("Space", 3), ("PageUp", 2), ("Shift+Space", 1)):
        page.keyboard.press(key)
        expect(page.get_by_text(f"{place} of {STEPS}", exact=True)).to_be_visible()
        visitor.settle()


def walk(visitor: Visitor, forth: Callable[[], object], kept: str = "") -> list[str]:
    """Go from the first step to the last; return their titles. Pictures are kept on request."""
    page, titles = visitor.page, []
    visitor.see_title(TITLE)
    for place in range(1, STEPS + 1):
        expect(page.get_by_text(f"{place} of {STEPS}", exact=True)).to_be_visible()
        expect(page.locator(f"{STEP} h2")).to_have_count(1)
        expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=15_000)
        titles.append(page.locator(f"{STEP} h2").inner_text())
        if place < STEPS:
            visitor.see_figure()
        visitor.expect_no_fault()
        if kept:
            visitor.keep(f"{kept}-{place}")
        assert "Responder " not in page.locator(STEP).inner_text()
        if place < STEPS:
            forth()
            page.wait_for_url(f"**step={place + 1}*")
    assert (titles[0], titles[-1]) == ("What we looked at", "What to do next")
    assert len(set(titles)) == STEPS
    return titles


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
        articles = page.locator("#found article")
        assert articles.count() >= STEPS - 2
        expect(charts).to_have_count(articles.count() + 1)
        boxes = [one.bounding_box() for one in charts.all()]
        assert all(box and box["width"] > 300 for box in boxes)
        assert page.locator("h2").all_inner_texts() == [
            "Biggest problems", "Scores", "What we found", "What is good", "Appendix",
        ]  # fmt: skip
        says = {kind.title: kind.says for kind in KINDS}
        found = page.locator("#found h3").all_inner_texts()
        for title in titles[1:-1]:
            assert any(one.endswith(f": {says[title]}") for one in found), title
        assert [url for url in asked if not url.startswith(("file:", "blob:", "data:"))] == []
        assert said == []
    finally:
        context.close()
