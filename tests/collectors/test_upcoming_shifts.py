"""Who will be on call, how much is covered, and what the past makes of it when it catches up."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from corvana.collectors import schedules, upcoming_shifts
from corvana.collectors.windows import Window
from corvana.config import Settings
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.world.model import World
from corvana.store.models import Schedule, ScheduleCoverage, Shift
from tests.builders.listed_shifts import account, at, entry, layered, parts, shift, shift_based
from tests.builders.one_collector import read, serve, status, stored, versions
from tests.conftest import Connected, join

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
TODAY = datetime(2026, 3, 2, tzinfo=UTC)
CHUNKS = [Window(TODAY + n * 28 * DAY, TODAY + (n + 1) * 28 * DAY) for n in range(3)]


@pytest.fixture
def connected(
    configure: Callable[..., Settings], sandbox: RunningSandbox, database_url: str
) -> Connected:
    return join(configure(sandbox, CORVANA_DATABASE_URL=database_url), sandbox)


def covered(percentage: Any, **more: Any) -> dict[str, Any]:
    return layered(**more) | {"final_schedule": {"rendered_coverage_percentage": percentage}}


def test_twelve_weeks_are_read_in_three_parts_from_the_start_of_the_day() -> None:
    assert upcoming_shifts.chunks(NOW) == CHUNKS
    assert upcoming_shifts.chunks(TODAY) == CHUNKS


def test_coming_shifts_and_coverage_are_those_of_the_account(
    connected: Connected, small_world: World
) -> None:
    now = small_world.end
    chunks = upcoming_shifts.chunks(now)
    count = read(connected, upcoming_shifts.sync, now)
    shifts = {
        (
            schedule.id,
            connected.pseudonyms.of(each.user_id),
            max(each.start, chunk.since, now),
            min(each.end, chunk.until),
        )
        for schedule in small_world.schedules
        for each in schedule.shifts
        for chunk in chunks
        if max(each.start, chunk.since, now) < min(each.end, chunk.until)
    }
    names = ("schedule_id", "responder", "start", "end")
    assert {tuple(row[name] for name in names) for row in stored(connected, Shift)} == shifts
    assert count == len(shifts)
    coverage = stored(connected, ScheduleCoverage)
    assert {(row["schedule_id"], row["since"], row["until"]) for row in coverage} == {
        (schedule.id, *chunk) for schedule in small_world.schedules for chunk in chunks
    }
    for row in coverage:
        expected = share(small_world, row["schedule_id"], Window(row["since"], row["until"]))
        assert row["percentage"] == pytest.approx(expected, abs=0.01)
    assert {row["percentage"] for row in coverage} > {100.0}


def share(world: World, schedule_id: str, chunk: Window) -> float:
    """Percent of the chunk's minutes somebody is on call."""
    schedule = next(each for each in world.schedules if each.id == schedule_id)
    reached, seconds = chunk.since, 0.0
    for each in schedule.shifts:
        start, end = max(each.start, reached), min(each.end, chunk.until)
        if start < end:
            seconds, reached = seconds + (end - start).total_seconds(), end
    return 100 * seconds / (chunk.until - chunk.since).total_seconds()


def test_the_schedules_are_listed_and_the_noun_has_a_status(
    connected: Connected, small_world: World
) -> None:
    count = read(connected, upcoming_shifts.sync, NOW)
    assert {row["id"] for row in stored(connected, Schedule)} == {
        each.id for each in small_world.schedules
    }
    assert len(versions(connected, "schedules")) == len(small_world.schedules)
    noted = status(connected, "upcoming_shifts")
    assert noted
    assert (noted.rows, noted.succeeded_at) == (count, NOW)


@pytest.mark.parametrize(
    ("percentage", "kept"),
    [
        (87.5, [87.5] * 3),
        (0, [0.0] * 3),
        (None, []),
        ("most of it", []),
        (-1, []),
    ],
)
def test_coverage_is_a_number_or_not_there(
    connected: Connected, percentage: Any, kept: list[float]
) -> None:
    serve(connected, account([covered(percentage)]))
    read(connected, upcoming_shifts.sync, NOW)
    assert [row["percentage"] for row in stored(connected, ScheduleCoverage)] == kept


def test_a_schedule_that_is_not_rendered_has_no_coverage(connected: Connected) -> None:
    unrendered = account(
        [layered(final_schedule=None)], [shift_based(final_schedule=None, id="PS2")]
    )
    serve(connected, unrendered)
    assert read(connected, upcoming_shifts.sync, NOW) == 0
    assert stored(connected, ScheduleCoverage) == []
    assert len(stored(connected, Schedule)) == 2


def test_coverage_is_replaced_as_a_whole(connected: Connected) -> None:
    serve(connected, account([covered(50), covered(60, id="PS2")]))
    read(connected, upcoming_shifts.sync, NOW)
    serve(connected, account([covered(70)]))
    read(connected, upcoming_shifts.sync, NOW + DAY)
    assert [
        (row["schedule_id"], row["since"], row["percentage"])
        for row in stored(connected, ScheduleCoverage)
    ] == [("PS1", chunk.since + DAY, 70.0) for chunk in CHUNKS]


def test_what_has_happened_is_not_touched(connected: Connected) -> None:
    """The morning was PU1's when it was read; now PagerDuty says that all day is PU2's."""
    morning = entry("PU1", "2026-03-02T00:00:00Z", "2026-03-02T15:00:00Z")
    serve(connected, account([layered(morning)]))
    read(connected, schedules.sync, Window(TODAY, NOW - HOUR / 2), NOW)
    whole_day = entry("PU2", "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z")
    serve(connected, account([layered(whole_day)]))
    assert read(connected, upcoming_shifts.sync, NOW) == 1
    assert parts(connected) == [
        ("PU1", TODAY, at("2026-03-02T15:00:00Z")),
        ("PU2", NOW, at("2026-03-03T00:00:00Z")),
    ]


def test_when_the_past_catches_up_only_what_is_over_is_replaced(connected: Connected) -> None:
    """Two hours later PU2 has stood in for PU1 since five; PU1 still has the rest of the week."""
    week = entry("PU1", "2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z")
    serve(connected, account([layered(week)]))
    read(connected, upcoming_shifts.sync, NOW)
    past = Window(NOW - HOUR / 4, NOW + 2 * HOUR)
    serve(
        connected,
        account(
            [
                layered(
                    entry("PU1", past.since.isoformat(), "2026-03-02T17:00:00Z"),
                    entry("PU2", "2026-03-02T17:00:00Z", past.until.isoformat()),
                )
            ]
        ),
    )
    read(connected, schedules.sync, past, past.until)
    assert parts(connected) == [
        ("PU1", past.since, at("2026-03-02T17:00:00Z")),
        ("PU2", at("2026-03-02T17:00:00Z"), past.until),
        ("PU1", past.until, at("2026-03-08T00:00:00Z")),
    ]


def test_the_next_day_replaces_what_is_to_come(connected: Connected) -> None:
    serve(connected, account([layered(entry("PU1", "2026-03-01T00:00:00Z", None))]))
    read(connected, upcoming_shifts.sync, NOW)
    assert [(start, end) for _, start, end in parts(connected)] == [
        (max(NOW, chunk.since), chunk.until) for chunk in CHUNKS
    ]
    handover = at("2026-03-05T00:00:00Z")
    serve(
        connected,
        account(
            [
                layered(
                    entry("PU1", "2026-03-01T00:00:00Z", handover.isoformat()),
                    entry("PU2", handover.isoformat(), None),
                )
            ]
        ),
    )
    read(connected, upcoming_shifts.sync, NOW + DAY)
    assert parts(connected) == [
        ("PU1", NOW, NOW + DAY),
        ("PU1", NOW + DAY, handover),
        ("PU2", handover, CHUNKS[0].until + DAY),
        *(("PU2", chunk.since + DAY, chunk.until + DAY) for chunk in CHUNKS[1:]),
    ]


def test_shifts_to_come_of_a_deleted_schedule_are_forgotten_and_its_past_is_not(
    connected: Connected,
) -> None:
    week = shift("PU1", "2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z")
    serve(connected, account(v3=[shift_based(week)]))
    read(connected, schedules.sync, Window(TODAY, NOW), NOW)
    read(connected, upcoming_shifts.sync, NOW)
    serve(connected, account())
    read(connected, upcoming_shifts.sync, NOW + DAY)
    assert parts(connected) == [("PU1", TODAY, NOW), ("PU1", NOW, NOW + DAY)]
    (schedule,) = stored(connected, Schedule)
    assert schedule["deleted_at"] == NOW + DAY


def test_a_schedule_that_is_withheld_keeps_its_shifts_to_come(connected: Connected) -> None:
    week = shift("PU1", "2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z")
    answers = account(v3=[shift_based(week)])
    serve(connected, answers)
    read(connected, upcoming_shifts.sync, NOW)
    serve(connected, answers | {"/v3/schedules/PS1": 403})
    read(connected, upcoming_shifts.sync, NOW + DAY)
    assert parts(connected) == [("PU1", NOW, at("2026-03-08T00:00:00Z"))]
