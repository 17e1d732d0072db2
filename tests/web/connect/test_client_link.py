"""The link for a client's admin leads to one engagement's consent page, once, and shows nothing."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from corvana.config import Settings
from corvana.store import engagements
from corvana.store.people import audit, connect_links
from tests.builders.browsers.connecting import saved
from tests.builders.browsers.signed_in import configure_sign_in
from tests.builders.consent import answer_consent
from tests.builders.leaving_browser import new_browser

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def _sign_in_is_configured(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    del settings
    configure_sign_in(monkeypatch)


@pytest.fixture
def link(engine: Engine) -> str:
    return f"/connect/{connect_links.make(engine, 'first', 'p1', NOW)}"


def back_from(browser: TestClient, link: str, **answer: str) -> str:
    """Go on to PagerDuty, answer there, and return where the browser ends."""
    sent = browser.post(link)
    assert sent.status_code == 303
    url = answer_consent(sent.headers["location"], **answer)
    parts = urlsplit(url)
    return str(browser.get(f"{parts.path}?{parts.query}").headers["location"])


def test_somebody_without_an_account_connects_and_is_told_to_close_the_page(
    browser: TestClient, engine: Engine, settings: Settings, link: str
) -> None:
    shown = browser.get(link)
    assert "First engagement is assessed with Corvana" in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert settings.identity_url in shown.headers["content-security-policy"]
    done = back_from(browser, link)
    assert done == f"{settings.base_url}/connect/done"
    assert "Connected, you can close this" in browser.get("/connect/done").text
    assert saved(engine) is not None
    assert [(entry.action, entry.by) for entry in audit.newest(engine)] == [
        ("connected", "connect link")
    ]


def test_it_works_once(browser: TestClient, link: str) -> None:
    back_from(browser, link)
    for response in (browser.get(link), browser.post(link), new_browser().post(link)):
        assert response.status_code == 410
        assert "already used" in response.text


def test_of_two_browsers_that_began_one_connects(
    browser: TestClient, settings: Settings, link: str
) -> None:
    other = new_browser()
    sent = other.post(link).headers["location"]
    assert back_from(browser, link) == f"{settings.base_url}/connect/done"
    parts = urlsplit(answer_consent(sent))
    refused = other.get(f"{parts.path}?{parts.query}").headers["location"]
    assert refused == f"{settings.base_url}/connect/refused?reason=link_used"


def test_looking_it_up_does_not_use_it_up(
    browser: TestClient, settings: Settings, link: str
) -> None:
    for _ in range(3):
        assert new_browser().get(link).status_code == 200
    assert back_from(browser, link) == f"{settings.base_url}/connect/done"


def test_who_denies_may_try_again(browser: TestClient, settings: Settings, link: str) -> None:
    refused = back_from(browser, link, decision="deny")
    assert refused == f"{settings.base_url}/connect/refused?reason=denied"
    assert "Access was denied at PagerDuty" in browser.get("/connect/refused?reason=denied").text
    assert back_from(browser, link) == f"{settings.base_url}/connect/done"


def test_it_is_over_after_a_day(browser: TestClient, engine: Engine) -> None:
    old = connect_links.make(engine, "first", "p1", NOW - timedelta(hours=24))
    assert browser.get(f"/connect/{old}").status_code == 410
    assert browser.get("/connect/made-up").status_code == 410


def test_it_connects_no_closed_engagement(browser: TestClient, engine: Engine, link: str) -> None:
    engagements.close(engine, "first", NOW)
    refused = browser.post(link)
    assert refused.status_code == 409
    assert "engagement is closed" in refused.text


def test_an_invented_reason_quotes_nothing(browser: TestClient) -> None:
    shown = browser.get("/connect/refused", params={"reason": "<script>alert(1)</script>"})
    assert "alert" not in shown.text
