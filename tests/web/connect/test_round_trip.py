"""The connect routes: a browser goes out to the simulated PagerDuty and comes back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select
from starlette.testclient import TestClient

from corvana.config import Settings
from corvana.store import engagements, oauth_states
from corvana.store.models import OAuthState
from corvana.store.people import audit, sign_ins
from corvana.store.people.members import Role
from corvana.store.vault import Vault
from corvana.web import connect, ticket
from corvana.web.refusals import REFUSALS
from tests.builders.browsers.connecting import change, come_back, outcome, saved
from tests.builders.browsers.signed_in import begin_session, configure_sign_in, cookies_of
from tests.builders.consent import answer_consent
from tests.builders.leaving_browser import leave

NOW = datetime.now(UTC)


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


def test_state_works_once(browser: TestClient) -> None:
    url = answer_consent(leave(browser))
    come_back(browser, url)
    assert come_back(browser, url)["refused"] == "state_unknown"


def test_state_expires_after_ten_minutes(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = answer_consent(leave(browser))
    later = datetime.now(UTC) + timedelta(minutes=10, seconds=1)
    monkeypatch.setattr(connect, "_now", lambda: later)
    assert come_back(browser, url)["refused"] == "state_unknown"


def test_two_tabs_of_one_browser(browser: TestClient) -> None:
    first, second = answer_consent(leave(browser)), answer_consent(leave(browser))
    assert "connected" in come_back(browser, first)
    assert "connected" in come_back(browser, second)


def test_a_reloaded_way_back_is_not_told_to_come_from_elsewhere(browser: TestClient) -> None:
    url = answer_consent(leave(browser))
    come_back(browser, url)
    assert come_back(browser, url)["refused"] == "state_unknown"


def test_nothing_says_another_browser_where_only_a_cookie_is_missing(browser: TestClient) -> None:
    url = answer_consent(leave(browser))
    browser.cookies.clear()
    refusal = REFUSALS[come_back(browser, url)["refused"]]
    assert "another browser" not in refusal.sentence
    assert "cookies allowed" in refusal.next_step


def test_start_needs_a_known_engagement(browser: TestClient) -> None:
    back = outcome(leave(browser, "no-such-engagement"))
    assert back["refused"] == "engagement_not_active"


def test_start_without_an_engagement_takes_the_active_one(
    browser: TestClient, engine: Engine, settings: Settings
) -> None:
    assert leave(browser, "").startswith(settings.identity_url)
    engagements.close(engine, "first", NOW)
    assert outcome(leave(browser, ""))["refused"] == "engagement_not_active"


def test_the_same_account_reconnects(browser: TestClient, engine: Engine) -> None:
    come_back(browser, answer_consent(leave(browser)))
    change(engine, status="disconnected", status_reason="x", data_version=4)
    come_back(browser, answer_consent(leave(browser)))
    connection = saved(engine)
    assert connection is not None
    assert (connection.status, connection.data_version) == ("connected", 4)


def signed_in(
    browser: TestClient, engine: Engine, settings: Settings, role: Role
) -> tuple[str, Callable[[str], str]]:
    """Sign somebody in who has the role; also return what makes tickets for an engagement."""
    token = begin_session(engine, settings, {"first": role})
    for name, value in cookies_of(settings, token).items():
        browser.cookies.set(name, value)
    vault = Vault.open(settings.secret_key, settings.data_dir)
    return token, lambda one: ticket.issue(vault, ticket.to_connect(one), token, NOW)


def test_with_sign_in_only_a_signed_in_assessor_of_the_engagement_starts(
    browser: TestClient, engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure_sign_in(monkeypatch)
    second = engagements.create(engine, "Second", NOW)
    assert outcome(leave(browser))["refused"] == "sign_in"
    token, made = signed_in(browser, engine, settings, "assessor")
    assert outcome(leave(browser, ticket="made-up"))["refused"] == "sign_in"
    assert outcome(leave(browser, second, ticket=made(second)))["refused"] == "sign_in"
    assert leave(browser, "first", ticket=made("first")).startswith(settings.identity_url)
    browser.cookies.clear()
    assert outcome(leave(browser, "first", ticket=made("first")))["refused"] == "sign_in"
    vault = Vault.open(settings.secret_key, settings.data_dir)
    purpose = ticket.to_connect("first")
    assert ticket.valid(vault, made("first"), purpose, token, NOW)
    assert not ticket.valid(vault, made("first"), ticket.to_connect("another"), token, NOW)
    assert not ticket.valid(vault, made("first"), purpose, "another", NOW)
    assert not ticket.valid(vault, made("first"), purpose, token, NOW + timedelta(hours=1))


def test_a_viewer_does_not_start(
    browser: TestClient, engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure_sign_in(monkeypatch)
    _, made = signed_in(browser, engine, settings, "viewer")
    assert outcome(leave(browser, "first", ticket=made("first")))["refused"] == "sign_in"


def test_the_way_back_asks_again_who_is_there(
    browser: TestClient, engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure_sign_in(monkeypatch)
    token, made = signed_in(browser, engine, settings, "assessor")
    url = answer_consent(leave(browser, "first", ticket=made("first")))
    sign_ins.end(engine, token)
    assert come_back(browser, url)["refused"] == "sign_in"
    assert saved(engine) is None


def test_a_text_in_the_place_of_an_engagement_is_not_kept(
    browser: TestClient, engine: Engine
) -> None:
    leave(browser, "any text at all " * 100)
    [entry] = audit.newest(engine)
    assert (entry.action, entry.engagement_id) == ("connect refused", None)


def test_somebody_not_signed_in_learns_no_engagement(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure_sign_in(monkeypatch)
    assert outcome(leave(browser, "")).keys() == {"refused", "reference"}


def test_connecting_and_refusing_stand_in_the_audit_trail(
    browser: TestClient, engine: Engine
) -> None:
    come_back(browser, answer_consent(leave(browser)))
    leave(browser, "no-such-engagement")
    told = [(entry.action, entry.by, entry.detail) for entry in audit.newest(engine)]
    assert told == [
        ("connect refused", "this computer", "engagement_not_active"),
        ("connected", "this computer", ""),
    ]


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
                begun_by="this computer",
            ),
        )
    assert oauth_states.take(engine, "unknown", NOW) is None
    with Session(engine) as session:
        assert [row.state_hash for row in session.exec(select(OAuthState))] == ["new"]
    taken = oauth_states.take(engine, "new", NOW)
    assert taken is not None
    assert taken.verifier == b"v"
    assert oauth_states.take(engine, "new", NOW) is None
