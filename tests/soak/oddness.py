"""What makes the soak's account as odd as a real one, for the application and its twin alike."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any, Final

from corvana.sandbox.world.model import Incident, LogEntry, World

_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
_SHARES_A_SECOND: Final = 0.15
_IS_NOT_LOGGED: Final = 0.1
_UNLOGGED: Final = ("resolve", "trigger", "acknowledge", "assign")
_ODD: Final = 9
"""Every ninth row has an odd part."""


def odd_world(world: World, before: datetime) -> World:
    """Ids are random, events share seconds, and some changes before that time are in no log."""
    random = Random(5)
    return replace(
        world,
        incidents=tuple(_odd_incident(each, before, random) for each in world.incidents),
    )


def _odd_incident(incident: Incident, before: datetime, random: Random) -> Incident:
    entries = _within_a_second([_renamed(each, random) for each in incident.log_entries], random)
    is_over = all(entry.at < before for entry in entries)
    logged = [
        entry
        for place, entry in enumerate(entries)
        if not (
            is_over and place > 1 and entry.type in _UNLOGGED and random.random() < _IS_NOT_LOGGED
        )
    ]
    return replace(incident, log_entries=tuple(logged))


def _renamed(entry: LogEntry, random: Random) -> LogEntry:
    return replace(entry, id="R" + "".join(random.choices(_LETTERS, k=13)))


def _within_a_second(entries: Sequence[LogEntry], random: Random) -> list[LogEntry]:
    moved = list(entries[:2])
    for entry in entries[2:]:
        is_shared = random.random() < _SHARES_A_SECOND
        moved.append(replace(entry, at=moved[-1].at) if is_shared else entry)
    return moved


def odd_incidents(body: dict[str, Any]) -> dict[str, Any]:
    """Some incidents have a part that does not fit the contract."""
    return body | {"incidents": [_with_odd_reason(row) for row in body["incidents"]]}


def odd_log_entries(body: dict[str, Any]) -> dict[str, Any]:
    """Some entries have an agent without a type, or a list with an item that does not fit; the
    incidents that come along are odd like the listed ones."""
    return body | {"log_entries": [_odd_entry(row) for row in body["log_entries"]]}


def _odd_entry(row: dict[str, Any]) -> dict[str, Any]:
    incident = row.get("incident")
    whole = row | {"incident": _with_odd_reason(incident)} if incident else row
    if number_of(row) % _ODD == 0 and row.get("agent"):
        return whole | {"agent": {"id": row["agent"]["id"]}}
    if number_of(row) % _ODD == 1:
        return whole | {"changed_actions": [{"type": "unacknowledge"}], "channel": "website"}
    return whole


def _with_odd_reason(row: dict[str, Any]) -> dict[str, Any]:
    is_odd = number_of(row) % _ODD == 0 and "incident_number" in row
    return row | {"resolve_reason": "merged", "incidents_responders": [{}]} if is_odd else row


def number_of(row: dict[str, Any]) -> int:
    """Something of the row that stays the same."""
    return sum(row["id"].encode())
