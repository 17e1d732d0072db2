"""axe-core, best practices included, finds nothing of ours on any page, light or dark."""

from collections.abc import Callable
from typing import Final

import pytest

from benchmarks.running_app import App
from tests.builders.browsers.axe import violations
from tests.builders.visitor import Visitor

pytestmark = pytest.mark.browser

PAGES: Final = (
    "overview",
    "findings",
    "teams",
    "response",
    "escalations",
    "on_call",
    "dependencies",
    "walkthrough",
    "register",
    "settings",
    "targets",
    "what_changed",
    "timeline",
    "register",
    "integrations",
    "method",
    "privacy",
)
EVERY_CHART_IS_DRAWN: Final = """() => [...document.querySelectorAll(".corvana-chart")].every(
    chart => !chart.checkVisibility() || chart.querySelector(".main-svg"))"""


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_of_ours(
    stored: App, visit: Callable[..., Visitor], path: str, scheme: str
) -> None:
    visitor = visit(stored, color_scheme=scheme, bypass_csp=True)
    page = visitor.page
    visitor.open("" if path == "overview" else path)
    page.get_by_role("heading", level=1).wait_for(timeout=60_000)
    page.get_by_test_id("stStatusWidget").wait_for(state="detached", timeout=60_000)
    visitor.settle()
    page.wait_for_function(EVERY_CHART_IS_DRAWN, timeout=60_000)
    found = violations(page)
    assert not found, "\n".join(found)
