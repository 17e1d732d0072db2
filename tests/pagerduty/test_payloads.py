"""The allowlist: what the door lets through, and what it drops."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from corvana.pagerduty import kept_and_dropped, payloads, responses
from corvana.pagerduty.paging import Reading
from tests.builders.every_payload import every_payload

SECRET = "Checkout is down for Jane Doe"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
INCIDENT: dict[str, Any] = {
    "id": "Q1A2B3",
    "incident_number": 17,
    "status": "resolved",
    "urgency": "high",
    "created_at": "2026-03-01T12:00:00Z",
    "title": SECRET,
    "description": SECRET,
    "summary": SECRET,
    "service": {"id": "PSVC1", "type": "service_reference", "summary": SECRET},
    "body": {"details": SECRET},
}
ENTRY: dict[str, Any] = {
    "id": "R0001",
    "type": "acknowledge_log_entry",
    "created_at": "2026-03-01T04:00:00-08:00",
    "summary": SECRET,
    "agent": {"id": "PUSER1", "type": "user_reference", "summary": "Jane Doe"},
    "channel": {"type": "email", "subject": SECRET, "details": SECRET, "address": "jane@doe"},
    "incident": INCIDENT,
}


def incident(**changes: Any) -> payloads.Incident:
    return payloads.Incident.model_validate_json(json.dumps(INCIDENT | changes))


def entry(**changes: Any) -> payloads.LogEntry:
    return payloads.LogEntry.model_validate_json(json.dumps(ENTRY | changes))


def incidents_page(*rows: Any) -> responses.IncidentsPage:
    body = {"incidents": list(rows), "limit": 100, "offset": 0, "more": False}
    return responses.IncidentsPage.model_validate_json(json.dumps(body))


def test_undeclared_fields_are_dropped_while_parsing() -> None:
    for kept in (incident(), entry(), incidents_page(INCIDENT)):
        assert "Jane" not in repr(kept)
        assert "Jane" not in kept.model_dump_json()
        assert kept.model_extra is None


def test_kept_fields_come_through() -> None:
    kept = incident()
    assert (kept.id, kept.incident_number, kept.status, kept.urgency) == (
        "Q1A2B3",
        17,
        "resolved",
        "high",
    )
    assert kept.created_at == NOON
    assert kept.service == payloads.Reference(id="PSVC1")


def test_instants_of_any_zone_are_the_same_instants() -> None:
    assert entry().created_at == NOON


def test_missing_and_null_are_empty() -> None:
    names = ("service", "escalation_policy", "priority", "resolve_reason", "updated_at")
    lists = ("teams", "incidents_responders")
    kept = incident(**dict.fromkeys([*names, *lists]))
    assert [getattr(kept, name) for name in names] == [None] * 5
    assert [getattr(kept, name) for name in lists] == [[], []]
    bare = entry(agent=None, channel=None, assignees=None, incident=None, changed_actions=None)
    assert (bare.agent, bare.channel, bare.assignees, bare.incident) == (None, None, [], None)


def test_an_agent_without_an_id_is_kept_as_a_kind() -> None:
    assert entry(agent={"id": None, "type": "service_reference"}).agent == payloads.Agent(
        id=None, type="service_reference"
    )


@pytest.mark.parametrize("value", [SECRET, "", "UPPER", "with-dash", 7, None, ["x"], "a" * 65])
def test_an_enumeration_value_that_is_no_plain_word_is_unknown(value: Any) -> None:
    kept = incident(status=value, urgency=value, assigned_via=value)
    assert (kept.status, kept.urgency, kept.assigned_via) == ("unknown",) * 3


def test_a_new_enumeration_value_is_kept() -> None:
    assert incident(status="suspended").status == "suspended"
    assert entry(type="brand_new_log_entry").type == "brand_new"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("acknowledge_log_entry", "acknowledge"),
        ("acknowledgement_log_entry", "acknowledge"),
        ("repeat_escalation_path_log_entry", "repeat_escalation_path"),
        (SECRET, "unknown"),
    ],
)
def test_log_entry_types_lose_their_suffix(sent: str, kept: str) -> None:
    assert entry(type=sent).type == kept


def test_an_enumeration_value_that_is_missing_makes_the_row_unreadable() -> None:
    bare = {key: value for key, value in INCIDENT.items() if key != "status"}
    assert incidents_page(bare).rows == [None]
    assert incident(status=None).status == "unknown"


def test_lists_may_be_null_or_missing_but_nothing_else() -> None:
    assert incident().teams == incident(teams=None).teams == incident(teams=[]).teams == []
    service = {"id": "PSVC1", "name": "Shop", "status": "active", "teams": "none"}
    page = responses.page_of("services", payloads.Service)
    assert page.model_validate_json(json.dumps({"services": [service]})).rows == [None]
    first, second = incident(), incident()
    first.teams.append(payloads.Reference(id="PT1"))
    assert second.teams == []


def test_a_page_may_hold_null_for_no_rows_but_not_leave_them_out() -> None:
    assert responses.IncidentsPage.model_validate_json('{"incidents": null}').rows == []
    with pytest.raises(ValidationError):
        responses.IncidentsPage.model_validate_json('{"limit": 100, "more": false}')


@pytest.mark.parametrize("bad", [SECRET, "", "a" * 65, "Q1 2", "Q1;", None, 7, {"id": "Q1"}])
def test_a_row_with_a_bad_id_is_counted_and_not_kept(bad: Any) -> None:
    page = incidents_page(INCIDENT, INCIDENT | {"id": bad})
    assert [row and row.id for row in page.rows] == ["Q1A2B3", None]
    reading = Reading()
    reading.add(page)
    assert (len(reading.rows), reading.unreadable) == (1, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"created_at": "yesterday"},
        {"created_at": "2026-03-01T12:00:00"},
        {"created_at": None},
        {"incident_number": SECRET},
        {"id": SECRET},
    ],
)
def test_a_row_that_does_not_fit_is_counted_and_the_others_are_kept(
    change: dict[str, Any],
) -> None:
    page = incidents_page(INCIDENT | change, INCIDENT)
    assert page.rows[0] is None
    assert page.rows[1] is not None


def test_rows_that_are_no_objects_are_counted() -> None:
    assert incidents_page(None, SECRET, [], INCIDENT).rows[:3] == [None, None, None]


def test_an_error_never_quotes_its_input() -> None:
    with pytest.raises(ValidationError) as caught:
        incident(id=SECRET, created_at=SECRET, incident_number=SECRET)
    assert "Jane" not in str(caught.value)
    assert "Jane" not in repr(caught.value)


def test_an_embedded_incident_comes_along_and_a_reference_does_too() -> None:
    kept = payloads.LogEntryWithIncident.model_validate_json(json.dumps(ENTRY))
    assert isinstance(kept.incident, payloads.Incident)
    pointer = {"id": "Q1A2B3", "type": "incident_reference", "summary": SECRET}
    kept = payloads.LogEntryWithIncident.model_validate_json(
        json.dumps(ENTRY | {"incident": pointer})
    )
    assert type(kept.incident) is payloads.Reference
    assert type(entry().incident) is payloads.Reference


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("Etc/UTC", "Etc/UTC"),
        ("Eastern Time (US & Canada)", "America/New_York"),
        ("Kolkata", "Asia/Kolkata"),
        ("Middle/Earth", "unknown"),
        (SECRET, "unknown"),
        (7, "unknown"),
        ("", None),
        (None, None),
    ],
)
def test_time_zones_become_iana_names_and_one_that_is_not_known_says_so(
    sent: Any, kept: str | None
) -> None:
    user = payloads.User.model_validate_json(
        json.dumps({"id": "PU1", "role": "admin", "time_zone": sent, "name": SECRET})
    )
    assert user.time_zone == kept
    assert "Jane" not in repr(user)


def test_every_field_that_is_kept_says_why() -> None:
    models = [model for model in every_payload() if model is not payloads.Payload]
    silent = [
        f"{model.__name__}.{name}"
        for model in models
        for name, field in model.model_fields.items()
        if not any(isinstance(part, payloads.Kept) and part.why for part in field.metadata)
    ]
    assert len(models) > 35
    assert silent == []


def test_every_payload_drops_what_it_does_not_declare_and_hides_its_input() -> None:
    for model in every_payload():
        assert model.model_config["extra"] == "ignore", model
        assert model.model_config["hide_input_in_errors"] is True, model
        assert model.model_config["frozen"] is True, model


def functions(schema: Any) -> Iterator[str]:
    """The kinds of Python validators anywhere in what the parser was built from."""
    if isinstance(schema, dict):
        kind = schema.get("type")
        if isinstance(kind, str) and kind.startswith("function-"):
            yield kind
        schema = list(schema.values())
    if isinstance(schema, list | tuple):
        for part in schema:
            yield from functions(part)


def test_no_python_code_sees_a_value_before_it_fits() -> None:
    models = [
        model
        for model in vars(responses).values()
        if isinstance(model, type) and issubclass(model, payloads.Payload)
    ]
    models += every_payload()
    models += [
        responses.page_of(each.payload.__name__, each.payload) for each in kept_and_dropped.OBJECTS
    ]
    found = {kind for model in models for kind in functions(model.__pydantic_core_schema__)}
    assert found == {"function-after"}
