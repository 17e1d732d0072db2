"""Pages printed to PDF by the real Chromium."""

import re
from typing import Final

from playwright.sync_api import Page

from tests.builders.visitor import SHOTS

PAGE_WIDTH: Final = 688
PAGE_HEIGHT: Final = 1_009
"""Pixels of an A4 page inside the report's margins: 182 mm by 267 mm at 96 dots per inch."""
_ONE_PAGE: Final = re.compile(rb"/Type\s*/Page\b")


def printed(page: Page, name: str) -> bytes:
    """Print the page as a reader would; the PDF is kept in test-results/."""
    SHOTS.mkdir(exist_ok=True)
    return page.pdf(path=SHOTS / f"{name}.pdf", prefer_css_page_size=True, print_background=True)


def pages_of(pdf: bytes) -> int:
    """Return how many pages a PDF of Chromium has."""
    return len(_ONE_PAGE.findall(pdf))
