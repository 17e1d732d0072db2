"""Rows of the log, and what the run counts of it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from corvana.collectors import log_entries
from corvana.collectors.context import Context, Pseudonyms
from corvana.pagerduty import payloads, responses

PSEUDONYMS = Pseudonyms(b"k" * 32)


@pytest.fixture
def context() -> Context:
    """Nothing is asked for and nothing stored: rows are made of payloads alone."""
    return Context("c", "h", None, None, PSEUDONYMS)  # type: ignore[arg-type]


def entries(*changes: dict[str, Any]) -> list[payloads.LogEntry]:
    rows = [
        {
            "id": f"R{number}",
            "type": "notify_log_entry",
            "created_at": "2026-03-01T12:00:00+01:00",
            "incident": {"id": "Q1", "type": "incident_reference"},
        }
        | change
        for number, change in enumerate(changes)
    ]
    body = json.dumps({"log_entries": rows})
    parsed = responses.LogEntriesPage.model_validate_json(body).rows
    return [entry for entry in parsed if entry]


def test_an_entry_becomes_one_row(context: Context) -> None:
    (entry,) = entries(
        {
            "type": "snooze_log_entry",
            "agent": {"id": "PU1", "type": "user_reference"},
            "channel": {"type": "website", "notification": {"type": "sms_notification"}},
            "assignees": [{"id": "PU3"}, {"id": "PU2"}],
            "user": {"id": "PU2"},
            "changed_actions": [
                {"type": "resolve", "at": "2026-03-02T00:00:00Z"},
                {"type": "unacknowledge", "at": "2026-03-01T13:00:00Z"},
            ],
        }
    )
    assert log_entries.transform(context, [entry]) == [
        {
            "connection_id": "c",
            "id": "R0",
            "incident_id": "Q1",
            "type": "snooze",
            "at": datetime(2026, 3, 1, 11, tzinfo=UTC),
            "agent_type": "user",
            "agent": PSEUDONYMS.of("PU1"),
            "channel_type": "website",
            "notification_type": "sms",
            "responder": PSEUDONYMS.of("PU2"),
            "assignees": " ".join(sorted(map(PSEUDONYMS.of, ("PU2", "PU3")))),
            "until": datetime(2026, 3, 1, 13, tzinfo=UTC),
        }
    ]


def test_whoever_is_not_a_person_is_a_kind(context: Context) -> None:
    (entry,) = entries({"agent": {"id": "PS1", "type": "service_reference"}, "channel": None})
    (row,) = log_entries.transform(context, [entry])
    names = ("agent_type", "agent", "channel_type", "notification_type", "responder", "assignees")
    assert [row[name] for name in names] == ["service", None, None, None, None, ""]


def test_entries_without_an_incident_are_left_out_and_counted(context: Context) -> None:
    found = entries({}, {"incident": None}, {"incident": None}, {})
    assert [row["id"] for row in log_entries.transform(context, found)] == ["R0", "R3"]
    assert log_entries.without_incident(found) == 2


def test_entries_of_unknown_type_are_stored_and_counted(context: Context) -> None:
    types = (
        "merge_log_entry",
        "Jane Doe",
        "acknowledgement_log_entry",
        "priority_change_log_entry",
    )
    found = entries(*({"type": each} for each in types))
    assert [row["type"] for row in log_entries.transform(context, found)] == [
        "merge",
        "unknown",
        "acknowledge",
        "priority_change",
    ]
    assert log_entries.unknown_types(found) == 2
