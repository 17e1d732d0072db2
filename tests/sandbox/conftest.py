"""One small world and helpers to talk to a sandbox that serves it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from corvana.config import SANDBOX_CLIENT_ID, SANDBOX_CLIENT_SECRET
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.identity.tokens import challenge_for
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.model import World

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
REDIRECT = "http://localhost:8501/oauth/pagerduty/callback"
VERIFIER = "v" * 64


@dataclass
class MovableClock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture(scope="session")
def small_world() -> World:
    return build_world(end=NOW + timedelta(days=2), days=40, incidents=400)


@pytest.fixture(scope="module")
def module_sandbox(small_world: World) -> Iterator[RunningSandbox]:
    with RunningSandbox(
        small_world, clock=MovableClock(), requests_per_minute=100_000, allow_fault_control=True
    ) as running:
        yield running


@pytest.fixture
def sandbox(module_sandbox: RunningSandbox) -> Iterator[RunningSandbox]:
    module_sandbox.faults.reset()
    clock = module_sandbox.clock
    assert isinstance(clock, MovableClock)
    clock.now = NOW
    yield module_sandbox
    module_sandbox.faults.reset()


@pytest.fixture
def api(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    access, _, _ = sandbox.issue_tokens()
    headers = {"Authorization": f"Bearer {access}"}
    with httpx.Client(base_url=sandbox.api_url, headers=headers) as client:
        yield client


def ask(url: str, **changes: str) -> httpx.Response:
    """Ask for access, as the application's redirect would."""
    query = {
        "client_id": SANDBOX_CLIENT_ID,
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "scope": "openid read",
        "state": "s-1",
        "code_challenge": challenge_for(VERIFIER),
        "code_challenge_method": "S256",
    } | changes
    return httpx.get(f"{url}/oauth/authorize", params=query)


def answer(url: str, *, decision: str = "allow", who: str = "owner", **changes: str) -> dict:
    """Answer the consent page; return the parameters of the redirect."""
    found = re.search(r'name="transaction" value="([^"]+)"', ask(url, **changes).text)
    assert found
    form = {"transaction": found[1], "decision": decision, "who": who}
    response = httpx.post(f"{url}/oauth/authorize", data=form)
    assert response.status_code == 302
    query = parse_qs(urlsplit(response.headers["location"]).query)
    return {key: values[0] for key, values in query.items()}


def exchange(url: str, code: str, **changes: str) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "client_id": SANDBOX_CLIENT_ID,
        "client_secret": SANDBOX_CLIENT_SECRET,
        "code": code,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
    } | changes
    return httpx.post(f"{url}/oauth/token", data=form)


def renew(url: str, refresh_token: str) -> httpx.Response:
    return exchange(url, "", grant_type="refresh_token", refresh_token=refresh_token)
