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
            "place": 0,
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


def test_the_place_within_a_second_is_pagerdutys_order_whatever_the_ids(context: Context) -> None:
    """Newest first: the last entry of the list is the earliest."""
    at_noon, a_second_later = "2026-03-01T12:00:00Z", "2026-03-01T12:00:01Z"
    listed = entries(
        {"id": "RA", "created_at": a_second_later},
        {"id": "RC", "created_at": at_noon},
        {"id": "RB", "created_at": at_noon},
        {"id": "RD", "created_at": at_noon},
    )
    rows = log_entries.transform(context, listed)
    assert {row["id"]: row["place"] for row in rows} == {"RA": 0, "RC": 2, "RB": 1, "RD": 0}
    oldest_first = log_entries.transform(context, listed[::-1])
    assert {row["id"]: row["place"] for row in oldest_first} == {"RA": 0, "RC": 2, "RB": 1, "RD": 0}


def test_of_one_second_only_the_list_is_newest_first(context: Context) -> None:
    rows = log_entries.transform(context, entries({"id": "RA"}, {"id": "RB"}))
    assert [row["place"] for row in rows] == [1, 0]
    assert log_entries.transform(context, []) == []
