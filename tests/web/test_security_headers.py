"""Headers on every response, and the server's own routes that stay closed."""

import re

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from corvana.web import health
from corvana.web.security_headers import SecurityHeaders, content_security_policy


def client(*, https: bool = False) -> TestClient:
    inner = Starlette(
        routes=[
            *health.routes,
            Route("/{path:path}", lambda _: PlainTextResponse("page")),
        ]
    )
    return TestClient(SecurityHeaders(inner, https=https), base_url="http://localhost")


def test_every_response_carries_them() -> None:
    for path in ("/", "/integrations", "/healthz", "/_stcore/metrics"):
        headers = client().get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "strict-transport-security" not in headers


def test_strict_transport_only_over_https() -> None:
    assert "strict-transport-security" in client(https=True).get("/").headers


def test_nothing_from_elsewhere_and_no_inline_script_but_the_hashed() -> None:
    policy = dict(part.split(" ", 1) for part in content_security_policy().split("; "))
    assert policy["default-src"] == "'self'"
    assert "unsafe-inline" not in policy["script-src"]
    assert re.search(r"'sha256-[A-Za-z0-9+/]{43}='", policy["script-src"])
    assert "http" not in content_security_policy()


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/agent/openapi.json", "/media/report.html"]
)
def test_closed(path: str) -> None:
    assert client().get(path).status_code == 404


def test_the_rest_stays_open() -> None:
    for path in ("/_stcore/health", "/_stcore/host-config", "/"):
        assert client().get(path).status_code == 200


def test_over_https_every_cookie_is_secure_also_those_of_streamlit() -> None:
    def page(_: Request) -> PlainTextResponse:
        response = PlainTextResponse("page")
        response.set_cookie("_streamlit_xsrf", "x")
        response.set_cookie("ours", "y", secure=True)
        return response

    inner = Starlette(routes=[Route("/", page)])
    hosted = TestClient(SecurityHeaders(inner, https=True)).get("/").headers
    assert [cookie.count("Secure") for cookie in hosted.get_list("set-cookie")] == [1, 1]
    local = TestClient(SecurityHeaders(inner, https=False)).get("/").headers
    assert [cookie.count("Secure") for cookie in local.get_list("set-cookie")] == [0, 1]
