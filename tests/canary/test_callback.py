"""What a browser brings back from PagerDuty is told to nobody, whatever it is."""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from starlette.testclient import TestClient

from corvana.web import connect, sign_in
from tests.builders.consent import answer_consent
from tests.builders.leaving_browser import leave, new_browser
from tests.builders.left_behind import MARKER, LeftBehind

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

ANSWERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/oauth/token", {"status": 400, "body": {"error": "x", "error_description": "The code"}}),
    ("/oauth/token", {"status": 200, "body": {"error": "x", "error_description": "The code"}}),
    ("/oauth/token", {"status": 200, "body": "<h1>We are sorry</h1>"}),
    ("/oauth/token", {"status": 503, "body": {"error": "Down"}}),
    ("/oauth/anonymous/jwks", {"status": 200, "body": {"keys": [{"kty": "RSA", "n": "Jane"}]}}),
    ("/oauth/anonymous/jwks", {"status": 200, "body": "<h1>We are sorry</h1>"}),
    ("/users/me", {"status": 403, "body": {"error": {"message": "No, Jane", "code": 2010}}}),
    ("/users/me", {"status": 404, "body": {"error": "Not Found"}}),
    ("/users/me", {"status": 200, "body": {"user": {"id": {"name": "Jane"}}}}),
    ("/oauth/revoke", {"status": 404, "body": {"error": "Not here"}}),
)


@pytest.fixture
def browser(left: LeftBehind, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    left.caplog.set_level(logging.WARNING, "httpx2")  # the browser's own words
    monkeypatch.setattr(sign_in, "auth_configured", lambda: False)
    return new_browser()


@pytest.fixture
def come_back(left: LeftBehind, browser: TestClient) -> Callable[[str], str]:
    """Follow the redirect; everything in the answer is kept in the reports."""

    def come_back(url: str) -> str:
        response = browser.get(url)
        assert response.status_code == 302
        left.reports += [response.text, repr(response.headers)]
        return response.headers["location"]

    return come_back


def test_a_denial_is_told_in_our_own_words(
    left: LeftBehind, browser: TestClient, come_back: Callable[[str], str]
) -> None:
    url = answer_consent(leave(browser), decision="deny")
    assert MARKER in parse_qs(urlsplit(url).query)["error_description"][0]
    assert "refused=denied" in come_back(url)
    assert left.holding() == []


def test_no_parameter_of_the_callback_is_repeated(
    left: LeftBehind, browser: TestClient, come_back: Callable[[str], str]
) -> None:
    for name in ("error", "code", "state", "error_uri", "iss"):
        state = parse_qs(urlsplit(leave(browser)).query)["state"][0]
        query = {"state": state, "error": "access_denied"} if name != "code" else {"state": state}
        assert "refused=" in come_back(f"{connect.CALLBACK}?{urlencode(query | {name: MARKER})}")
    assert left.holding() == []


def test_no_answer_on_the_way_to_a_connection_is_repeated(
    left: LeftBehind, browser: TestClient, come_back: Callable[[str], str]
) -> None:
    faults = left.connected.sandbox.faults
    for path, answer in ANSWERS:
        url = answer_consent(leave(browser))
        # A grant that is not kept is given back.
        faults.wrong_signature = path == "/oauth/revoke"
        rule = faults.answer(path, **answer)
        assert "refused=" in come_back(url), path
        faults.remove(rule)
    assert left.holding() == []
    assert left.places()["standard error"].count(b"not connected") == len(ANSWERS)


def test_a_connection_is_made_without_the_address_of_who_made_it(
    left: LeftBehind, browser: TestClient, come_back: Callable[[str], str]
) -> None:
    """The proof of identity names its subject by e-mail address."""
    assert "connected=1" in come_back(answer_consent(leave(browser)))
    people = left.connected.sandbox.world.users
    assert left.holding(MARKER, *(user.email for user in people)) == []
