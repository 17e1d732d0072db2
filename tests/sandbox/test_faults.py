"""Faults on demand."""

import json

import httpx
import pytest

from tests.builders.oauth_requests import answer, exchange


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


def test_one_endpoint_can_fail_while_the_others_answer(sandbox, api):
    sandbox.faults.answer("/teams$", status=403)
    sandbox.faults.answer("/priorities$", status=402)
    sandbox.faults.answer("/services$", status=404, times=1)
    assert api.get("/teams").json()["error"]["code"] == 2010
    assert api.get("/priorities").json()["error"]["missing_abilities"]
    assert [api.get("/services").status_code for _ in range(2)] == [404, 200]
    assert api.get("/users").status_code == 200


def test_the_dependencies_of_one_service_alone_can_be_missing(sandbox, api):
    one, other = (service.id for service in sandbox.world.services[:2])
    sandbox.faults.answer(f"/technical_services/{one}$", status=404)
    path = "/service_dependencies/technical_services"
    assert api.get(f"{path}/{one}").status_code == 404
    assert api.get(f"{path}/{other}").status_code == 200


def test_the_first_of_several_rules_is_used_up_before_the_next(sandbox, api):
    sandbox.faults.answer("/teams$", status=500, times=1)
    sandbox.faults.answer("/teams$", status=408, times=2)
    assert [api.get("/teams").status_code for _ in range(4)] == [500, 408, 408, 200]


def test_a_rule_can_look_at_the_query(sandbox, api):
    sandbox.faults.answer("/incidents$", status=500, query="date_range=all")
    assert api.get("/incidents").status_code == 200
    assert api.get("/incidents", params={"date_range": "all"}).status_code == 500


def test_a_rate_limit_can_come_with_any_headers_and_body(sandbox, api):
    sandbox.faults.answer("/teams$", status=429, times=1)
    sandbox.faults.answer("/teams$", status=429, body="<h1>Slow down</h1>", headers={}, times=1)
    sandbox.faults.answer("/teams$", status=429, headers={"ratelimit-reset": "0"}, times=1)
    usual, page, at_once = (api.get("/teams") for _ in range(3))
    assert usual.headers["ratelimit-remaining"] == "0"
    assert page.headers["content-type"].startswith("text/html")
    assert "ratelimit-reset" not in page.headers
    assert at_once.headers["ratelimit-reset"] == "0"


def test_the_told_limit_can_become_smaller(sandbox, api):
    sandbox.faults.add_headers("/teams$", {"ratelimit-limit": "60"})
    answer = api.get("/teams")
    assert (answer.status_code, answer.headers["ratelimit-limit"]) == (200, "60")


def test_a_page_can_break_off_after_a_while(sandbox, api):
    sandbox.faults.hang_up("/teams$", after_seconds=30.0)
    with pytest.raises(httpx.ReadTimeout):
        api.get("/teams", timeout=0.3)
    assert api.get("/teams").status_code == 200


def test_a_served_body_can_be_changed(sandbox, api):
    sandbox.faults.change("/teams$", lambda body: body | {"total": None, "teams": []})
    assert api.get("/teams", params={"total": "true"}).json()["teams"] == []
    sandbox.faults.reset()
    assert api.get("/teams").json()["teams"]


def test_pages_can_be_smaller_than_asked_and_totals_left_out(sandbox, api):
    sandbox.faults.update({"largest_page": 10, "hide_total": True})
    body = api.get("/users", params={"limit": 100, "total": "true"}).json()
    assert (len(body["users"]), body["limit"], body["total"], body["more"]) == (10, 10, None, True)


def test_during_an_outage_nothing_answers_and_afterwards_everything_does(sandbox, api):
    code = answer(sandbox.url)["code"]
    sandbox.faults.outage = True
    assert [api.get(path).status_code for path in ("/teams", "/incidents")] == [503, 503]
    assert exchange(sandbox.url, code).status_code == 503
    sandbox.faults.outage = False
    assert api.get("/teams").status_code == 200
    assert exchange(sandbox.url, code).status_code == 200


def what_came(api):
    """One word for what a request for users was answered with."""
    try:
        response = api.get("/users", params={"limit": 100})
    except httpx.RemoteProtocolError:
        return "dropped"
    if response.status_code != 200:
        return response.status_code
    rows = [row["id"] for row in response.json()["users"]]
    if not rows:
        return "empty"
    if len(set(rows)) < len(rows):
        return "repeated"
    return "short" if response.json()["limit"] < 100 else "whole"


def test_a_random_mix_holds_every_fault_and_follows_its_seed(sandbox, api):
    def run(seed):
        sandbox.faults.update({"random_mix": 0.5, "seed": seed})
        return [what_came(api) for _ in range(60)]

    first = run(5)
    assert set(first) == {429, 503, "dropped", "empty", "repeated", "short", "whole"}
    assert run(5) == first
    assert run(6) != first
