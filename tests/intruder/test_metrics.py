"""Metrics of a hosted application are for its operator and not for whoever reaches it."""

import httpx
import pytest

from corvana.store.people import audit
from tests.builders.browsers.hosted import House


@pytest.mark.parametrize(
    "header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP"]
)
@pytest.mark.parametrize("path", ["/metrics", "/metrics%0A", "//metrics", "/metrics/"])
def test_nothing_that_comes_through_the_trusted_proxy_is_told(
    house: House, path: str, header: str
) -> None:
    """The proxy of the test is this computer, which may read metrics when it asks itself."""
    answer = httpx.get(f"{house.app.url}{path}", headers={header: "127.0.0.1"})
    assert "corvana_" not in answer.text
    if path == "/metrics":
        assert answer.status_code == 403


def test_a_refusal_is_in_the_audit_trail(house: House) -> None:
    httpx.get(f"{house.app.url}/metrics", headers={"X-Forwarded-For": "198.51.100.7"})
    newest = audit.newest(house.engine)[0]
    assert (newest.action, newest.by, newest.detail) == ("refused", audit.NOBODY, "metrics")


@pytest.mark.parametrize("role", ["viewer", "assessor"])
def test_a_member_who_is_signed_in_is_told_nothing_either(house: House, role: str) -> None:
    cookies = house.cookies(f"{role}@example.com", "viewer" if role == "viewer" else "assessor")
    answer = httpx.get(
        f"{house.app.url}/metrics", cookies=cookies, headers={"X-Forwarded-For": "198.51.100.7"}
    )
    assert answer.status_code == 403


def test_another_sites_page_reads_nothing(house: House) -> None:
    answer = httpx.get(f"{house.app.url}/metrics", headers={"origin": "https://evil.example"})
    assert answer.status_code == 403


def test_the_operator_on_the_same_computer_is_told_and_finds_nobody_in_it(house: House) -> None:
    house.cookies("dora@example.com", "assessor")
    httpx.get(f"{house.app.url}/files/{house.mine}/report.html?connection=c0ffee")
    answer = httpx.get(f"{house.app.url}/metrics", headers={"host": "10.0.0.5:8501"})
    assert answer.status_code == 200
    assert "corvana_http_request_seconds_count" in answer.text
    for name in (house.mine, house.theirs, "Mine", "Theirs", "dora", "c0ffee", "report.html"):
        assert name not in answer.text
