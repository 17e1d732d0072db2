"""The privacy ledger says exactly what the allowlist keeps."""

import pytest
from pydantic import BaseModel

from corvana.collectors.listed import Listed
from corvana.collectors.nouns import NOUNS
from corvana.pagerduty import kept_and_dropped
from corvana.pagerduty.payloads import Kept, Payload
from tests.builders.every_payload import every_payload

CONTENT = ("title", "description", "summary", "body", "email", "phone", "html_url", "note", "url")


def rows() -> set[tuple[str, str]]:
    return {(row.object, row.field) for row in kept_and_dropped.kept()}


def test_rows_are_unique_and_explained() -> None:
    kept = kept_and_dropped.kept()
    assert len(rows()) == len(kept)
    assert all(row.why and row.kind for row in kept)


@pytest.mark.parametrize(
    ("name", "field", "kind"),
    [
        ("incident", "created_at", "timestamp"),
        ("incident", "service.id", "identifier"),
        ("log entry", "agent.id", "person"),
        ("log entry", "channel.notification.type", "state"),
        ("escalation policy", "escalation_rules.targets.id", "person"),
        ("schedule (layers)", "final_schedule.rendered_schedule_entries.user.id", "person"),
        ("service", "name", "label"),
        ("service", "support_hours.start_time", "setting"),
        ("service", "incident_urgency_rule.outside_support_hours.urgency", "setting"),
        ("priority", "id", "identifier"),
        ("business service", "name", "label"),
        ("dependency", "supporting_service.type", "state"),
        ("maintenance window", "end_time", "timestamp"),
        ("alert grouping setting", "config.time_window", "setting"),
        ("schedule (layers)", "overrides_subschedule.rendered_schedule_entries.user.id", "person"),
        (
            "schedule (shifts)",
            "final_schedule.computed_shift_assignments.source.type",
            "state",
        ),
        ("on-call", "user.id", "person"),
        ("on-call", "schedule.id", "identifier"),
        ("person", "time_zone", "setting"),
    ],
)
def test_kinds(name: str, field: str, kind: str) -> None:
    assert {
        row.kind for row in kept_and_dropped.kept() if (row.object, row.field) == (name, field)
    } == {kind}


def test_no_content_is_kept() -> None:
    leaves = {field.rsplit(".", 1)[-1] for _, field in rows()}
    assert leaves.isdisjoint(CONTENT)
    names = {name for name, field in rows() if field.endswith("name")}
    assert names == {
        "priority",
        "service",
        "business service",
        "escalation policy",
        "schedule (layers)",
        "schedule (shifts)",
        "team",
    }


def test_every_payload_that_holds_data_is_in_the_ledger() -> None:
    reached: set[type[BaseModel]] = set()

    def walk(model: type[Payload]) -> None:
        reached.add(model)
        for field in model.model_fields.values():
            part = kept_and_dropped._part(field.annotation)
            if part is not None and part not in reached:
                walk(part)

    for each in kept_and_dropped.OBJECTS:
        walk(each.payload)
    declared = {
        model
        for model in every_payload()
        if any(Kept in map(type, f.metadata) for f in model.model_fields.values())
    }
    assert len(declared) > 35
    for model in declared:  # a base or variant of a listed object brings no field of its own
        assert any(model.model_fields.keys() <= listed.model_fields.keys() for listed in reached)


def test_what_is_dropped_names_every_endpoint() -> None:
    endpoints = " ".join(row.endpoint for row in kept_and_dropped.DROPPED)
    for noun in (
        "incidents",
        "log_entries",
        "services",
        "escalation_policies",
        "schedules",
        "users",
        "priorities",
        "business_services",
        "service_dependencies",
        "maintenance_windows",
        "alert_grouping_settings",
        "oncalls",
    ):
        assert noun in endpoints
    for listed in (noun for noun in NOUNS if isinstance(noun, Listed)):
        assert f"GET {listed.path}" in endpoints
    everything = " ".join(what for row in kept_and_dropped.DROPPED for what in row.what)
    for word in (
        "titles",
        "names",
        "e-mail",
        "phone",
        "links",
        "runbook",
        "webhooks",
        "notes",
        "points of contact",
    ):
        assert word in everything
