"""A part that its row does not need may be odd: it is dropped and counted, and the row stays."""

import json
from collections import Counter
from typing import Any

import pytest

from corvana.pagerduty import payloads, responses
from corvana.pagerduty.oddities import Oddity, oddities
from corvana.pagerduty.payloads.allowlist import counting_dropped

SECRET = "Checkout is down for Jane Doe"
INCIDENT: dict[str, Any] = {
    "id": "Q1",
    "incident_number": 1,
    "status": "resolved",
    "urgency": "high",
    "created_at": "2026-03-01T12:00:00Z",
}
ENTRY: dict[str, Any] = {
    "id": "R1",
    "type": "notify_log_entry",
    "created_at": "2026-03-01T12:00:00Z",
    "incident": {"id": "Q1", "type": "incident_reference"},
}
JOINED = {"state": "joined", "user": {"id": "PU1"}, "updated_at": "2026-03-01T12:30:00Z"}
SNOOZED = {"type": "unacknowledge", "at": "2026-03-01T14:00:00Z"}


def of_page(name: str, model: Any, row: dict[str, Any]) -> tuple[Any, int, int, Counter[Oddity]]:
    """The row, how many rows and parts were dropped, and the shapes of what did not fit."""
    body = json.dumps({name: [row], "limit": 100, "offset": 0, "more": False}).encode()
    with counting_dropped() as dropped:
        page = model.model_validate_json(body)
    return page.rows[0], dropped.rows, dropped.parts, oddities(f"/{name}", body, model)


def incident(**changes: Any) -> tuple[Any, int, int, Counter[Oddity]]:
    return of_page("incidents", responses.IncidentsPage, INCIDENT | changes)


def entry(**changes: Any) -> tuple[Any, int, int, Counter[Oddity]]:
    return of_page("log_entries", responses.LogEntriesPage, ENTRY | changes)


@pytest.mark.parametrize(
    ("field", "odd", "kept"),
    [
        ("resolve_reason", SECRET, None),
        ("resolve_reason", {}, None),
        ("service", {"id": SECRET}, None),
        ("service", [], None),
        ("escalation_policy", 7, None),
        ("priority", {"summary": SECRET}, None),
        ("updated_at", SECRET, None),
        ("resolved_at", SECRET, None),
        ("last_status_change_by", {"id": "PU1"}, None),
        ("teams", SECRET, []),
        ("teams", [{"summary": SECRET}], []),
        ("incidents_responders", [{"state": "joined", "user": None}], []),
        ("incidents_responders", {}, []),
    ],
)
def test_an_incident_keeps_its_row(field: str, odd: Any, kept: Any) -> None:
    row, rows, parts, shapes = incident(**{field: odd})
    assert row.id == "Q1"
    assert getattr(row, field) == kept
    assert (rows, parts) == (0, 1)
    assert shapes.total() >= 1
    assert all(shape.field.startswith(f"incidents.{field}") for shape in shapes)


@pytest.mark.parametrize(
    ("field", "odd", "kept"),
    [
        ("agent", {"id": "PU1"}, None),
        ("agent", SECRET, None),
        ("channel", SECRET, None),
        ("user", {"summary": SECRET}, None),
        ("assignees", SECRET, []),
        ("changed_actions", [{"type": "unacknowledge"}], []),
    ],
)
def test_a_log_entry_keeps_its_row(field: str, odd: Any, kept: Any) -> None:
    row, rows, parts, shapes = entry(**{field: odd})
    assert row.id == "R1"
    assert getattr(row, field) == kept
    assert (rows, parts) == (0, 1)
    assert all(shape.field.startswith(f"log_entries.{field}") for shape in shapes)


@pytest.mark.parametrize("odd", [{}, {"id": SECRET}])
def test_an_agent_without_a_readable_id_keeps_its_kind(odd: dict[str, Any]) -> None:
    row, rows, _, _ = entry(agent={"type": "user_reference"} | odd)
    assert (rows, row.agent.id, row.agent.type) == (0, None, "user_reference")


def test_a_notification_of_no_kind_is_a_notification_of_an_unknown_one() -> None:
    row, _, parts, shapes = entry(channel={"type": "auto", "notification": {}})
    assert (row.type, row.channel.type, row.channel.notification) == ("notify", "auto", None)
    assert parts == 1
    missing = Oddity("/log_entries", "log_entries.channel.notification.type", "missing", "nothing")
    assert shapes == {missing: 1}


def test_of_a_list_only_the_odd_items_are_dropped() -> None:
    row, _, parts, _ = incident(incidents_responders=[{"state": "joined"}, JOINED, SECRET])
    assert [each.user.id for each in row.incidents_responders] == ["PU1"]
    assert parts == 2
    row, _, parts, _ = entry(
        changed_actions=[SNOOZED, {"type": "resolve", "at": SECRET}],
        assignees=[{"id": "PU1"}, {}, None],
    )
    assert len(row.changed_actions) == 1
    assert [person.id for person in row.assignees] == ["PU1"]
    assert parts == 3


def test_what_fits_drops_nothing_and_has_no_shape() -> None:
    for row, rows, parts, shapes in (
        incident(incidents_responders=[JOINED], teams=None, service=None, resolved_at=None),
        entry(changed_actions=[SNOOZED], assignees=[], agent=None),
    ):
        assert row is not None
        assert (rows, parts, shapes) == (0, 0, Counter())


def test_a_row_without_what_it_needs_is_a_dropped_row() -> None:
    row, rows, parts, shapes = incident(incident_number=SECRET)
    assert (row, rows, parts) == (None, 1, 0)
    assert shapes == {Oddity("/incidents", "incidents.incident_number", "int_type", "a text"): 1}


def test_a_configuration_object_with_an_odd_part_is_not_read_at_all() -> None:
    """A level without one of its targets, or a schedule without one of its shifts, would be wrong.
    The object is kept as it was known."""
    rule = {"escalation_delay_in_minutes": 5, "targets": [{"id": "PU1"}]}
    policy = {"id": "PE1", "name": "Shop", "escalation_rules": [rule]}
    page = responses.page_of("escalation_policies", payloads.EscalationPolicy)
    row, rows, _, shapes = of_page("escalation_policies", page, policy)
    assert (row, rows) == (None, 1)
    field = "escalation_policies.escalation_rules.targets.type"
    assert shapes == {Oddity("/escalation_policies", field, "missing", "nothing"): 1}


def test_no_shape_holds_a_value_or_an_id() -> None:
    page = responses.ScheduleV3Response
    for body in (b'{"schedule": "Jane Doe"}', b'{"schedule": {"id": "Jane Doe"}', b"Jane Doe"):
        shapes = oddities("/v3/schedules/PSECRET1", body, page)
        assert shapes
        assert "Jane" not in repr(shapes)
        assert {shape.path for shape in shapes} == {"/v3/schedules/…"}


@pytest.mark.parametrize("name", ["PABC123", "pabc12", "ab12-CD_34", "P1"])
def test_no_id_of_a_path_is_in_a_shape(name: str) -> None:
    for path in (f"/v3/schedules/{name}", f"/service_dependencies/technical_services/{name}"):
        (shape,) = oddities(path, b"{", responses.IncidentsPage)
        assert shape.path == path.replace(name, "…")


def test_a_body_that_is_no_json_has_one_shape() -> None:
    assert oddities("/incidents", b'{"incidents": [', responses.IncidentsPage) == {
        Oddity("/incidents", "", "json_invalid", "no JSON"): 1
    }
