"""Schedules and their shifts as PagerDuty lists them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from corvana.store.models import Shift
from tests.builders.one_collector import page, stored
from tests.conftest import Connected


def entry(user: str | None, start: str, end: str | None) -> dict[str, Any]:
    return {"start": start, "end": end, "user": user and {"id": user, "summary": "Jane Doe"}}


def layered(*entries: Any, overrides: Iterable[Any] = (), **more: Any) -> dict[str, Any]:
    return {
        "id": "PS1",
        "name": "Primary",
        "time_zone": "Europe/Berlin",
        "final_schedule": {"rendered_schedule_entries": list(entries)},
        "overrides_subschedule": {"rendered_schedule_entries": list(overrides)},
    } | more


def shift(
    user: str | None, start: str, end: str, source: str | None = "schedule_rotation"
) -> dict[str, Any]:
    member = {"type": "user_member", "user_id": user} if user else {"type": "empty_member"}
    return {
        "type": "computed_shift_assignment",
        "start_time": start,
        "end_time": end,
        "member": member,
        "source": source and {"type": source},
    }


def shift_based(*shifts: Any, **more: Any) -> dict[str, Any]:
    final = {"type": "final_schedule", "computed_shift_assignments": list(shifts)}
    return {"id": "PS1", "name": "Primary", "final_schedule": final} | more


def account(layer_based: Iterable[Any] = (), v3: Iterable[Any] = ()) -> dict[str, Any]:
    """PagerDuty's responses for these schedules."""
    v3 = list(v3)
    references = [{"id": each["id"], "type": "schedule_v3_reference"} for each in v3]
    return {
        "/schedules": page("schedules", *layer_based),
        "/v3/schedules": page("schedules", *references),
    } | {f"/v3/schedules/{each['id']}": {"schedule": each} for each in v3}


def parts(connected: Connected, model: Any = Shift) -> list[tuple[str, datetime, datetime]]:
    """(user id, start, end), by start. Pseudonyms are replaced by the user ids of these tests."""
    users = {connected.pseudonyms.of(f"PU{n}"): f"PU{n}" for n in range(1, 5)}
    found = [(users[r["responder"]], r["start"], r["end"]) for r in stored(connected, model)]
    return sorted(found, key=lambda part: (part[1], part[0]))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
