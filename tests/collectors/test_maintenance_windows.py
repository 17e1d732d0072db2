"""Spans in which services open no incidents: those to come can be cancelled, those over cannot."""

from datetime import UTC, datetime, timedelta
from typing import Any

from corvana.collectors import maintenance_windows
from corvana.sandbox.world.model import World
from corvana.store.models import MaintenanceWindow
from tests.builders.one_collector import page, read, serve, stored, versions
from tests.conftest import Connected

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def window(name: str, start: datetime, end: datetime, **more: Any) -> dict[str, Any]:
    return {"id": name, "start_time": start.isoformat(), "end_time": end.isoformat()} | more


def test_maintenance_windows_are_those_of_the_account_over_under_way_and_to_come(
    connected: Connected, small_world: World
) -> None:
    read(connected, maintenance_windows.NOUN.sync, NOW)
    expected = [
        {
            "id": each.id,
            "start": each.start,
            "end": each.end,
            "service_ids": " ".join(sorted(each.service_ids)),
            "deleted_at": None,
        }
        for each in small_world.maintenance_windows
    ]
    assert stored(connected, MaintenanceWindow) == sorted(expected, key=lambda row: str(row["id"]))


def test_a_maintenance_window_that_is_over_stays_and_a_coming_one_that_vanishes_does_not(
    connected: Connected,
) -> None:
    listed = [
        window("PAST", NOW - 2 * DAY, NOW - DAY),
        window("ENDS", NOW - DAY, NOW + HOUR),
        window("NEXT", NOW + 2 * DAY, NOW + 3 * DAY),
    ]
    serve(connected, {"/maintenance_windows": page("maintenance_windows", *listed)})
    read(connected, maintenance_windows.NOUN.sync, NOW)
    serve(connected, {"/maintenance_windows": page("maintenance_windows")})
    read(connected, maintenance_windows.NOUN.sync, NOW + HOUR)
    rows = stored(connected, MaintenanceWindow)
    assert {row["id"]: row["deleted_at"] for row in rows} == {
        "PAST": None,
        "ENDS": None,
        "NEXT": NOW + HOUR,
    }
    gone = [
        each for each, state in versions(connected, maintenance_windows.NOUN.name) if state is None
    ]
    assert gone == ["NEXT"]


def test_of_a_maintenance_window_only_its_time_and_ids_of_services_are_kept(
    connected: Connected,
) -> None:
    body = window(
        "PM1",
        NOW,
        NOW + HOUR,
        services=[{"id": "PS2", "summary": "Shop"}, {"id": "PS1"}],
        teams=None,
        created_by={"id": "PU1", "summary": "Jane Doe"},
        description="Ask Jane",
    )
    serve(connected, {"/maintenance_windows": page("maintenance_windows", body)})
    read(connected, maintenance_windows.NOUN.sync, NOW)
    assert stored(connected, MaintenanceWindow) == [
        {
            "id": "PM1",
            "start": NOW,
            "end": NOW + HOUR,
            "service_ids": "PS1 PS2",
            "deleted_at": None,
        }
    ]
