"""People who are signed in, for tests of pages and routes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache

import pytest
from sqlalchemy import Engine
from streamlit.runtime.context import ContextProxy, StreamlitCookies

from corvana.config import Settings
from corvana.store.people import members, sign_ins
from corvana.store.people.members import Role
from corvana.web import sign_in, visitors

SECTION = {
    "redirect_uri": "http://localhost:8501/oauth2callback",
    "cookie_secret": "a secret for tests, thirty-two characters long",
    "client_id": "corvana-tests",
    "client_secret": "corvana-tests",
    "server_metadata_url": "http://127.0.0.1:9/.well-known/openid-configuration",
}


def configure_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the application believe that people have to sign in."""
    monkeypatch.setattr(sign_in, "auth_section", cache(lambda: SECTION))
    monkeypatch.setattr(sign_in, "auth_configured", lambda: True)


def begin_session(
    engine: Engine,
    settings: Settings,
    roles: Mapping[str, Role],
    email: str = "ann@example.com",
    *,
    is_administrator: bool = False,
    groups: tuple[str, ...] = (),
    now: datetime | None = None,
) -> str:
    """Make somebody a member of these engagements, sign the person in and return the token."""
    moment = now or datetime.now(UTC)
    person_id = members.invite(engine, email, moment, administrator=is_administrator)
    members.recognised(engine, "https://idp.example.com", email, email)
    for engagement_id, role in roles.items():
        members.set_role(engine, engagement_id, person_id, role)
    return sign_ins.begin(
        engine,
        person_id,
        groups,
        moment,
        lifetime=settings.session_lifetime,
        idle=settings.session_idle,
    )


def cookies_of(settings: Settings, token: str) -> dict[str, str]:
    """The cookies of the browser whose session this is."""
    return {visitors.cookie_name(settings): token}


def send_cookies(monkeypatch: pytest.MonkeyPatch, cookies: Mapping[str, str]) -> None:
    """Let pages without a browser see these cookies."""
    monkeypatch.setattr(ContextProxy, "cookies", property(lambda _: StreamlitCookies(cookies)))
