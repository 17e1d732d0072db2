"""Every field of the allowlist is stored in the columns it names, and in no other."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from corvana.collectors import (
    alert_grouping_settings,
    business_services,
    dependencies,
    escalation_policies,
    incidents,
    log_entries,
    maintenance_windows,
    oncalls,
    priorities,
    schedules,
    services,
    teams,
    upcoming_shifts,
    users,
)
from corvana.collectors.context import Context, Pseudonyms
from corvana.collectors.windows import Window
from corvana.pagerduty import kept_and_dropped
from corvana.pagerduty.payloads import Payload

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
WINDOW = Window(NOW - timedelta(days=90), NOW)
Rows = list[dict[str, Any]]
Store = Callable[[Context, Any], dict[str, Rows]]

SPAN = {"start": "2026-03-05T00:00:00Z", "end": "2026-03-06T00:00:00Z"}
ENTRY = SPAN | {"user": {"id": "PU1"}}
TEAMS = [{"id": "PT1"}]
SERVICE = {"id": "PS1", "type": "service_reference"}
BODIES: dict[str, dict[str, Any]] = {
    "incident": {
        "id": "Q1",
        "incident_number": 7,
        "status": "resolved",
        "urgency": "high",
        "created_at": "2026-03-01T12:00:00Z",
        "updated_at": "2026-03-01T13:00:00Z",
        "resolved_at": "2026-03-01T12:50:00Z",
        "last_status_change_at": "2026-03-01T12:55:00Z",
        "last_status_change_by": {"id": "PU1", "type": "user_reference"},
        "service": SERVICE,
        "escalation_policy": {"id": "PE1"},
        "teams": TEAMS,
        "priority": {"id": "PP1"},
        "assigned_via": "escalation_policy",
        "resolve_reason": {"type": "merge_resolve_reason"},
        "incidents_responders": [
            {"state": "joined", "user": {"id": "PU1"}, "updated_at": "2026-03-01T12:30:00Z"}
        ],
    },
    "log entry": {
        "id": "R1",
        "type": "snooze_log_entry",
        "created_at": "2026-03-01T12:00:00Z",
        "agent": {"id": "PU1", "type": "user_reference"},
        "channel": {"type": "timeout", "notification": {"type": "push_notification"}},
        "assignees": [{"id": "PU1"}],
        "user": {"id": "PU2"},
        "changed_actions": [{"type": "unacknowledge", "at": "2026-03-01T14:00:00Z"}],
        "incident": {"id": "Q1"},
    },
    "priority": {"id": "PP1", "name": "Critical"},
    "service": {
        "id": "PS1",
        "name": "Shop",
        "status": "active",
        "auto_resolve_timeout": 600,
        "acknowledgement_timeout": 900,
        "escalation_policy": {"id": "PE1"},
        "teams": TEAMS,
        "incident_urgency_rule": {
            "type": "use_support_hours",
            "urgency": "high",
            "during_support_hours": {"urgency": "high"},
            "outside_support_hours": {"urgency": "low"},
        },
        "support_hours": {
            "time_zone": "Europe/Berlin",
            "days_of_week": [1],
            "start_time": "09:00:00",
            "end_time": "17:00:00",
        },
    },
    "business service": {"id": "PB1", "name": "Shop"},
    "dependency": {"id": "D1", "supporting_service": SERVICE, "dependent_service": SERVICE},
    "maintenance window": {
        "id": "PM1",
        "start_time": SPAN["start"],
        "end_time": SPAN["end"],
        "services": [SERVICE],
    },
    "alert grouping setting": {
        "id": "PG1",
        "type": "time",
        "config": {"timeout": 300, "time_window": 600},
        "services": [SERVICE],
    },
    "escalation policy": {
        "id": "PE1",
        "name": "Ops",
        "num_loops": 2,
        "escalation_rules": [
            {
                "escalation_delay_in_minutes": 5,
                "targets": [{"id": "PX1", "type": "schedule_reference"}],
            }
        ],
    },
    "schedule (layers)": {
        "id": "PX1",
        "name": "Nights",
        "time_zone": "Europe/Berlin",
        "final_schedule": {
            "rendered_coverage_percentage": 80.0,
            "rendered_schedule_entries": [ENTRY],
        },
        "overrides_subschedule": {"rendered_schedule_entries": [ENTRY]},
    },
    "schedule (shifts)": {
        "id": "PX1",
        "name": "Nights",
        "time_zone": "Europe/Berlin",
        "final_schedule": {
            "rendered_coverage_percentage": 80.0,
            "computed_shift_assignments": [
                {
                    "start_time": SPAN["start"],
                    "end_time": SPAN["end"],
                    "member": {"type": "user_member", "user_id": "PU1"},
                    "source": {"type": "rotation_override"},
                }
            ],
        },
    },
    "on-call": SPAN
    | {
        "escalation_policy": {"id": "PE1"},
        "escalation_level": 1,
        "user": {"id": "PU1"},
        "schedule": {"id": "PX1"},
    },
    "team": {"id": "PT1", "name": "Ops"},
    "person": {"id": "PU1", "time_zone": "Europe/Berlin", "role": "admin"},
}
"""One of each object, with every field that is kept."""

OTHERWISE: Mapping[str, Any] = {
    "time_zone": "Asia/Tokyo",
    "start_time": "2026-03-05T06:00:00Z",
    "end_time": "2026-03-06T06:00:00Z",
    "support_hours.start_time": "10:00:00",
    "support_hours.end_time": "18:00:00",
    "member.type": "empty_member",
    "supporting_service.type": "business_service_reference",
    "dependent_service.type": "business_service_reference",
    "targets.type": "user_reference",
    "days_of_week": [2],
}
"""Another value of a field, by how its path ends, where none can be made from the one it has."""

DECIDED_ELSEWHERE = {"priority.severity"}
"""Columns that no value of the field decides: a priority's place in the list does."""


def stores() -> dict[str, Store]:
    """How the rows of each object are made, by table."""

    def schedule(context: Context, each: Any) -> dict[str, Rows]:
        return {
            "schedule": schedules.transform(context, [each]),
            "shift": schedules.transform_shifts(context, [each], WINDOW),
            "scheduleoverride": schedules.transform_overrides(context, [each], WINDOW),
            "schedulecoverage": upcoming_shifts.transform_coverage(context, [each], WINDOW),
        }

    def only(table: str, transform: Callable[[Context, Any], Rows]) -> Store:
        return lambda context, each: {table: transform(context, [each])}

    return {
        "incident": lambda context, each: {
            "incident": incidents.transform(context, [each]),
            "responderjoin": incidents.transform_joins(context, [each]),
        },
        "log entry": only("logentry", log_entries.transform),
        "priority": only("priority", priorities.transform),
        "service": only("service", services.transform),
        "business service": only("businessservice", business_services.transform),
        "dependency": only("servicedependency", dependencies.transform),
        "maintenance window": only("maintenancewindow", maintenance_windows.transform),
        "alert grouping setting": only("alertgroupingsetting", alert_grouping_settings.transform),
        "escalation policy": lambda context, each: {
            "escalationpolicy": escalation_policies.transform(context, [each]),
            "escalationtarget": escalation_policies.transform_targets(context, [each]),
        },
        "schedule (layers)": schedule,
        "schedule (shifts)": schedule,
        "on-call": lambda context, each: {"oncall": oncalls.transform(context, [each], NOW)},
        "team": only("team", teams.transform),
        # The role is stored of whoever connected, by `connections.set_role`.
        "person": lambda context, each: {
            "responder": users.transform(context, [each]),
            "connection": [{"connected_role": each.role}],
        },
    }


PAYLOADS: dict[str, type[Payload]] = {each.name: each.payload for each in kept_and_dropped.OBJECTS}
STORES = stores()
KNOWN = [field for field in kept_and_dropped.kept() if field.object in BODIES]


def with_another(body: dict[str, Any], path: str) -> dict[str, Any]:
    """The body with another value at the path, in every element of the lists on the way."""
    changed = json.loads(json.dumps(body))
    *above, last = path.split(".")
    holders: list[Any] = [changed]
    for step in above:
        below = [holder[step] for holder in holders]
        holders = [each for part in below for each in (part if isinstance(part, list) else [part])]
    for holder in holders:
        holder[last] = another(holder[last], path)
    return changed


def another(value: Any, path: str) -> Any:
    for end, given in sorted(OTHERWISE.items(), key=lambda each: -len(each[0])):
        if path == end or path.endswith(f".{end}"):
            return given
    if isinstance(value, int | float):
        return value + 1
    try:
        return (datetime.fromisoformat(value) + timedelta(hours=1)).isoformat()
    except ValueError:
        return f"{value}x" if value.islower() else f"{value}X"


def cells(rows: Mapping[str, Rows]) -> Iterator[tuple[str, str]]:
    """(table.column, every value in it)."""
    for table, found in rows.items():
        for column in {name for row in found for name in row}:
            yield f"{table}.{column}", repr([row[column] for row in found])


def stored(name: str, body: dict[str, Any]) -> dict[str, str]:
    context = Context("c", "", None, None, Pseudonyms(b"key"))  # type: ignore[arg-type]
    payload = PAYLOADS[name].model_validate_json(json.dumps(body))
    return dict(cells(STORES[name](context, payload)))


def test_there_is_one_of_every_object_that_is_stored_with_all_its_fields() -> None:
    """An object with a file of tests of its own is looked at there."""
    assert BODIES.keys() == STORES.keys()
    assert len(KNOWN) > 90


def whose(field: kept_and_dropped.KeptField) -> set[str]:
    """The columns in which other tables hold the id of the object, if the field is that id."""
    ids = {"incident": "incident_id", "escalation policy": "escalation_policy_id"}
    schedule_ids = dict.fromkeys(("schedule (layers)", "schedule (shifts)"), "schedule_id")
    column = {**ids, **schedule_ids}.get(field.object)
    tables = ("responderjoin", "escalationtarget", "shift", "scheduleoverride", "schedulecoverage")
    return {f"{table}.{column}" for table in tables if field.field == "id"}


@pytest.mark.parametrize("field", KNOWN, ids=lambda field: f"{field.object} {field.field}")
def test_a_field_is_stored_in_the_columns_it_names(field: kept_and_dropped.KeptField) -> None:
    body = BODIES[field.object]
    before = stored(field.object, body)
    after = stored(field.object, with_another(body, field.field))
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    named = set(field.columns) - DECIDED_ELSEWHERE
    assert changed & named
    # An object without an id of its own takes that of the whole; a row may not be there at all.
    assert {name for name in changed - named if name in after and name not in whose(field)} == set()
