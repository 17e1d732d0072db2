"""The marker stands wherever PagerDuty sends free text, on every endpoint there is."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import available_timezones

import httpx
import pytest

from corvana.sandbox.api.all_endpoints import Api
from corvana.sandbox.api.lookup import Lookup
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.world.model import World
from tests.builders.left_behind import MARKER

WORD = re.compile(r"[a-z][a-z0-9_]*")
ID = re.compile(r"[A-Z0-9]{7,26}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
TIME_OF_DAY = re.compile(r"\d\d:00:00")
ZONE = re.compile("|".join(re.escape(name) for name in [*available_timezones(), "Berlin"]))

UNMARKED: dict[re.Pattern[str], set[str]] = {
    ID: {"id", "user_id", "rotation_id", "shift_id", "override_id"},
    WORD: {
        "type",
        "status",
        "urgency",
        "state",
        "role",
        "assigned_via",
        "abilities",
        "alert_creation",
        "to_urgency",
        "on_call_handoff_notifications",
        "escalation_rule_assignment_strategy",
    },
    INSTANT: {
        "at",
        "created_at",
        "updated_at",
        "requested_at",
        "resolved_at",
        "last_status_change_at",
        "start",
        "end",
        "start_time",
        "end_time",
        "rotation_virtual_start",
    },
    TIME_OF_DAY: {"start_time", "end_time"},
    ZONE: {"time_zone"},
}
"""Strings that must fit their kind, or nothing could be collected."""

FIXED_NAMES = {"Final Schedule", "Overrides"}
NO_FREE_TEXT = {
    "/abilities",
    "/service_dependencies/technical_services/{name}",
    "/service_dependencies/business_services/{name}",
}
WIDE: dict[str, Any] = {
    "include[]": ["body", "incidents", "final_schedule", "overrides_subschedule"],
    "limit": 100,
}


def strings(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every string, under the key that holds it."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from strings(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part, key)


def paths(world: World, faults: Any) -> dict[str, str]:
    """Every endpoint, and an address at which it has something to tell."""
    kinds = {kind: next(s.id for s in world.schedules if s.kind == kind) for kind in ("v2", "v3")}
    names = {
        "/incidents": world.incidents[-1].id,
        "/schedules": kinds["v2"],
        "/v3/schedules": kinds["v3"],
        "/users": world.users[0].id,
        "/service_dependencies/technical_services": world.dependencies[0].dependent_id,
        "/service_dependencies/business_services": world.business_services[0].id,
    }
    return {
        path: path.replace("{name}", names.get(path.removesuffix("/{name}"), ""))
        for path in Api(Lookup(world), faults, region="us").views()
    }


@pytest.fixture
def answers(sandbox: RunningSandbox) -> dict[str, Any]:
    """What every endpoint tells of the last week, content marked."""
    sandbox.faults.content_marker = MARKER
    world = sandbox.world
    headers = {"Authorization": f"Bearer {sandbox.issue_tokens()[0]}"}
    span = {
        "since": (world.end - timedelta(days=7)).isoformat(),
        "until": world.end.isoformat(),
    }
    found = {}
    with httpx.Client(base_url=sandbox.api_url, headers=headers) as client:
        for path, address in paths(world, sandbox.faults).items():
            dated = path.startswith(("/incidents", "/log_entries", "/schedules", "/v3"))
            answer = client.get(address, params=WIDE | (span if dated else {}))
            assert answer.status_code == 200, path
            found[path] = answer.json()
    return found


def test_every_string_is_marked_or_of_a_kind_that_cannot_be_content(
    answers: dict[str, Any], sandbox: RunningSandbox
) -> None:
    world = sandbox.world
    labelled: tuple[Any, ...] = (
        *world.services,
        *world.escalation_policies,
        *world.schedules,
        *world.teams,
        *world.priorities,
        *world.business_services,
    )
    labels = {each.name for each in labelled} | FIXED_NAMES

    def is_harmless(key: str, text: str) -> bool:
        if key == "name" and text in labels:
            return True
        return any(key in keys and kind.fullmatch(text) for kind, keys in UNMARKED.items())

    odd = {
        (path, key, text)
        for path, answer in answers.items()
        for key, text in strings(answer)
        if MARKER not in text and not is_harmless(key, text)
    }
    assert odd == set()


def test_every_endpoint_that_has_free_text_is_marked(answers: dict[str, Any]) -> None:
    counts = {
        path: sum(MARKER in text for _, text in strings(body)) for path, body in answers.items()
    }
    assert {path for path, count in counts.items() if count == 0} == NO_FREE_TEXT
    assert len(counts) > 20
    assert all(counts[path] > 100 for path in ("/incidents", "/log_entries", "/users", "/oncalls"))


def test_the_keys_of_what_monitoring_tools_send_are_marked(answers: dict[str, Any]) -> None:
    (details, *_) = [row["body"]["details"] for row in answers["/incidents"]["incidents"]]
    assert set(details) == {f"message {MARKER}", f"host {MARKER}"}


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "Not Found", "code": 2100, "errors": ["It is gone."]}},
        {"error": {"message": "Invalid", "code": 2001, "errors": {"name": ["It is taken."]}}},
        {"error": "Page Not Found"},
        "<h1>We are sorry</h1>",
    ],
)
def test_error_bodies_of_every_shape_are_marked(sandbox: RunningSandbox, body: Any) -> None:
    sandbox.faults.content_marker = MARKER
    sandbox.faults.answer("/us/teams", status=404, body=body)
    answer = httpx.get(f"{sandbox.api_url}/teams")
    assert answer.status_code == 404
    if isinstance(body, str):
        assert answer.text == f"{body}{MARKER}"
    else:
        assert all(MARKER in text for _, text in strings(answer.json()))


def test_labels_are_marked_on_demand(sandbox: RunningSandbox) -> None:
    sandbox.faults.update({"content_marker": MARKER, "mark_labels": True})
    headers = {"Authorization": f"Bearer {sandbox.issue_tokens()[0]}"}
    with httpx.Client(base_url=sandbox.api_url, headers=headers) as client:
        for key in ("services", "escalation_policies", "teams", "priorities", "business_services"):
            assert all(MARKER in row["name"] for row in client.get(f"/{key}").json()[key])
