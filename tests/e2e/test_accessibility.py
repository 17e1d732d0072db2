"""No page has a serious or critical violation that axe-core finds, light or dark."""

from collections.abc import Callable
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from benchmarks.running_app import App
from tests.builders.visitor import Visitor

pytestmark = pytest.mark.browser

PAGES: Final = (
    "overview",
    "findings",
    "response",
    "escalations",
    "on_call",
    "dependencies",
    "walkthrough",
    "integrations",
    "method",
    "privacy",
)
SERIOUS: Final = {"serious", "critical"}
STREAMLIT_S_OWN: Final = {
    # The headings of the sections stand between the list and its items.
    "list": '[data-testid="stSidebarNav"]',
    "listitem": '[data-testid="stSidebarNav"]',
}
"""By rule: where Streamlit itself makes elements that violate it. Nothing else is excused."""


def serious(page: Page, found: dict) -> list[str]:
    """Return each violating element with its rule, but for those excused."""
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['html'][:200]}"
        for rule in found["violations"]
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
        if not is_streamlit_s_own(page, rule["id"], node["target"][0])
    ]


def is_streamlit_s_own(page: Page, rule: str, selector: str) -> bool:
    inside = "([selector, place]) => !!document.querySelector(selector)?.closest(place)"
    place = STREAMLIT_S_OWN.get(rule)
    return place is not None and bool(page.evaluate(inside, [selector, place]))


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_serious_violation(
    stored: App, visit: Callable[..., Visitor], path: str, scheme: str
) -> None:
    visitor = visit(stored, color_scheme=scheme, bypass_csp=True)
    page = visitor.page
    visitor.open("" if path == "overview" else path)
    page.get_by_role("heading", level=1).wait_for(timeout=60_000)
    page.get_by_test_id("stStatusWidget").wait_for(state="detached", timeout=60_000)
    page.wait_for_timeout(1_000)
    found = serious(page, Axe().run(page).response)
    assert not found, "\n".join(found)
