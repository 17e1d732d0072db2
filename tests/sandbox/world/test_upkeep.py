"""Support hours, maintenance windows, alert grouping and who is on call, as the API shows them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import httpx
import pytest

from corvana.sandbox.api.query import Window
from corvana.sandbox.api.render_cover import coverage
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.model import Shift
from tests.builders.movable_clock import NOW, MovableClock

Source = Literal["rotation", "override", "custom_shift", "custom_shift_override"]


def test_some_services_depend_on_support_hours_and_most_do_not(api):
    services = api.get("/services", params={"limit": 100}).json()["services"]
    kinds = [service["incident_urgency_rule"]["type"] for service in services]
    assert kinds.count("use_support_hours") == 3
    assert kinds.count("constant") == len(services) - 3
    for service in services:
        rule = service["incident_urgency_rule"]
        if rule["type"] == "use_support_hours":
            assert rule["during_support_hours"] == {"type": "constant", "urgency": "high"}
            assert rule["outside_support_hours"]["urgency"] in {"low", "severity_based"}
            assert service["support_hours"]["days_of_week"] == [1, 2, 3, 4, 5]
            assert service["support_hours"]["start_time"] == "09:00:00"
        else:
            assert service["support_hours"] is None


def test_incidents_follow_the_support_hours_of_their_service():
    world = build_world(end=NOW, days=60, incidents=1500)
    supported = {
        service.id: service.support_hours
        for service in world.services
        if service.support_hours and service.support_hours.outside == "low"
    }
    seen = set()
    for truth in world.truth.values():
        hours = supported.get(truth.service_id)
        if hours is None or truth.clock_skew:
            continue
        local = truth.created_at.astimezone(ZoneInfo(hours.time_zone))
        inside = local.isoweekday() in hours.days and 9 <= local.hour < 17
        assert truth.urgency_at_creation == ("high" if inside else "low")
        seen.add(inside)
    assert seen == {True, False}


def test_maintenance_windows_lie_before_around_and_after_the_clock(api):
    def numbers(**query):
        rows = api.get("/maintenance_windows", params=query).json()["maintenance_windows"]
        return [row["sequence_number"] for row in rows]

    assert numbers() == numbers(filter="all") == [1, 2, 3, 4, 5]
    assert numbers(filter="past") == [1, 2]
    assert numbers(filter="ongoing") == [3]
    assert numbers(filter="future") == [4, 5]
    assert numbers(filter="open") == [3, 4, 5]


def test_alert_grouping_settings_are_paged_by_cursor(sandbox, api):
    found: list[Any] = []
    sizes: list[int] = []
    cursor = None
    while cursor is not None or not sizes:
        query = {"limit": 4} | ({"after": cursor} if cursor else {})
        body = api.get("/alert_grouping_settings", params=query).json()
        found += body["alert_grouping_settings"]
        sizes.append(len(body["alert_grouping_settings"]))
        cursor = body["after"]
    assert [row["id"] for row in found] == [each.id for each in sandbox.world.alert_groupings]
    assert len(found) == 15
    assert sizes == [4, 4, 4, 3]
    assert {row["type"] for row in found} == {
        "time", "intelligent", "content_based", "content_based_intelligent",
    }  # fmt: skip
    unknown = api.get("/alert_grouping_settings", params={"after": "PNONE"})
    assert unknown.status_code == 400


def test_people_named_directly_are_on_call_for_good(sandbox, api):
    rows, offset = [], 0
    while True:
        body = api.get("/oncalls", params={"limit": 100, "offset": offset}).json()
        rows += body["oncalls"]
        offset += 100
        if not body["more"]:
            break
    permanent = [row for row in rows if row["schedule"] is None]
    direct = [
        (policy.id, level, target.id)
        for policy in sandbox.world.escalation_policies
        for level, rule in enumerate(policy.rules, start=1)
        for target in rule.targets
        if target.kind == "user"
    ]
    assert direct == [
        (row["escalation_policy"]["id"], row["escalation_level"], row["user"]["id"])
        for row in permanent
    ]
    assert {(row["start"], row["end"]) for row in permanent} == {(None, None)}
    query = {"schedule_ids[]": "null", "limit": 100}
    assert api.get("/oncalls", params=query).json()["oncalls"] == permanent[:100]


@pytest.mark.parametrize(
    ("shifts", "percentage"),
    [
        ([], 0.0),
        ([(0, 24)], 100.0),
        ([(-5, 6), (12, 18)], 50.0),
        ([(0, 12), (6, 18)], 75.0),
        ([(0, 18), (2, 3), (20, 40)], 91.67),
    ],
    ids=["nobody", "all day", "two parts", "an overlap counts once", "one within another"],
)
def testcoverage_is_the_share_of_the_window_somebody_is_on_call(shifts, percentage):
    since = datetime.fromisoformat("2026-06-01T00:00:00Z")
    hours = [
        Shift("P1", since + timedelta(hours=max(start, 0)), since + timedelta(hours=min(end, 24)))
        for start, end in shifts
    ]
    assert coverage(hours, Window(since, since + timedelta(days=1))) == percentage


def test_schedules_of_both_kinds_tell_their_coverage_and_the_overrides(sandbox, api):
    query = {
        "since": (NOW - timedelta(days=28)).isoformat(),
        "until": NOW.isoformat(),
        "time_zone": "UTC",
        "include[]": ["final_schedule", "overrides_subschedule"],
        "limit": 100,
    }
    schedules = api.get("/schedules", params=query).json()["schedules"]
    shares = [row["final_schedule"]["rendered_coverage_percentage"] for row in schedules]
    assert 100.0 in shares
    assert any(0 < share < 100 for share in shares)
    overrides = [row["overrides_subschedule"] for row in schedules]
    assert all(row["name"] == "Overrides" for row in overrides)
    assert any(row["rendered_schedule_entries"] for row in overrides)
    for schedule in schedules:
        final = [
            (row["start"], row["end"], row["user"]["id"])
            for row in schedule["final_schedule"]["rendered_schedule_entries"]
        ]
        for row in schedule["overrides_subschedule"]["rendered_schedule_entries"]:
            assert (row["start"], row["end"], row["user"]["id"]) in final
    shift_based = next(item for item in sandbox.world.schedules if item.kind == "v3")
    answer = api.get(f"/v3/schedules/{shift_based.id}", params=query).json()["schedule"]
    assert 0 < answer["final_schedule"]["rendered_coverage_percentage"] <= 100


def test_every_kind_of_shift_names_what_it_comes_from(small_world):
    schedule = next(item for item in small_world.schedules if item.kind == "v3")
    kinds: tuple[Source, ...] = ("rotation", "override", "custom_shift", "custom_shift_override")
    shifts = tuple(
        Shift("PX", NOW - timedelta(hours=9 - n), NOW - timedelta(hours=8 - n), kind)
        for n, kind in enumerate(kinds)
    )
    world = replace(small_world, schedules=(replace(schedule, shifts=shifts),))
    query = {
        "since": shifts[0].start.isoformat(),
        "until": shifts[-1].end.isoformat(),
        "include[]": "final_schedule",
    }
    with RunningSandbox(world, clock=MovableClock()) as running:
        headers = {"Authorization": f"Bearer {running.issue_tokens()[0]}"}
        url = f"{running.api_url}/v3/schedules/{schedule.id}"
        body = httpx.get(url, params=query, headers=headers).json()["schedule"]
    sources = [row["source"] for row in body["final_schedule"]["computed_shift_assignments"]]
    assert [(source["type"], sorted(source.keys() - {"type"})) for source in sources] == [
        ("schedule_rotation", ["rotation_id"]),
        ("schedule_rotation_override", ["override_id", "rotation_id"]),
        ("custom_shift", ["shift_id"]),
        ("custom_shift_override", ["override_id", "shift_id"]),
    ]
