"""Every page at three widths, light and dark: kept as pictures, and nothing sticks out."""

from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from benchmarks.running_app import App
from tests.builders.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WITH_FIGURES: Final = (
    "overview",
    "findings",
    "teams",
    "response",
    "escalations",
    "on_call",
    "dependencies",
    "walkthrough",
    "register",
)
WITHOUT: Final = (
    "register",
    "settings",
    "targets",
    "what_changed",
    "timeline",
    "integrations",
    "method",
    "privacy",
)
WIDTHS: Final = (390, 1024, 1920)
SCHEMES: Final = ("light", "dark")
TALLEST: Final = 9_000
BACKGROUND: Final = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
STICKING_OUT: Final = """
() => ["html", "[data-testid=stMain]"].map(name => document.querySelector(name))
  .filter(box => box.scrollWidth > Math.min(box.clientWidth, innerWidth) + 2)
  .map(box => `${box.tagName} is ${box.scrollWidth} px wide`)
"""


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits(analysed: App, visit: Callable[..., Visitor], width: int) -> None:
    visitor = visit(analysed, width, color_scheme=SCHEMES[0])
    page = visitor.page
    sticking_out = []
    for name in (*WITH_FIGURES, *WITHOUT):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=SCHEMES[0])
        visitor.open("" if name == "overview" else name)
        expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=30_000)
        if name in WITH_FIGURES:
            visitor.see_figure()
        visitor.settle()
        visitor.expect_no_fault()
        show_all(page, width)
        backgrounds = set()
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            visitor.settle()
            backgrounds.add(page.evaluate(BACKGROUND))
            visitor.keep(f"{name}-{width}-{scheme}")
        assert len(backgrounds) == len(SCHEMES)
        sticking_out += [f"{name}: {one}" for one in page.evaluate(STICKING_OUT)]
    assert sticking_out == []


def show_all(page: Page, width: int) -> None:
    """Make the window as high as the page."""
    height = page.get_by_test_id("stMain").evaluate("main => main.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(height + 40, TALLEST)})
