"""The connect routes: a browser goes out to the simulated PagerDuty and comes back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select
from starlette.testclient import TestClient

from corvana.config import Settings
from corvana.errors import Forbidden, ServerFault, VaultError
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.store import connections, engagements, oauth_states
from corvana.store.engine import open_database
from corvana.store.models import Connection, OAuthState
from corvana.store.vault import Vault
from corvana.web import connect, sign_in, ticket
from corvana.web.refusals import REFUSALS
from tests.builders.consent import answer_consent
from tests.builders.leaving_browser import BASE, leave, new_browser

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSandbox]:
    with RunningSandbox(build_world(seed=3, end=NOW, days=7, incidents=20)) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: RunningSandbox) -> Iterator[RunningSandbox]:
    running.faults.reset()
    yield running
    running.faults.reset()


@pytest.fixture
def settings(sandbox: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    made = Settings(
        data_dir=tmp_path,
        base_url=BASE,
        identity_url_setting=sandbox.url,
        api_url_setting=sandbox.api_url,
        eu_api_url_setting=sandbox.eu_api_url,
    )
    monkeypatch.setattr(connect, "load_settings", lambda: made)
    monkeypatch.setattr(sign_in, "auth_configured", lambda: False)
    return made


@pytest.fixture
def engine(settings: Settings) -> Engine:
    engine = open_database(settings.database_url)
    engagements.ensure_first(engine, NOW)
    return engine


@pytest.fixture
def browser(engine: Engine) -> TestClient:
    return new_browser()


def outcome(location: str) -> dict[str, str]:
    assert location.startswith(f"{BASE}/integrations?")
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def come_back(browser: TestClient, url: str) -> dict[str, str]:
    response = browser.get(url)
    assert response.status_code == 302
    assert response.headers["cache-control"] == "no-store"
    return outcome(response.headers["location"])


def saved(engine: Engine) -> Connection | None:
    return connections.of_engagement(engine, "first")


def test_connects(browser: TestClient, engine: Engine, settings: Settings) -> None:
    back = come_back(browser, answer_consent(leave(browser)))
    assert back == {"connected": "1", "engagement": "first"}
    connection = saved(engine)
    assert connection is not None
    assert (connection.status, connection.region) == ("connected", "US")
    assert (connection.connected_role, connection.partial) == ("owner", False)
    assert connection.requested_at is not None
    vault = Vault.open(settings.secret_key, settings.data_dir)
    with Session(engine) as session:
        assert vault.tokens(session, connection.id).access_token.startswith("pdus+")


def test_the_browser_cookie_is_out_of_reach_of_scripts(browser: TestClient) -> None:
    response = browser.get(connect.START, params={"engagement": "first"})
    cookie = response.headers["set-cookie"].lower()
    assert cookie.startswith("corvana_connect=")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(
    browser: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    secure = settings.model_copy(update={"base_url": "https://corvana.example.com"})
    monkeypatch.setattr(connect, "load_settings", lambda: secure)
    response = browser.get(connect.START, params={"engagement": "first"})
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("__Host-corvana_connect=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_state_and_verifier_are_not_readable_in_the_database(
    browser: TestClient, engine: Engine
) -> None:
    location = leave(browser)
    state = parse_qs(urlsplit(location).query)["state"][0]
    with Session(engine) as session:
        attempt = session.exec(select(OAuthState)).one()
    assert state != attempt.state_hash
    assert attempt.verifier.startswith(b"gAAAA")


def test_a_responder_connects_partially(browser: TestClient, engine: Engine) -> None:
    come_back(browser, answer_consent(leave(browser), who="limited_user"))
    connection = saved(engine)
    assert connection is not None
    assert connection.partial


def test_denied(browser: TestClient, engine: Engine) -> None:
    back = come_back(browser, answer_consent(leave(browser), decision="deny"))
    assert back["refused"] == "denied"
    assert saved(engine) is None


def test_state_works_once(browser: TestClient) -> None:
    url = answer_consent(leave(browser))
    come_back(browser, url)
    assert come_back(browser, url)["refused"] == "state_unknown"


@pytest.mark.parametrize("query", ["", "?code=x", "?code=x&state=made-up"])
def test_invented_state(browser: TestClient, query: str) -> None:
    assert come_back(browser, connect.CALLBACK + query)["refused"] == "state_unknown"


def test_state_expires_after_ten_minutes(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = answer_consent(leave(browser))
    later = datetime.now(UTC) + timedelta(minutes=10, seconds=1)
    monkeypatch.setattr(connect, "_now", lambda: later)
    assert come_back(browser, url)["refused"] == "state_unknown"


def test_another_browser_is_stopped_and_uses_the_attempt_up(
    browser: TestClient, engine: Engine
) -> None:
    url = answer_consent(leave(browser))
    stranger = new_browser()
    leave(stranger)
    assert come_back(stranger, url)["refused"] == "state_foreign_browser"
    assert come_back(browser, url)["refused"] == "state_unknown"
    assert saved(engine) is None


def test_two_tabs_of_one_browser(browser: TestClient) -> None:
    first, second = answer_consent(leave(browser)), answer_consent(leave(browser))
    assert "connected" in come_back(browser, first)
    # The cookie ends with the first success; the second tab then has nothing to finish.
    assert come_back(browser, second)["refused"] == "state_foreign_browser"


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
    assert come_back(browser, answer_consent(url)) == {"refused": reason, "engagement": "first"}
    assert saved(engine) is None


def test_a_grant_that_is_not_kept_is_given_back(
    browser: TestClient, sandbox: RunningSandbox
) -> None:
    sandbox.faults.issuer = "https://evil.example"
    come_back(browser, answer_consent(leave(browser)))
    assert list(sandbox.identity.tokens.access.values())[-1].family.revoked


def test_start_needs_a_known_engagement(browser: TestClient) -> None:
    back = outcome(leave(browser, "no-such-engagement"))
    assert back["refused"] == "engagement_not_active"


def test_start_without_an_engagement_takes_the_active_one(
    browser: TestClient, engine: Engine, settings: Settings
) -> None:
    assert leave(browser, "").startswith(settings.identity_url)
    engagements.close(engine, "first", NOW)
    assert outcome(leave(browser, ""))["refused"] == "engagement_not_active"


def test_an_engagement_closed_meanwhile(browser: TestClient, engine: Engine) -> None:
    url = answer_consent(leave(browser))
    engagements.close(engine, "first", NOW)
    assert come_back(browser, url)["refused"] == "engagement_not_active"
    assert outcome(leave(browser))["refused"] == "engagement_not_active"


def change(engine: Engine, **values: object) -> None:
    with Session(engine) as session:
        connection = session.exec(select(Connection)).one()
        for name, value in values.items():
            setattr(connection, name, value)
        session.add(connection)
        session.commit()


def test_the_same_account_reconnects(browser: TestClient, engine: Engine) -> None:
    come_back(browser, answer_consent(leave(browser)))
    change(engine, status="disconnected", status_reason="x", data_version=4)
    come_back(browser, answer_consent(leave(browser)))
    connection = saved(engine)
    assert connection is not None
    assert (connection.status, connection.data_version) == ("connected", 4)


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

    monkeypatch.setattr(connect, "_join", explode)
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


def test_with_sign_in_only_a_signed_in_assessor_starts(
    browser: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "auth_configured", lambda: True)
    vault = Vault.open(settings.secret_key, settings.data_dir)
    cookies = {"_streamlit_user": "signed", "other": "x"}
    good = ticket.issue(vault, "first", cookies, NOW)
    assert outcome(leave(browser))["refused"] == "sign_in"
    assert outcome(leave(browser, ticket=good))["refused"] == "sign_in"  # not signed in
    browser.cookies.set("_streamlit_user", "signed")
    assert outcome(leave(browser, ticket="made-up"))["refused"] == "sign_in"
    assert leave(browser, ticket=good).startswith(settings.identity_url)
    assert not ticket.valid(vault, good, "another", cookies, NOW)
    assert not ticket.valid(vault, good, "first", cookies, NOW + timedelta(hours=1))
    assert not ticket.valid(vault, good, "first", {"_streamlit_user": "other"}, NOW)


def test_taking_a_state_drops_expired_ones(engine: Engine) -> None:
    for name, minutes in (("old", -1), ("new", 5)):
        oauth_states.remember(
            engine,
            OAuthState(
                state_hash=name,
                browser_hash="b",
                engagement_id="first",
                verifier=b"v",
                expires_at=NOW + timedelta(minutes=minutes),
            ),
        )
    assert oauth_states.take(engine, "unknown", NOW) is None
    with Session(engine) as session:
        assert [row.state_hash for row in session.exec(select(OAuthState))] == ["new"]
    taken = oauth_states.take(engine, "new", NOW)
    assert taken is not None
    assert taken.verifier == b"v"
    assert oauth_states.take(engine, "new", NOW) is None


def test_every_refusal_is_a_sentence_and_a_step() -> None:
    for refusal in REFUSALS.values():
        assert refusal.sentence.endswith(".")
        assert refusal.next_step.endswith(".")
