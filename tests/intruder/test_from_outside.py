"""Requests that no page of ours makes, by nobody, by a viewer, by members of another client."""

import http.client
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx
import pytest

from corvana.store.people import audit
from tests.builders.browsers.hosted import House


def status(
    house: House,
    path: str,
    cookies: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> int:
    answer = httpx.get(f"{house.app.url}{path}", cookies=dict(cookies or {}), headers=headers)
    return answer.status_code


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1:8501"},
        {"origin": "https://evil.example"},
    ],
)
def test_only_the_own_address_is_served(house: House, headers: dict[str, str]) -> None:
    assert status(house, "/", headers=headers) == 403
    assert status(house, "/") == 200


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/openapi.json"])
def test_what_is_not_needed_is_closed(house: House, path: str) -> None:
    assert status(house, path) == 404


def upload(house: House, size: int, cookies: Mapping[str, str]) -> int:
    """Announce a file of so many bytes to Streamlit's upload route."""
    address = urlsplit(house.app.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
    sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
    headers = {"Cookie": sent, "Content-Length": str(size)}
    try:
        connection.request("PUT", "/_stcore/upload_file/session/file", (), headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_nobody_but_an_assessor_uploads_and_the_refusal_is_noted(house: House) -> None:
    before = len(audit.newest(house.engine))
    assert upload(house, 10, {}) == 403
    assert upload(house, 10, house.cookies("vic@example.com", "viewer")) == 403
    noted = audit.newest(house.engine)
    assert [(entry.action, entry.detail) for entry in noted[: len(noted) - before]] == [
        ("refused", "upload"),
        ("refused", "upload"),
    ]


def test_an_assessor_uploads_nothing_over_ten_megabytes(house: House) -> None:
    cookies = house.cookies("dora@example.com", "assessor")
    assert upload(house, 90_000_000, cookies) == 413


def test_the_audit_trail_is_for_administrators(house: House) -> None:
    assert status(house, "/audit.jsonl") == 403
    for role in ("viewer", "assessor"):
        assert status(house, "/audit.jsonl", house.cookies(f"{role}@example.com", role)) == 403
    root = house.cookies("root@example.com", None, is_administrator=True)
    assert status(house, "/audit.jsonl", root) == 200


def test_another_site_signs_nobody_out(house: House) -> None:
    cookies = house.cookies("dora@example.com", "assessor")
    status(house, "/auth/logout", cookies)
    status(house, "/auth/logout?ticket=made-up", cookies)
    start = f"/oauth/pagerduty/start?engagement={house.mine}"
    answer = httpx.get(f"{house.app.url}{start}", cookies=cookies)
    assert "refused=sign_in" in answer.headers["location"], "a ticket of the page is needed"
    assert status(house, "/_stcore/upload_file/a/b", cookies) != 403, "still signed in"


def test_a_made_up_way_back_from_the_provider_signs_nobody_in(house: House) -> None:
    for query in ("code=x&state=y", "code=x", "error=access_denied&state=y", "state=y"):
        answer = httpx.get(f"{house.app.url}/oauth2callback?{query}")
        assert answer.status_code == 302
        assert answer.headers["location"].startswith("/")
        assert "corvana_session" not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_to_no_other_site(house: House, wanted: str) -> None:
    house.provider.person = {"sub": "vic", "email": "vic@example.com"}
    with httpx.Client(follow_redirects=False) as browser:
        answer = browser.get(f"{house.app.url}/auth/login", params={"next": wanted})
        while answer.url.path != "/oauth2callback":
            answer = browser.get(answer.headers["location"])
    assert urlsplit(answer.headers["location"]).netloc == ""
    assert answer.headers["location"] in {"/"} or "sign_in=" in answer.headers["location"]


def test_nobody_else_on_the_machine_reads_what_the_application_keeps(house: House) -> None:
    status(house, "/")
    readable = [
        path
        for path in house.app.data_dir.rglob("*")
        if path.exists() and path.stat().st_mode & 0o077
    ]
    assert readable == []


def test_no_third_party_is_asked_for_the_address_of_the_server(house: House) -> None:
    said = house.app.output()
    assert f"  URL: {house.app.url}" in said
    assert not any(words in said for words in ("External URL", "external IP", "Network URL"))
