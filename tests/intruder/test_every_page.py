"""Every page, by everybody who has no business there: nothing of the other client is shown."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.running_app import ROOT
from corvana.store.people import audit
from tests.builders.browsers.hosted import House

pytestmark = pytest.mark.browser
PAGES = sorted(path.stem for path in Path(ROOT / "pages").glob("*.py") if path.stem != "overview")


@pytest.fixture
def open_as(chromium: Browser, house: House) -> Iterator[Callable[[dict[str, str]], Page]]:
    """Return a function that opens a browser with these cookies."""
    with ExitStack() as opened:

        def open_as(cookies: dict[str, str]) -> Page:
            context = chromium.new_context()
            opened.callback(context.close)
            context.add_cookies(
                [
                    {"name": name, "value": value, "url": house.app.url}
                    for name, value in cookies.items()
                ]
            )
            return context.new_page()

        yield open_as


def shown(house: House, page: Page, path: str) -> str:
    """The whole text of a page that was asked for with the other client's engagement."""
    page.goto(f"{house.app.url}/{path}?engagement={house.theirs}")
    expect(page.get_by_role("heading", level=1).first).to_be_visible(timeout=20_000)
    page.locator("[data-test-script-state=notRunning]").wait_for(timeout=20_000)
    return page.inner_text("body")


def cookies_of(house: House, who: str) -> dict[str, str]:
    match who:
        case "nobody":
            return {}
        case "a session that is made up":
            return {"corvana_session": "A" * 43, "_streamlit_user": "signed"}
        case "an administrator":
            return house.cookies("root@example.com", None, is_administrator=True)
        case "a viewer of another client":
            return house.cookies("vic@example.com", "viewer")
        case _:
            return house.cookies("dora@example.com", "assessor")


@pytest.mark.parametrize(
    "who",
    [
        "nobody",
        "a session that is made up",
        "an administrator",
        "a viewer of another client",
        "an assessor of another client",
    ],
)
def test_no_page_shows_anything_of_another_client(
    house: House, open_as: Callable[[dict[str, str]], Page], who: str
) -> None:
    page = open_as(cookies_of(house, who))
    for path in ("", *PAGES):
        text = shown(house, page, path)
        # Administrators see an engagement's name, and nothing that was collected in it.
        assert "Theirs service" not in text, path
        assert "Theirs escalation" not in text, path
        if who != "an administrator":
            assert "Theirs" not in text, path
            assert house.theirs not in text, path
            assert "another client" in who or "Mine" not in text, path


def test_asking_for_another_clients_engagement_is_in_the_audit_trail(
    house: House, open_as: Callable[[dict[str, str]], Page]
) -> None:
    shown(house, open_as(cookies_of(house, "a viewer of another client")), "response")
    refused = [entry for entry in audit.newest(house.engine) if entry.action == "refused"]
    assert (house.theirs, "engagement") in {(one.engagement_id, one.detail) for one in refused}
