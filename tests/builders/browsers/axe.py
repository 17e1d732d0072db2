"""What axe-core finds on an open page, best practices included, without what is Streamlit's own."""

from typing import Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

STREAMLIT_S_OWN: Final = {
    # The headings of the sections stand between the list and its items.
    "list": '[data-testid="stSidebarNav"]',
    "listitem": '[data-testid="stSidebarNav"]',
    # The area for files has a role and can have the focus.
    "presentation-role-conflict": '[data-testid="stFileUploaderDropzone"]',
    # Hours and minutes, days and months are narrow fields of one wide control.
    "target-size": '[data-testid="stTimeInput"], [data-testid="stDateInput"]',
}
"""By rule: where Streamlit itself makes elements that violate it. Nothing else is excused."""
RULES: Final = {"rules": {"target-size": {"enabled": True}}}
"""Besides the usual rules, best practices included: what is clicked has 24 pixels (WCAG 2.5.8)."""


def violations(page: Page) -> list[str]:
    """Return each violating element with its rule, whatever its impact, but for those excused.

    The browser has to be opened with `bypass_csp`.
    """
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['html'][:200]}"
        for rule in Axe().run(page, options=RULES).response["violations"]
        for node in rule["nodes"]
        if not is_streamlit_s_own(page, rule["id"], node["target"][0])
    ]


def is_streamlit_s_own(page: Page, rule: str, selector: str) -> bool:
    inside = "([selector, place]) => !!document.querySelector(selector)?.closest(place)"
    place = STREAMLIT_S_OWN.get(rule)
    return place is not None and bool(page.evaluate(inside, [selector, place]))
