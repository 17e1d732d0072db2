"""Faults on demand."""

import json

import httpx
import pytest

from tests.sandbox.conftest import answer, exchange


def test_the_next_requests_are_rate_limited_with_or_without_headers(sandbox, api):
    sandbox.faults.rate_limited = 1
    assert "ratelimit-reset" in api.get("/teams").headers
    sandbox.faults.update({"rate_limited": 1, "rate_limit_headers": False})
    response = api.get("/teams")
    assert response.status_code == 429
    assert "ratelimit-reset" not in response.headers
    assert api.get("/teams").status_code == 200


def test_server_errors_can_be_html(sandbox, api):
    sandbox.faults.update({"server_errors": 1, "server_error_status": 502, "html_errors": True})
    response = api.get("/teams")
    assert response.status_code == 502
    assert response.headers["content-type"].startswith("text/html")


def test_a_connection_can_be_dropped(sandbox, api):
    sandbox.faults.dropped = 1
    with pytest.raises(httpx.RemoteProtocolError):
        api.get("/teams")
    assert api.get("/teams").status_code == 200


def test_only_matching_paths_are_hit(sandbox, api):
    sandbox.faults.update({"path": "/us/services", "server_errors": 1})
    assert api.get("/teams").status_code == 200
    assert api.get("/services").status_code == 503


def test_pages_can_be_short_empty_or_hold_duplicates(sandbox, api):
    sandbox.faults.short_pages = 1
    body = api.get("/incidents", params={"limit": 100}).json()
    assert len(body["incidents"]) == body["limit"] == 25
    sandbox.faults.empty_pages = 1
    body = api.get("/incidents").json()
    assert (body["incidents"], body["more"]) == ([], True)
    sandbox.faults.duplicate_rows = 1
    ids = [row["id"] for row in api.get("/incidents").json()["incidents"]]
    assert len(set(ids)) == len(ids) - 1


def test_access_can_be_withdrawn(sandbox, api):
    sandbox.faults.role = "limited_user"
    assert api.get("/users/me").json()["user"]["role"] == "limited_user"
    sandbox.faults.not_on_plan = True
    assert api.get("/priorities").status_code == 402
    sandbox.faults.forbidden = True
    assert api.get("/priorities").status_code == 403
    sandbox.faults.token_revoked = True
    assert api.get("/priorities").status_code == 401


def test_random_faults_follow_their_seed(sandbox, api):
    def run():
        sandbox.faults.update({"random_rate": 0.5, "seed": 3})
        return [api.get("/abilities").status_code for _ in range(12)]

    first = run()
    assert {200, 503} == set(first)
    assert run() == first


def test_faults_can_be_set_over_http(sandbox, api):
    url = f"{sandbox.url}/_sandbox/faults"
    assert httpx.put(url, json={"server_errors": 1}).status_code == 200
    assert api.get("/teams").status_code == 503
    assert httpx.put(url, json={"unheard_of": 1}).status_code == 400
    assert httpx.put(url, json={"dropped": "many"}).status_code == 400


def strings(value, key=""):
    if isinstance(value, dict):
        for name, item in value.items():
            yield from strings(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item, key)
    elif isinstance(value, str):
        yield key, value


def test_the_marker_reaches_every_free_text_string_and_keeps_structure_valid(sandbox, api):
    sandbox.faults.content_marker = "MARKER-7"
    body = api.get("/log_entries", params={"include[]": "incidents", "limit": 100}).json()
    free = {"title", "summary", "description", "html_url", "self", "subject", "details", "address"}
    for key, value in strings(body):
        assert key not in free or "MARKER-7" in value
        assert key not in {"id", "type", "created_at", "status"} or "MARKER-7" not in value
    service = api.get("/services").json()["services"][0]
    assert "MARKER-7" not in service["name"]
    assert "MARKER-7" in service["summary"]
    assert "MARKER-7" in api.get("/users").json()["users"][0]["name"]
    assert "MARKER-7" in json.dumps(api.get("/incidents/QNONE").json())
    sandbox.faults.mark_labels = True
    assert "MARKER-7" in api.get("/services").json()["services"][0]["name"]


def test_the_token_endpoint_can_be_named(sandbox):
    code = answer(sandbox.url)["code"]
    sandbox.faults.update({"path": "/oauth/token", "server_errors": 1})
    assert exchange(sandbox.url, code).status_code == 503
    assert exchange(sandbox.url, code).status_code == 200
