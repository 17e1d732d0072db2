"""What is stored of services and the other lists that change seldom."""

from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from sqlmodel import SQLModel

from corvana.collectors import (
    alert_grouping_settings,
    business_services,
    escalation_policies,
    maintenance_windows,
    oncalls,
    priorities,
    services,
    teams,
    upcoming_shifts,
    users,
)
from corvana.collectors import dependencies as service_dependencies
from corvana.errors import Forbidden, NotOnPlan
from corvana.sandbox.world.model import World
from corvana.store import models
from tests.builders.one_collector import page, read, serve, status, stored, versions
from tests.conftest import Connected

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

NOUNS: dict[ModuleType, tuple[str, timedelta, type[SQLModel]]] = {
    services: ("services", HOUR, models.Service),
    escalation_policies: ("escalation_policies", HOUR, models.EscalationPolicy),
    teams: ("teams", HOUR, models.Team),
    users: ("users", DAY, models.Responder),
    priorities: ("priorities", DAY, models.Priority),
    business_services: ("business_services", DAY, models.BusinessService),
    service_dependencies: ("service_dependencies", DAY, models.ServiceDependency),
    maintenance_windows: ("maintenance_windows", DAY, models.MaintenanceWindow),
    alert_grouping_settings: ("alert_grouping_settings", DAY, models.AlertGroupingSetting),
    oncalls: ("oncalls", DAY, models.OnCall),
    upcoming_shifts: ("upcoming_shifts", DAY, models.Shift),
}


def service(**changes: Any) -> dict[str, Any]:
    return {"id": "PSVC1", "name": "Checkout", "status": "active"} | changes


@pytest.mark.parametrize("module", NOUNS, ids=lambda module: module.NOUN.name)
def test_every_noun_has_a_name_a_pace_and_a_status(
    connected: Connected, module: ModuleType
) -> None:
    noun, every, model = NOUNS[module]
    assert (noun, every) == (module.NOUN.name, module.NOUN.every)
    if module is service_dependencies:
        read(connected, services.NOUN.sync, NOW)
        read(connected, business_services.NOUN.sync, NOW)
    now = connected.sandbox.clock()
    count = read(connected, module.NOUN.sync, now)
    assert count == len(stored(connected, model)) > 0
    noted = status(connected, noun)
    assert noted
    assert (noted.rows, noted.succeeded_at, noted.error) == (count, now, None)


@pytest.mark.parametrize(("answer", "error"), [(402, NotOnPlan), (403, Forbidden)])
@pytest.mark.parametrize(
    ("module", "path"),
    [
        (priorities, "/priorities"),
        (business_services, "/business_services"),
        (maintenance_windows, "/maintenance_windows"),
        (alert_grouping_settings, "/alert_grouping_settings"),
        (oncalls, "/oncalls"),
    ],
)
def test_what_an_account_may_not_read_is_an_error_and_changes_nothing(
    connected: Connected, module: ModuleType, path: str, answer: int, error: type[Exception]
) -> None:
    read(connected, module.NOUN.sync, NOW)
    model = NOUNS[module][2]
    before = stored(connected, model)
    serve(connected, {path: answer})
    with pytest.raises(error):
        read(connected, module.NOUN.sync, NOW + DAY)
    assert stored(connected, model) == before


def test_a_priority_is_as_severe_as_its_place_in_the_list(
    connected: Connected, small_world: World
) -> None:
    read(connected, priorities.NOUN.sync, NOW)
    rows = stored(connected, models.Priority)
    assert {row["id"]: (row["severity"], row["label"]) for row in rows} == {
        priority.id: (place, priority.name)
        for place, priority in enumerate(small_world.priorities, start=1)
    }


def test_a_priority_that_cannot_be_read_keeps_its_place_and_one_listed_twice_counts_once(
    connected: Connected,
) -> None:
    listed = (
        {"id": "P1", "name": "Critical"},
        {"id": "P1", "name": "Critical"},
        {"id": "P2", "name": None},
        {"id": "P3", "name": "Minor"},
    )
    serve(connected, {"/priorities": page("priorities", *listed)})
    assert read(connected, priorities.NOUN.sync, NOW) == 2
    assert [(row["id"], row["severity"]) for row in stored(connected, models.Priority)] == [
        ("P1", 1),
        ("P3", 3),
    ]


def test_business_services_keep_their_label_and_no_point_of_contact(
    connected: Connected, small_world: World
) -> None:
    read(connected, business_services.NOUN.sync, NOW)
    assert stored(connected, models.BusinessService) == sorted(
        (
            {"id": each.id, "label": each.name, "deleted_at": None}
            for each in small_world.business_services
        ),
        key=lambda row: str(row["id"]),
    )


def test_urgency_rules_and_support_hours_are_what_the_account_has(
    connected: Connected, small_world: World
) -> None:
    read(connected, services.NOUN.sync, NOW)
    columns = (
        "urgency_rule",
        "urgency",
        "urgency_during_support_hours",
        "urgency_outside_support_hours",
        "support_time_zone",
        "support_days",
        "support_start",
        "support_end",
    )
    expected = {}
    for each in small_world.services:
        hours = each.support_hours
        expected[each.id] = (
            (
                "use_support_hours",
                None,
                hours.during,
                hours.outside,
                hours.time_zone,
                " ".join(map(str, hours.days)),
                f"{hours.start_hour:02}:00:00",
                f"{hours.end_hour:02}:00:00",
            )
            if hours
            else ("constant", each.urgency, *[None] * 6)
        )
    assert {row[0] for row in expected.values()} == {"constant", "use_support_hours"}
    rows = stored(connected, models.Service)
    assert {row["id"]: tuple(row[name] for name in columns) for row in rows} == expected


@pytest.mark.parametrize(
    ("hours", "kept"),
    [
        (None, (None, None, None, None)),
        ({}, (None, None, None, None)),
        (
            {
                "time_zone": "Eastern Time (US & Canada)",
                "days_of_week": [5, 1, 5],
                "start_time": "09:00:00",
                "end_time": "17:30:15",
            },
            ("America/New_York", "1 5", "09:00:00", "17:30:15"),
        ),
        (
            {"days_of_week": None, "start_time": "2015-11-09T09:00:00-05:00", "end_time": None},
            (None, None, "09:00:00", None),
        ),
        (
            {"time_zone": "Middle/Earth", "start_time": "nine", "end_time": "Ask Jane Doe"},
            ("unknown", None, None, None),
        ),
        ({"days_of_week": [0, 8], "start_time": "09:00:00"}, (None, None, None, None)),
        ("around the clock", (None, None, None, None)),
    ],
)
def test_support_hours_are_times_and_days_or_nothing(
    connected: Connected, hours: Any, kept: tuple[Any, ...]
) -> None:
    serve(connected, {"/services": page("services", service(support_hours=hours))})
    read(connected, services.NOUN.sync, NOW)
    (row,) = stored(connected, models.Service)
    names = ("support_time_zone", "support_days", "support_start", "support_end")
    assert tuple(row[name] for name in names) == kept


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        (None, (None, None, None, None)),
        (
            {"type": "constant", "urgency": "severity_based"},
            ("constant", "severity_based", None, None),
        ),
        (
            {
                "type": "use_support_hours",
                "during_support_hours": {"type": "constant", "urgency": "high"},
                "outside_support_hours": None,
            },
            ("use_support_hours", None, "high", None),
        ),
        (
            {"type": "by_moon_phase", "urgency": "Jane Doe"},
            ("by_moon_phase", "unknown", None, None),
        ),
        ("high", (None, None, None, None)),
    ],
)
def test_urgency_rules_of_any_shape(connected: Connected, rule: Any, kept: tuple[Any, ...]) -> None:
    serve(connected, {"/services": page("services", service(incident_urgency_rule=rule))})
    read(connected, services.NOUN.sync, NOW)
    (row,) = stored(connected, models.Service)
    names = ("urgency_rule", "urgency")
    during_and_outside = ("urgency_during_support_hours", "urgency_outside_support_hours")
    assert tuple(row[name] for name in (*names, *during_and_outside)) == kept


def test_a_changed_timeout_makes_a_version_and_an_unchanged_read_makes_none(
    connected: Connected,
) -> None:
    for hours, timeout in enumerate((None, None, 900, 900)):
        body = page("services", service(acknowledgement_timeout=timeout))
        serve(connected, {"/services": body})
        read(connected, services.NOUN.sync, NOW + hours * HOUR)
    seen = versions(connected, "services")
    assert [(each, state and state["acknowledgement_timeout"]) for each, state in seen] == [
        ("PSVC1", None),
        ("PSVC1", 900),
    ]


@pytest.mark.parametrize(
    ("module", "path", "key", "body"),
    [
        (services, "/services", "services", service()),
        (priorities, "/priorities", "priorities", {"id": "P1", "name": "Critical"}),
        (
            business_services,
            "/business_services",
            "business_services",
            {"id": "PB1", "name": "Shop", "team": None},
        ),
        (
            maintenance_windows,
            "/maintenance_windows",
            "maintenance_windows",
            {
                "id": "PM1",
                "start_time": "2026-03-20T12:00:00Z",
                "end_time": "2026-03-20T14:00:00Z",
            },
        ),
        (
            alert_grouping_settings,
            "/alert_grouping_settings",
            "alert_grouping_settings",
            {"id": "PG1", "type": "time", "config": {"timeout": 300}, "services": []},
        ),
    ],
    ids=lambda value: value.NOUN.name if isinstance(value, ModuleType) else None,
)
def test_a_deletion_is_a_tombstone_and_a_null_version_and_what_reappears_lives_again(
    connected: Connected, module: ModuleType, path: str, key: str, body: dict[str, Any]
) -> None:
    model = NOUNS[module][2]
    tombstones = []
    for days, rows in enumerate(([body], [], [], [body])):
        serve(connected, {path: page(key, *rows)})
        assert read(connected, module.NOUN.sync, NOW + days * DAY) == len(rows)
        (row,) = stored(connected, model)
        tombstones.append(row["deleted_at"])
    assert tombstones == [None, NOW + DAY, NOW + DAY, None]
    seen = versions(connected, module.NOUN.name)
    assert [state is None for _, state in seen] == [False, True, False]
    assert seen[0] == seen[2]
    assert {object_id for object_id, _ in seen} == {body["id"]}
