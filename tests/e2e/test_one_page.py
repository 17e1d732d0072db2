"""The one page takes one page of A4 in a real browser, whatever the names and however many."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from corvana.deck.one_page import one_page_html
from corvana.questions.cover import Cover
from tests.builders.browsers.printed import pages_of, printed
from tests.builders.deck.reviewed import decided, several, view_of

pytestmark = pytest.mark.browser

OWNER = "The platform team of northern Europe together with whoever is on call for payments"


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("n", [0, 1, 3, 7, 13, 20])
def test_it_prints_on_one_page(n: int, long: bool, chromium: Browser, tmp_path: Path) -> None:
    found = several(n)
    entries = [decided(one, owner=OWNER, effort="M", due_on=date(2027, 1, 31)) for one in found]
    cover = Cover(
        "Ministry of Economy, Innovation, Digital Affairs and Energy " * (3 if long else 1),
        "acme",
        date(2026, 3, 2),
        "Ann Lee",
        is_simulated=True,
        scope="All services of payments and checkout; " * (20 if long else 1),
    )
    path = tmp_path / "one-page.html"
    path.write_text(one_page_html(view_of(found, *entries, long=long), cover), encoding="utf-8")
    page = chromium.new_page(viewport={"width": 1100, "height": 900})
    page.goto(path.as_uri())
    assert pages_of(printed(page, f"one-page-{n}-{'long' if long else 'short'}")) == 1
    for width in (390, 1100):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
