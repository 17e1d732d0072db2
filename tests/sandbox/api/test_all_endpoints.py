"""The simulated REST API."""

from datetime import datetime, timedelta

import httpx
import pytest

from corvana.sandbox.api.running import RunningSandbox
from tests.builders.movable_clock import NOW, MovableClock


def rows(api, path, key, **query):
    found, offset = [], 0
    while True:
        body = api.get(path, params={"limit": 100, "offset": offset} | query).json()
        found += body[key]
        offset += 100
        if not body["more"]:
            return found


def test_without_a_token_nothing_is_served(sandbox):
    response = httpx.get(f"{sandbox.api_url}/incidents")
    assert response.status_code == 401
    assert "credentials" in response.json()["error"]["message"]


def test_an_account_lives_in_one_region(sandbox, api):
    response = httpx.get(f"{sandbox.eu_api_url}/users/me", headers=dict(api.headers))
    assert response.status_code == 401


def test_a_page_holds_25_rows_and_100_at_most(api):
    query = {"date_range": "all"}
    first = api.get("/incidents", params=query).json()
    assert (len(first["incidents"]), first["limit"], first["total"]) == (25, 25, None)
    most = api.get("/incidents", params=query | {"limit": 500, "total": "true"}).json()
    assert len(most["incidents"]) == most["limit"] == 100
    assert most["total"] > 100
    assert most["more"] is True


def test_rows_past_10_000_are_refused(api):
    response = api.get("/incidents", params={"offset": 9_950, "limit": 100})
    assert response.status_code == 400
    assert response.json()["error"]["code"] == 2002


def test_a_range_over_six_months_is_refused(api):
    query = {"since": "2025-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}
    assert api.get("/incidents", params=query).json()["error"]["code"] == 2005


def test_since_is_inclusive_and_until_exclusive(sandbox, api):
    incident = sandbox.world.incidents[100]
    at = incident.created_at
    second = timedelta(seconds=1)

    def ids(since, until):
        query = {"since": since.isoformat(), "until": until.isoformat()}
        return {row["id"] for row in rows(api, "/incidents", "incidents", **query)}

    assert incident.id in ids(at, at + second)
    assert incident.id not in ids(at - second, at)


def test_only_what_has_happened_by_the_clock_is_shown(sandbox, api):
    found = rows(api, "/incidents", "incidents", date_range="all", time_zone="UTC")
    expected = {item.id for item in sandbox.world.incidents if item.created_at <= NOW}
    assert {row["id"] for row in found} == expected
    entries = rows(api, "/log_entries", "log_entries", time_zone="UTC")
    assert all(datetime.fromisoformat(row["created_at"]) <= NOW for row in entries)
    sandbox.clock.advance(days=1)
    later = rows(api, "/incidents", "incidents", date_range="all")
    assert len(later) > len(found)


def test_the_state_at_the_clock_is_shown_and_resolving_empties_assignments(sandbox, api):
    found = rows(api, "/incidents", "incidents", date_range="all")
    states = {item.id: item.states for item in sandbox.world.incidents}
    for row in found:
        state = [item for item in states[row["id"]] if item.at <= NOW][-1]
        assert row["status"] == state.status
        if row["status"] == "resolved":
            assert row["assignments"] == row["acknowledgements"] == []


def test_incidents_filter_and_sort(sandbox, api):
    service = sandbox.world.incidents[0].service_id
    found = rows(
        api,
        "/incidents",
        "incidents",
        date_range="all",
        sort_by="incident_number:desc",
        **{"service_ids[]": service, "statuses[]": "resolved"},
    )
    assert found
    assert {row["service"]["id"] for row in found} == {service}
    numbers = [row["incident_number"] for row in found]
    assert numbers == sorted(numbers, reverse=True)


def test_the_log_is_newest_first_and_complete(sandbox, api):
    since = NOW - timedelta(days=10)
    query = {"since": since.isoformat(), "until": NOW.isoformat(), "time_zone": "UTC"}
    found = rows(api, "/log_entries", "log_entries", **query)
    times = [row["created_at"] for row in found]
    assert times == sorted(times, reverse=True)
    expected = {
        entry.id
        for item in sandbox.world.incidents
        for entry in item.log_entries
        if since <= entry.at < NOW
    }
    assert {row["id"] for row in found} == expected


def test_the_log_embeds_the_current_incident_when_asked(api):
    plain = api.get("/log_entries").json()["log_entries"][0]
    full = api.get("/log_entries", params={"include[]": "incidents"}).json()["log_entries"][0]
    assert plain["incident"]["type"] == "incident_reference"
    assert full["incident"]["type"] == "incident"
    assert "status" in full["incident"]


def test_instants_are_in_the_account_zone_unless_asked_otherwise(api):
    local = api.get("/incidents").json()["incidents"][0]["created_at"]
    utc = api.get("/incidents", params={"time_zone": "UTC"}).json()["incidents"][0]["created_at"]
    assert local.endswith(("-07:00", "-08:00"))
    assert utc.endswith("Z")
    assert datetime.fromisoformat(local) == datetime.fromisoformat(utc)


def window(days=7):
    return {"since": (NOW - timedelta(days=days)).isoformat(), "until": NOW.isoformat()}


def test_layered_schedules_render_truncated_to_the_window(api):
    query = window() | {"include[]": "final_schedule", "time_zone": "UTC"}
    found = rows(api, "/schedules", "schedules", **query)
    assert found
    for schedule in found:
        for entry in schedule["final_schedule"]["rendered_schedule_entries"]:
            assert NOW - timedelta(days=7) <= datetime.fromisoformat(entry["start"])
            assert datetime.fromisoformat(entry["end"]) <= NOW
    assert "final_schedule" not in rows(api, "/schedules", "schedules")[0]


def test_each_kind_of_schedule_has_its_own_endpoint(api):
    layered = rows(api, "/schedules", "schedules")[0]["id"]
    shifts = api.get("/v3/schedules").json()["schedules"]
    assert api.get(f"/v3/schedules/{layered}").status_code == 400
    assert shifts
    for reference in shifts:
        assert api.get(f"/schedules/{reference['id']}").status_code == 400
        query = window() | {"include[]": "final_schedule", "time_zone": "UTC"}
        final = api.get(f"/v3/schedules/{reference['id']}", params=query).json()["schedule"]
        assert final["final_schedule"]["computed_shift_assignments"]


def test_my_own_user_comes_with_calendar_links(api):
    assert api.get("/users/me").json()["user"]["http_cal_url"].startswith("https://")


def test_what_does_not_exist_is_404(api):
    for path in ("/incidents/QNONE", "/users/PNONE", "/schedules/PNONE"):
        assert api.get(path).status_code == 404


def test_requests_above_the_limit_are_refused_with_headers(small_world):
    with RunningSandbox(small_world, clock=MovableClock(), requests_per_minute=3) as running:
        access, _, _ = running.issue_tokens()
        headers = {"Authorization": f"Bearer {access}"}
        answers = [httpx.get(f"{running.api_url}/teams", headers=headers) for _ in range(4)]
    assert [item.status_code for item in answers] == [200, 200, 200, 429]
    assert answers[0].headers["ratelimit-remaining"] == "2"
    assert answers[3].json()["error"]["code"] == 2020
    assert 0 < int(answers[3].headers["ratelimit-reset"]) <= 61


@pytest.mark.parametrize("path", ["/priorities", "/business_services", "/maintenance_windows"])
def test_small_lists_page_like_the_rest(api, path):
    assert {"limit", "offset", "more", "total"} <= set(api.get(path).json())
