"""Content in any string of an answer: it never gets further than the parser."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from corvana.collectors import (
    alert_grouping_settings,
    business_services,
    dependencies,
    maintenance_windows,
    oncalls,
    priorities,
    schedules,
    services,
    upcoming_shifts,
)
from corvana.collectors.windows import Window
from corvana.store.models import COLLECTED
from tests.builders.one_collector import page, read, serve, stored
from tests.collectors.content import (
    CONTENT,
    HEAD,
    Answers,
    assert_no_content_is_stored,
    listed,
    reference,
)
from tests.conftest import Connected

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
WINDOW = Window(NOW - timedelta(days=8), NOW)

PERSON = reference("PU1") | {"deleted_at": "2026-03-09T00:00:00Z"}
SPAN = {"start": "2026-03-05T00:00:00Z", "end": "2026-03-20T00:00:00Z"}
SERVICE = HEAD | {
    "status": "active",
    "created_at": "2025-01-01T00:00:00Z",
    "escalation_policy": reference("PE1"),
    "teams": [reference("PT1")],
    "incident_urgency_rule": {
        "type": "use_support_hours",
        "urgency": "high",
        "during_support_hours": {"type": "constant", "urgency": "high"},
        "outside_support_hours": {"type": "constant", "urgency": "low"},
    },
    "support_hours": {
        "type": "fixed_time_per_day",
        "time_zone": "Berlin",
        "days_of_week": ["1", 2],
        "start_time": "09:00:00",
        "end_time": "17:00:00",
    },
    "scheduled_actions": [{"type": "urgency_change", "to_urgency": "high"}],
    "integrations": [reference("PI1")],
    "response_play": "Wake everybody",
}
BUSINESS_SERVICE = HEAD | {"point_of_contact": "Jane Doe", "team": reference("PT1")}
RELATIONSHIP = {
    "id": "D1",
    "type": "service_dependency",
    "supporting_service": reference("PS1"),
    "dependent_service": reference("PS2"),
}
MAINTENANCE_WINDOW = HEAD | {
    "sequence_number": 1,
    "start_time": SPAN["start"],
    "end_time": SPAN["end"],
    "created_by": PERSON,
    "services": [reference("PS1")],
    "teams": [reference("PT1")],
}
ALERT_GROUPING_SETTING = HEAD | {
    "config": {
        "timeout": "300",
        "time_window": "900",
        "aggregate": "all",
        "fields": ["summary", "custom_details.host"],
        "iag_fields": ["summary"],
    },
    "services": [reference("PS1")],
    "created_at": SPAN["start"],
    "updated_at": SPAN["end"],
}
ON_CALL = SPAN | {
    "escalation_policy": reference("PE1"),
    "escalation_level": 1,
    "user": PERSON,
    "schedule": reference("PX2"),
}
ENTRIES = {"name": "Final", "rendered_schedule_entries": [SPAN | {"user": PERSON}]}
SCHEDULE = HEAD | {
    "time_zone": "Europe/Berlin",
    "http_cal_url": "https://acme.pagerduty.com/private/secret/feed/PX1",
    "web_cal_url": "webcal://acme.pagerduty.com/private/secret/feed/PX1",
    "users": [PERSON],
    "teams": [reference("PT1")],
    "final_schedule": ENTRIES | {"rendered_coverage_percentage": "87.5"},
    "overrides_subschedule": ENTRIES,
    "schedule_layers": [ENTRIES | {"start": SPAN["start"], "users": [{"user": PERSON}]}],
}
SCHEDULE_V3 = HEAD | {
    "time_zone": "Europe/Berlin",
    "teams": [reference("PT1")],
    "final_schedule": {
        "type": "final_schedule",
        "rendered_coverage_percentage": "87.5",
        "computed_shift_assignments": [
            {
                "type": "computed_shift_assignment",
                "start_time": SPAN["start"],
                "end_time": SPAN["end"],
                "member": {"type": "user_member", "user_id": "PU1"},
                "source": {
                    "type": "schedule_rotation_override",
                    "rotation_id": "RO1",
                    "override_id": "OV1",
                },
            }
        ],
    },
}


def layer_based(rows: list[Any]) -> dict[str, Any]:
    return {"/schedules": page("schedules", *rows), "/v3/schedules": page("schedules")}


def shift_based(rows: list[Any]) -> dict[str, Any]:
    """Each under an id of its own: they are asked for one by one."""
    references = [{"id": f"PV{n}"} for n in range(len(rows))]
    answers: dict[str, Any] = {
        "/schedules": page("schedules"),
        "/v3/schedules": page("schedules", *references),
    }
    return answers | {f"/v3/schedules/PV{n}": {"schedule": row} for n, row in enumerate(rows)}


def edges(rows: list[Any]) -> dict[str, Any]:
    return {"/service_dependencies/technical_services/PX1": {"relationships": rows}}


Sync = Callable[..., Awaitable[int]]
CASES: dict[str, tuple[Sync, tuple[object, ...], dict[str, Any], Answers]] = {
    "services": (services.NOUN.sync, (NOW,), SERVICE, listed("/services", "services")),
    "priorities": (priorities.NOUN.sync, (NOW,), HEAD, listed("/priorities", "priorities")),
    "business_services": (
        business_services.NOUN.sync,
        (NOW,),
        BUSINESS_SERVICE,
        listed("/business_services", "business_services"),
    ),
    "service_dependencies": (dependencies.NOUN.sync, (NOW,), RELATIONSHIP, edges),
    "maintenance_windows": (
        maintenance_windows.NOUN.sync,
        (NOW,),
        MAINTENANCE_WINDOW,
        listed("/maintenance_windows", "maintenance_windows"),
    ),
    "alert_grouping_settings": (
        alert_grouping_settings.NOUN.sync,
        (NOW,),
        ALERT_GROUPING_SETTING,
        listed("/alert_grouping_settings", "alert_grouping_settings"),
    ),
    "oncalls": (oncalls.sync, (NOW,), ON_CALL, listed("/oncalls", "oncalls")),
    "schedules, layers": (schedules.sync, (WINDOW, NOW), SCHEDULE, layer_based),
    "schedules, shifts": (schedules.sync, (WINDOW, NOW), SCHEDULE_V3, shift_based),
    "upcoming shifts, layers": (upcoming_shifts.sync, (NOW,), SCHEDULE, layer_based),
    "upcoming shifts, shifts": (upcoming_shifts.sync, (NOW,), SCHEDULE_V3, shift_based),
}


@pytest.mark.parametrize(
    ("sync", "arguments", "body", "answers"),
    CASES.values(),
    ids=CASES.keys(),
)
def test_content_in_any_string_of_an_answer_is_not_stored(
    connected: Connected,
    sync: Sync,
    arguments: tuple[object, ...],
    body: dict[str, Any],
    answers: Answers,
) -> None:
    if sync == dependencies.NOUN.sync:
        serve(connected, listed("/services", "services")([SERVICE]))
        read(connected, services.NOUN.sync, NOW)
    assert_no_content_is_stored(connected, sync, body, answers, *arguments)


def test_the_only_text_that_is_stored_is_a_label(connected: Connected) -> None:
    serve(connected, listed("/services", "services")([SERVICE | {"name": CONTENT}]))
    read(connected, services.NOUN.sync, NOW)
    texts = [row for model in COLLECTED for row in stored(connected, model) if "Jane" in repr(row)]
    assert {row.get("label") or row["state"]["label"] for row in texts} == {CONTENT}
