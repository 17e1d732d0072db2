"""The application behind nginx with the configuration of `deploy/nginx.conf`."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from benchmarks.running_app import PAGES_ONLY, ROOT, free_port, running
from corvana.store.engine import open_database
from corvana.store.people import members
from tests.builders.browsers.nginx import Proxy, nginx, proxied
from tests.builders.browsers.openid_provider import OpenIdProvider


@dataclass(frozen=True, slots=True)
class Hosted:
    """The proxy, and what tests change behind it."""

    proxy: Proxy
    provider: OpenIdProvider
    database_url: str


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    if nginx() is None:
        if os.environ.get("CI"):
            pytest.fail("nginx is not installed")
        pytest.skip("nginx is not installed")
    home = tmp_path_factory.mktemp("hosted")
    ignored = shutil.ignore_patterns("secrets.toml")
    shutil.copytree(ROOT / ".streamlit", home / ".streamlit", ignore=ignored)
    url = f"https://localhost:{free_port()}"
    with OpenIdProvider() as provider:
        (home / ".streamlit" / "secrets.toml").write_text(provider.section(url))
        with (
            running(home, cwd=home, CORVANA_BASE_URL=url, **PAGES_ONLY) as app,
            proxied(home / "nginx", url, free_port(), app.url) as proxy,
        ):
            yield Hosted(proxy, provider, f"sqlite:///{app.data_dir}/corvana.db")


@pytest.fixture
def browser(hosted: Hosted) -> Iterator[httpx.Client]:
    with httpx.Client(verify=hosted.proxy.trust(), base_url=hosted.proxy.url) as client:
        yield client


def test_a_browser_elsewhere_gets_the_page_and_is_told_to_stay_with_https(
    browser: httpx.Client,
) -> None:
    answer = browser.get("/")
    assert answer.status_code == 200
    assert "Streamlit" in answer.text
    assert "max-age" in answer.headers["strict-transport-security"]


def test_without_tls_a_browser_is_sent_to_https(hosted: Hosted) -> None:
    answer = httpx.get(f"{hosted.proxy.plain_url}/response?engagement=a")
    assert answer.status_code == 301
    assert answer.headers["location"] == f"{hosted.proxy.url}/response?engagement=a"


def test_somebody_invited_signs_in_and_every_cookie_is_for_https_only(
    hosted: Hosted, browser: httpx.Client
) -> None:
    members.invite(open_database(hosted.database_url), "ann@example.com", datetime.now(UTC))
    hosted.provider.person = {"sub": "ann", "email": "ann@example.com"}
    answer = browser.get("/auth/login")
    cookies = answer.headers.get_list("set-cookie")
    at_provider = httpx.get(answer.headers["location"])
    back = at_provider.headers["location"]
    assert back.startswith(f"{hosted.proxy.url}/oauth2callback?code=")
    answer = browser.get(back)
    assert answer.headers["location"] == "/"
    cookies += answer.headers.get_list("set-cookie")
    assert any(cookie.startswith("__Host-corvana_session=") for cookie in cookies)
    assert [cookie for cookie in cookies if "; secure" not in cookie.lower()] == []


def open_page(proxy: Proxy, origin: str) -> ClientConnection:
    """Open the websocket of a page, as a page of `origin` does."""
    return connect(
        f"{proxy.url}/_stcore/stream".replace("https", "wss", 1),
        ssl=proxy.trust(),
        origin=Origin(origin),
        subprotocols=[Subprotocol("streamlit")],
    )


def test_an_open_page_talks_over_a_websocket_that_another_site_cannot_open(hosted: Hosted) -> None:
    with open_page(hosted.proxy, hosted.proxy.url) as page:
        assert page.subprotocol == "streamlit"
    with pytest.raises(InvalidStatus) as refused:
        open_page(hosted.proxy, "https://evil.example")
    assert refused.value.response.status_code == 403


def test_another_host_is_refused_whatever_the_browser_says_about_proxies(
    browser: httpx.Client,
) -> None:
    own = browser.base_url.netloc.decode()
    claims = {"x-forwarded-host": own, "x-forwarded-for": "127.0.0.1", "forwarded": f"host={own}"}
    assert browser.get("/", headers={"host": "evil.example", **claims}).status_code == 403
    assert browser.get("/", headers=claims).status_code == 200


def test_health_is_told_to_supervisors_and_not_to_browsers(browser: httpx.Client) -> None:
    assert browser.get("/readyz").status_code == 404
    assert browser.get("/healthz").status_code == 404
    assert browser.get("/metrics").status_code == 404
    assert "corvana_" not in browser.get("/metrics%0A").text
    assert browser.get("/_stcore/health").status_code == 200, "pages ask for it"


def test_more_than_eleven_megabytes_do_not_pass(browser: httpx.Client) -> None:
    answer = browser.put("/_stcore/upload_file/a/b", content=b"x" * 12_000_000)
    assert answer.status_code == 413


def test_one_address_begins_a_sign_in_so_often_and_no_more(browser: httpx.Client) -> None:
    begun = [browser.get("/oauth2callback").status_code for _ in range(80)]
    assert begun[0] == 302
    assert begun[-1] == 429
    assert browser.get("/").status_code == 200, "pages are still there"
