"""The cookie of a session: bound to the host over https, and out of reach of scripts."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.testclient import TestClient

from corvana.config import Settings
from corvana.store import engagements
from corvana.store.engine import open_database
from corvana.store.people import audit, members
from corvana.web import sign_in_routes
from tests.builders.browsers.signed_in import configure_sign_in

BASE = "https://corvana.example.com"
NOW = datetime.now(UTC)


class Provider:
    """A provider that has just signed Ann in."""

    async def authorize_access_token(self, _: object) -> dict[str, object]:
        return {"userinfo": {"iss": "https://idp", "sub": "a1", "email": "ann@example.com"}}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    made = Settings(data_dir=tmp_path, base_url=BASE)
    monkeypatch.setattr(sign_in_routes, "load_settings", lambda: made)
    monkeypatch.setattr(sign_in_routes, "_provider", Provider)
    configure_sign_in(monkeypatch)
    return made


@pytest.fixture
def engine(settings: Settings) -> Engine:
    engine = open_database(settings.database_url)
    engagements.ensure_first(engine, NOW)
    return engine


@pytest.fixture
def browser() -> TestClient:
    app = Starlette(
        routes=sign_in_routes.routes,
        middleware=[Middleware(SessionMiddleware, secret_key="for tests")],
    )
    return TestClient(app, base_url=BASE, follow_redirects=False)


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(
    browser: TestClient, engine: Engine
) -> None:
    members.invite(engine, "ann@example.com", NOW)
    answer = browser.get(f"{sign_in_routes.CALLBACK}?code=c&state=s")
    [cookie] = [
        one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-corvana")
    ]
    for part in ("HttpOnly", "SameSite=lax", "Secure", "Path=/", "Max-Age=28800"):
        assert part in cookie
    assert "Domain" not in cookie
    assert [entry.action for entry in audit.newest(engine)] == ["signed in"]


def test_somebody_nobody_invited_gets_none(browser: TestClient, engine: Engine) -> None:
    answer = browser.get(f"{sign_in_routes.CALLBACK}?code=c&state=s")
    assert "sign_in=not_invited" in answer.headers["location"]
    assert "__Host-corvana" not in str(answer.headers)
    [entry] = audit.newest(engine)
    assert (entry.action, entry.detail) == ("sign-in refused", "not_invited")
    assert entry.id in answer.headers["location"]


def test_somebody_of_a_group_that_has_a_role_gets_one(
    browser: TestClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    members.set_group(engine, "first", "acme", "viewer")

    class OfAcme(Provider):
        async def authorize_access_token(self, _: object) -> dict[str, object]:
            return {"userinfo": {"iss": "https://idp", "sub": "b2", "groups": ["acme", "x"]}}

    monkeypatch.setattr(sign_in_routes, "_provider", OfAcme)
    answer = browser.get(f"{sign_in_routes.CALLBACK}?code=c&state=s")
    assert answer.headers["location"] == "/"
    assert "__Host-corvana" in str(answer.headers)
