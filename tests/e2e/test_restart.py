"""The application is stopped and started again: the simulated account stays connected."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from benchmarks.running_app import free_port, running
from tests.builders.visitor import Visitor

pytestmark = pytest.mark.browser


def test_a_restart_keeps_the_simulated_account_connected(
    chromium: Browser, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    port = free_port()
    settings: dict[str, Any] = {
        "CORVANA_SANDBOX_INCIDENTS": "300",
        "CORVANA_SANDBOX_PORT": str(free_port()),
    }
    with running(tmp_path, port=port, **settings) as first:
        visitor = visit(first)
        visitor.open("/integrations")
        visitor.connect()
        visitor.page.get_by_text(re.compile(r"^in \d")).wait_for(timeout=90_000)
        visitor.page.context.close()
    with running(tmp_path, port=port, **settings) as second:
        visitor = visit(second)
        visitor.open("/integrations")
        green = visitor.page.locator(".corvana-dot.corvana-green")
        expect(green).to_be_visible()
        visitor.page.get_by_text("I don't see any data").click()
        visitor.page.get_by_role("button", name="Check the connection").click()
        visitor.see("Access token: Stored, readable and accepted by PagerDuty.", 30)
        visitor.see("Nothing is wrong.")
        visitor.expect_no_fault()
