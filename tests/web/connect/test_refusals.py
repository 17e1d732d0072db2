"""The connect routes refuse: every refusal has a reason, a sentence and a next step."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from corvana.errors import Forbidden, ServerFault, VaultError
from corvana.sandbox.api.running import RunningSandbox
from corvana.store import engagements
from corvana.store.people import audit
from corvana.web import attempts, connect
from corvana.web.refusals import REFUSALS
from tests.builders.browsers.connecting import change, come_back, outcome, saved
from tests.builders.consent import answer_consent
from tests.builders.leaving_browser import leave, new_browser

NOW = datetime.now(UTC)


def test_denied(browser: TestClient, engine: Engine) -> None:
    back = come_back(browser, answer_consent(leave(browser), decision="deny"))
    assert back["refused"] == "denied"
    assert saved(engine) is None


@pytest.mark.parametrize("query", ["", "?code=x", "?code=x&state=made-up"])
def test_invented_state(browser: TestClient, query: str) -> None:
    assert come_back(browser, connect.CALLBACK + query)["refused"] == "state_unknown"


def test_another_browser_is_stopped_and_uses_the_attempt_up(
    browser: TestClient, engine: Engine
) -> None:
    url = answer_consent(leave(browser))
    stranger = new_browser()
    leave(stranger)
    assert come_back(stranger, url)["refused"] == "state_foreign_browser"
    assert come_back(browser, url)["refused"] == "state_unknown"
    assert saved(engine) is None


@pytest.mark.parametrize(
    ("faults", "reason"),
    [
        ({"code_lifetime_seconds": 0.0}, "code_expired"),
        ({"granted_scope": "openid"}, "scope_missing"),
        ({"granted_scope": "openid read write"}, "write_granted"),
        ({"audience": "https://api.evil.example"}, "host_unknown"),
        ({"issuer": "https://evil.example"}, "identity_invalid"),
        ({"wrong_signature": True}, "identity_invalid"),
        ({"token_endpoint_down": True}, "provider_down"),
        ({"path": "/users/me", "server_errors": 1}, "provider_down"),
    ],
)
def test_refused_by_what_pagerduty_answers(
    browser: TestClient,
    engine: Engine,
    sandbox: RunningSandbox,
    faults: dict[str, object],
    reason: str,
) -> None:
    url = leave(browser)
    sandbox.faults.update(faults)
    told = come_back(browser, answer_consent(url))
    assert told.pop("reference") == audit.newest(engine)[0].id
    assert told == {"refused": reason, "engagement": "first"}
    assert saved(engine) is None


def test_a_grant_that_is_not_kept_is_given_back(
    browser: TestClient, sandbox: RunningSandbox
) -> None:
    sandbox.faults.issuer = "https://evil.example"
    come_back(browser, answer_consent(leave(browser)))
    assert list(sandbox.identity.tokens.access.values())[-1].family.revoked


def test_an_engagement_closed_meanwhile(browser: TestClient, engine: Engine) -> None:
    url = answer_consent(leave(browser))
    engagements.close(engine, "first", NOW)
    assert come_back(browser, url)["refused"] == "engagement_not_active"
    assert outcome(leave(browser))["refused"] == "engagement_not_active"


@pytest.mark.parametrize(
    ("values", "reason"),
    [({"account_id": "POTHER"}, "other_account"), ({"status": "deleting"}, "deleting")],
)
def test_an_engagement_that_is_taken(
    browser: TestClient, engine: Engine, values: dict[str, object], reason: str
) -> None:
    come_back(browser, answer_consent(leave(browser)))
    change(engine, **values)
    assert come_back(browser, answer_consent(leave(browser)))["refused"] == reason


def test_an_unexpected_error_shows_no_trace(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = answer_consent(leave(browser))

    def explode(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(attempts, "join", explode)
    response = browser.get(url)
    assert response.status_code == 302
    assert "secret" not in response.text + str(response.headers)
    assert outcome(response.headers["location"])["refused"] == "provider_down"


def test_an_error_from_consent_that_is_our_own_fault(browser: TestClient) -> None:
    state = parse_qs(urlsplit(leave(browser)).query)["state"][0]
    url = f"{connect.CALLBACK}?error=unauthorized_client&state={state}"
    assert come_back(browser, url)["refused"] == "app_unknown"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Forbidden("x"), "identity_invalid"),
        (ServerFault("x"), "provider_down"),
        (VaultError("x"), "identity_invalid"),
        (OSError("x"), "provider_down"),
    ],
)
def test_every_error_has_a_sentence(error: Exception, reason: str) -> None:
    assert connect.reason_of(error) == reason
    assert reason in REFUSALS


def test_every_refusal_is_a_sentence_and_a_step() -> None:
    for refusal in REFUSALS.values():
        assert refusal.sentence.endswith(".")
        assert refusal.next_step.endswith(".")
