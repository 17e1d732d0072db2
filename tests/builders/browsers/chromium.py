"""The real Chromium of browser tests. A folder of tests that needs it imports the fixture."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from benchmarks.running_app import CHROMIUM


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium. It ends with the module: its event loop would be in the way of other tests."""
    if os.environ.get("CORVANA_SKIP_BROWSER") == "1":
        pytest.skip("CORVANA_SKIP_BROWSER=1")
    if not Path(CHROMIUM).exists():
        pytest.fail(
            "Chromium is missing. Install it with `apt-get install chromium`, or leave these "
            "tests out with CORVANA_SKIP_BROWSER=1.",
            pytrace=False,
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()
