"""A hosted demonstration: the simulated account's consent page under the own address."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from corvana.config import Settings
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.store import connections, engagements
from corvana.store.engine import open_database
from corvana.web import client_link, connect, sign_in, simulated_consent
from tests.builders.browsers.connecting import NOW
from tests.builders.leaving_browser import leave

PUBLIC = "https://corvana.example.com"
CALLBACK = f"{PUBLIC}{connect.CALLBACK}"


@pytest.fixture(scope="module")
def simulated() -> Iterator[RunningSandbox]:
    world = build_world(seed=3, end=NOW, days=7, incidents=20)
    with RunningSandbox(world, redirect_uri=CALLBACK) as sandbox:
        yield sandbox


@pytest.fixture
def hosted(simulated: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    made = Settings(
        data_dir=tmp_path,
        base_url=PUBLIC,
        identity_url_setting=simulated.url,
        api_url_setting=simulated.api_url,
        eu_api_url_setting=simulated.eu_api_url,
    )
    monkeypatch.setattr(sign_in, "auth_configured", lambda: False)
    use(made, monkeypatch)
    engagements.ensure_first(open_database(made.database_url), NOW)
    return made


def use(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for routes in (connect, client_link, simulated_consent):
        monkeypatch.setattr(routes, "load_settings", lambda: settings)


@pytest.fixture
def visitor(hosted: Settings) -> TestClient:
    """A browser that reaches nothing but the public address."""
    routes = [*connect.routes, *client_link.routes, *simulated_consent.routes]
    return TestClient(Starlette(routes=routes), base_url=PUBLIC, follow_redirects=False)


def decide(visitor: TestClient, address: str, decision: str = "allow") -> str:
    """Open the consent page, click, and return where the browser is sent."""
    page = visitor.get(address)
    assert page.status_code == 200
    assert "SIMULATED" in page.text
    [transaction] = re.findall(r'name="transaction" value="([^"]+)"', page.text)
    [action] = re.findall(r'<form method="post" action="([^"]+)"', page.text)
    form = {"transaction": transaction, "decision": decision, "who": "owner"}
    answer = visitor.post(str(page.url.join(action)), data=form)
    assert answer.status_code == 302
    return str(answer.headers["location"])


def test_a_browser_elsewhere_connects_the_simulated_account(
    visitor: TestClient, hosted: Settings
) -> None:
    address = leave(visitor)
    assert address.startswith(f"{PUBLIC}/simulated/oauth/authorize?")
    back = decide(visitor, address)
    assert back.startswith(f"{CALLBACK}?code=")
    done = visitor.get(back).headers["location"]
    assert done == f"{PUBLIC}/integrations?connected=1&engagement=first"
    found = connections.of_engagement(open_database(hosted.database_url), "first")
    assert found is not None
    assert found.status == "connected"


def test_denying_is_told(visitor: TestClient) -> None:
    done = visitor.get(decide(visitor, leave(visitor), "deny")).headers["location"]
    assert "refused=denied" in done


def test_the_page_keeps_its_own_strict_policy(visitor: TestClient) -> None:
    headers = visitor.get(leave(visitor)).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/oauth/pagerduty/callback",
        f"{CALLBACK}/more",
        f"{CALLBACK}?next=https://evil.example",
        "http://localhost:8501/oauth/pagerduty/callback",
        "",
    ],
)
def test_the_account_leads_back_to_the_configured_address_and_nowhere_else(
    visitor: TestClient, elsewhere: str
) -> None:
    asked = visitor.get(leave(visitor)).url.copy_set_param("redirect_uri", elsewhere)
    answer = visitor.get(str(asked))
    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/simulated/oauth/token",
        "/simulated/oauth/revoke",
        "/simulated/global/oauth/anonymous/jwks",
        "/simulated/us/incidents",
        "/simulated/oauth/authorize/../token",
        "/simulated",
    ],
)
def test_nothing_but_the_consent_page_is_passed_on(visitor: TestClient, path: str) -> None:
    assert visitor.get(path).status_code in {404, 405}
    assert visitor.post(path).status_code in {404, 405}


def test_a_form_that_is_too_long_is_not_passed_on(visitor: TestClient) -> None:
    assert visitor.post(simulated_consent.CONSENT, content=b"x" * 20_000).status_code == 413


def test_an_account_that_does_not_answer_yet_is_told(
    visitor: TestClient, hosted: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(hosted.model_copy(update={"identity_url_setting": "http://127.0.0.1:9"}), monkeypatch)
    answer = visitor.get(simulated_consent.CONSENT)
    assert answer.status_code == 503
    assert "starting" in answer.text


@pytest.mark.parametrize(
    "changed", [{"base_url": "http://localhost:8501"}, {"client_id_setting": "real"}]
)
def test_with_a_real_app_or_on_this_computer_there_is_no_such_page(
    visitor: TestClient, hosted: Settings, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str]
) -> None:
    use(hosted.model_copy(update=changed), monkeypatch)
    assert visitor.get(simulated_consent.CONSENT).status_code == 404
    assert visitor.post(simulated_consent.CONSENT).status_code == 404


def test_the_link_for_a_clients_admin_leads_there_too(hosted: Settings) -> None:
    policy = client_link._page(hosted, "title", "body").headers["content-security-policy"]
    assert f"form-action 'self' {PUBLIC}" in policy
    assert "127.0.0.1" not in policy


def test_requests_that_wait_are_bounded(visitor: TestClient, simulated: RunningSandbox) -> None:
    address = leave(visitor)
    for _ in range(220):
        visitor.get(address)
    assert len(simulated.identity._waiting) == 200
    assert decide(visitor, address).startswith(CALLBACK)
