"""Names that mean harm, on every page in a real browser: nothing to click, nothing loaded."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request

from benchmarks.running_app import PAGES_ONLY, App, running
from corvana.config import Settings
from corvana.sandbox.api.running import RunningSandbox
from tests.builders.hostile.names import UNSEEN, collected_with_names
from tests.builders.shelf import Shelf
from tests.builders.visitor import Visitor

TITLES = {
    "/": "How well are incidents answered?",
    "/findings": "Where is the response process stuck?",
    "/response": "How fast do we respond?",
    "/escalations": "Who answers when we escalate?",
    "/on_call": "Who carries the pager?",
    "/teams": "Which team first?",
    "/dependencies": "What fails together?",
    "/walkthrough?step=2": "",
    "/walkthrough?step=99": "",
    "/integrations": "Where does the data come from?",
    "/privacy": "What do you keep of our account?",
}
NAMING = {"/", "/findings", "/dependencies"}
"""Pages that name something outside their charts and tables."""


def test_no_page_has_a_link_or_an_element_of_theirs(
    settings: Settings,
    sandbox: RunningSandbox,
    shelf: Shelf,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    connected = collected_with_names(settings, sandbox, shelf)
    assert connected.settings.data_dir == tmp_path / "data"
    # Chromium comes last: its event loop would be in the way of the collection.
    chromium: Browser = request.getfixturevalue("chromium")
    asked: list[str] = []
    with running(tmp_path, **PAGES_ONLY) as app:
        page = chromium.new_page()
        page.on("request", lambda request: asked.append(_host(request)))
        for path, title in TITLES.items():
            _look(page, app, path, title)
        page.close()
    assert [host for host in asked if "evil" in host] == []


def _host(request: Request) -> str:
    return request.url.partition("?")[0]


def _look(page: Page, app: App, path: str, title: str) -> None:
    visitor = Visitor(page, app)
    visitor.open(path)
    if path.startswith("/walkthrough"):
        page.locator(".corvana-step h2").first.wait_for()
    else:
        visitor.see_title(title)
    if path in NAMING:
        visitor.see("evil", seconds=60)
    page.wait_for_timeout(1_000)
    links = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
    assert [link for link in links if "evil" in link or link.startswith(("mailto", "tel"))] == []
    assert page.locator("[onclick]").count() == 0
    assert page.get_by_role("heading", name="heading y").count() == 0
    said = page.inner_text("body")
    assert UNSEEN.search(said.replace("\u200b", "")) is None
    assert "doe@" not in said
    assert "1234567" not in said
