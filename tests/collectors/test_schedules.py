"""Who was on call in a window of time, and who stood in for the rotation."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from corvana.collectors import schedules
from corvana.collectors.windows import Window, finished
from corvana.errors import Forbidden
from corvana.sandbox.world.model import World
from corvana.store.models import Schedule, ScheduleOverride, Shift
from tests.builders.listed_shifts import account, at, entry, layered, parts, shift, shift_based
from tests.builders.one_collector import page, read, serve, stored, versions
from tests.conftest import Connected

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
START = datetime(2026, 3, 2, tzinfo=UTC)
WINDOW = Window(START, START + 28 * DAY)
NOW = START + 28 * DAY


def collect(connected: Connected, answers: dict[str, Any], window: Window = WINDOW) -> int:
    serve(connected, answers)
    return read(connected, schedules.sync, window, NOW)


def test_past_shifts_and_overrides_are_those_of_the_account(
    connected: Connected, small_world: World
) -> None:
    window = Window(small_world.end - 25 * DAY, small_world.end - 2 * HOUR)
    read(connected, schedules.sync, window, small_world.end)

    def expected(sources: set[str]) -> set[tuple[Any, ...]]:
        return {
            (
                schedule.id,
                connected.pseudonyms.of(each.user_id),
                max(each.start, window.since),
                min(each.end, window.until),
            )
            for schedule in small_world.schedules
            for each in schedule.shifts
            if each.source in sources and each.start < window.until and each.end > window.since
        }

    def kept(model: Any) -> set[tuple[Any, ...]]:
        names = ("schedule_id", "responder", "start", "end")
        return {tuple(row[name] for name in names) for row in stored(connected, model)}

    every: set[str] = {
        each.source for schedule in small_world.schedules for each in schedule.shifts
    }
    assert kept(Shift) == expected(every)
    overrides = expected({source for source in every if source.endswith("override")})
    assert len(overrides) > 3
    assert kept(ScheduleOverride) == overrides


def test_the_schedules_of_both_kinds_are_stored_with_their_label_and_zone(
    connected: Connected, small_world: World
) -> None:
    read(connected, schedules.sync, WINDOW, NOW)
    assert {each.kind for each in small_world.schedules} == {"v2", "v3"}
    rows = stored(connected, Schedule)
    assert {row["id"]: (row["label"], row["time_zone"]) for row in rows} == {
        each.id: (each.name, each.time_zone) for each in small_world.schedules
    }
    read(connected, schedules.sync, WINDOW, NOW + HOUR)
    assert len(versions(connected, "schedules")) == len(small_world.schedules)


def test_a_day_on_call_has_23_or_25_hours_when_the_clocks_change(connected: Connected) -> None:
    window = Window(at("2026-03-01T00:00:00Z"), at("2026-11-01T00:00:00Z"))
    forward = entry("PU1", "2026-03-28T09:00:00+01:00", "2026-03-29T09:00:00+02:00")
    back = entry("PU2", "2026-10-24T09:00:00+02:00", "2026-10-25T09:00:00+01:00")
    collect(connected, account([layered(forward, back)]), window)
    found = parts(connected)
    assert found == [
        ("PU1", at("2026-03-28T08:00:00Z"), at("2026-03-29T07:00:00Z")),
        ("PU2", at("2026-10-24T07:00:00Z"), at("2026-10-25T08:00:00Z")),
    ]
    assert [end - start for _, start, end in found] == [23 * HOUR, 25 * HOUR]


def test_shifts_are_cut_at_the_window_and_those_outside_are_left_out(connected: Connected) -> None:
    before = entry("PU1", "2026-02-01T00:00:00Z", "2026-03-02T00:00:00Z")
    across = entry("PU2", "2026-02-27T00:00:00Z", "2026-03-09T00:00:00Z")
    endless = entry("PU3", "2026-03-20T00:00:00Z", None)
    assert collect(connected, account([layered(before, across, endless)])) == 2
    assert parts(connected) == [
        ("PU2", WINDOW.since, at("2026-03-09T00:00:00Z")),
        ("PU3", at("2026-03-20T00:00:00Z"), WINDOW.until),
    ]


def test_gaps_and_empty_members_are_nobody(connected: Connected) -> None:
    layers = layered(entry(None, "2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z"))
    nobody = shift(None, "2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z")
    nobody["member"]["user_id"] = "PU1"
    shifts = shift_based(nobody, shift("PU2", "2026-03-06T00:00:00Z", "2026-03-07T00:00:00Z"))
    collect(connected, account([layers], [shifts | {"id": "PS2"}]))
    assert [user for user, _, _ in parts(connected)] == ["PU2"]


def test_people_who_share_a_shift_are_both_on_call(connected: Connected) -> None:
    span = ("2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z")
    collect(connected, account(v3=[shift_based(shift("PU1", *span), shift("PU2", *span))]))
    assert [user for user, _, _ in parts(connected)] == ["PU1", "PU2"]


def test_of_two_shifts_of_one_person_that_start_together_the_longer_counts(
    connected: Connected,
) -> None:
    start, end = "2026-03-05T00:00:00Z", "2026-03-07T00:00:00Z"
    both = (shift("PU1", start, end), shift("PU1", start, "2026-03-06T00:00:00Z"))
    collect(connected, account(v3=[shift_based(*both)]))
    assert parts(connected) == [("PU1", at(start), at(end))]


@pytest.mark.parametrize(
    ("source", "is_override"),
    [
        ("schedule_rotation", False),
        ("custom_shift", False),
        ("schedule_rotation_override", True),
        ("custom_shift_override", True),
        ("override", True),
        ("Jane Doe", False),
        (None, False),
    ],
)
def test_a_shift_is_an_override_by_its_source(
    connected: Connected, source: str | None, is_override: bool
) -> None:
    span = ("2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z")
    collect(connected, account(v3=[shift_based(shift("PU1", *span, source))]))
    expected = [("PU1", at(span[0]), at(span[1]))]
    assert parts(connected) == expected
    assert parts(connected, ScheduleOverride) == (expected if is_override else [])


def test_overrides_are_cut_at_the_window_and_replaced_when_it_is_read_again(
    connected: Connected,
) -> None:
    first = entry("PU1", "2026-02-27T00:00:00Z", "2026-03-03T00:00:00Z")
    collect(connected, account([layered(first, overrides=[first])]))
    expected = [("PU1", WINDOW.since, at("2026-03-03T00:00:00Z"))]
    assert parts(connected, ScheduleOverride) == expected
    collect(connected, account([layered(first, overrides_subschedule=None)]))
    assert parts(connected, ScheduleOverride) == []
    assert parts(connected) == expected


def test_a_deleted_user_was_on_call_all_the_same(connected: Connected) -> None:
    deleted = entry("PU1", "2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z")
    deleted["user"] |= {"deleted_at": "2026-03-05T00:00:00Z", "summary": None}
    users = [{"id": "PU1", "deleted_at": "2026-03-05T00:00:00Z"}]
    collect(connected, account([layered(deleted, users=users)]))
    assert [user for user, _, _ in parts(connected)] == ["PU1"]


def test_what_lies_outside_a_window_is_left_as_it_is(connected: Connected) -> None:
    """Three windows hold one long shift; the middle one is read again, and somebody stood in."""
    long = entry("PU1", "2026-03-03T00:00:00Z", "2026-03-27T00:00:00Z")
    collect(connected, account([layered(long)]))
    middle = Window(at("2026-03-10T00:00:00Z"), at("2026-03-12T00:00:00Z"))
    collect(
        connected,
        account([layered(entry("PU2", "2026-03-10T00:00:00Z", "2026-03-12T00:00:00Z"))]),
        middle,
    )
    assert parts(connected) == [
        ("PU1", at("2026-03-03T00:00:00Z"), middle.since),
        ("PU2", middle.since, middle.until),
        ("PU1", middle.until, at("2026-03-27T00:00:00Z")),
    ]


UNREADABLE = {"schedule": {"id": "PS1", "name": None}}


@pytest.mark.parametrize(
    ("answer", "survives"),
    [(400, True), (402, True), (403, True), (UNREADABLE, True), (404, False)],
)
def test_a_schedule_that_is_not_rendered_stays_as_it_was_unless_it_is_gone(
    connected: Connected, answer: Any, survives: bool
) -> None:
    span = ("2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z")
    both = account(v3=[shift_based(shift(f"PU{n}", *span), id=f"PS{n}") for n in (1, 2)])
    collect(connected, both)
    assert collect(connected, both | {"/v3/schedules/PS1": answer}) == 1
    alive = [row["id"] for row in stored(connected, Schedule) if not row["deleted_at"]]
    assert alive == (["PS1", "PS2"] if survives else ["PS2"])
    assert [user for user, _, _ in parts(connected)] == (["PU1", "PU2"] if survives else ["PU2"])


def test_a_converted_schedule_keeps_its_id_and_its_shifts(connected: Connected) -> None:
    first, second = "2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z"
    collect(connected, account([layered(entry("PU1", first, second), time_zone=None)]))
    later = Window(WINDOW.until, WINDOW.until + 28 * DAY)
    again = shift("PU1", "2026-04-05T00:00:00Z", "2026-04-06T00:00:00Z")
    serve(connected, account(v3=[shift_based(again)]))
    read(connected, schedules.sync, later, NOW + DAY)
    assert parts(connected) == [
        ("PU1", at(first), at(second)),
        ("PU1", at("2026-04-05T00:00:00Z"), at("2026-04-06T00:00:00Z")),
    ]
    assert [(row["id"], row["deleted_at"]) for row in stored(connected, Schedule)] == [
        ("PS1", None)
    ]
    (version,) = versions(connected, "schedules")
    assert (version[0], version[1] and version[1]["time_zone"]) == ("PS1", None)


def test_a_schedule_that_is_converted_while_it_is_read_is_in_both_lists_and_counts_once(
    connected: Connected,
) -> None:
    span = ("2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z")
    both = account([layered(entry("PU1", *span))], [shift_based(shift("PU1", *span))])
    assert collect(connected, both) == 1
    assert [row["id"] for row in stored(connected, Schedule)] == ["PS1"]
    assert len(versions(connected, "schedules")) == 1


def test_schedules_that_may_not_be_listed_change_nothing(connected: Connected) -> None:
    span = ("2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z")
    collect(connected, account([layered(entry("PU1", *span))]))
    with pytest.raises(Forbidden):
        collect(connected, {"/schedules": 403, "/v3/schedules": page("schedules")})
    assert [user for user, _, _ in parts(connected)] == ["PU1"]


def test_where_only_shift_based_schedules_are_closed_the_others_still_count(
    connected: Connected,
) -> None:
    span = ("2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z")
    collect(
        connected,
        account([layered(entry("PU1", *span))], [shift_based(shift("PU2", *span), id="PS2")]),
    )
    closed = account([layered(entry("PU3", *span))]) | {"/v3/schedules": 403}
    collect(connected, closed)
    assert {user for user, _, _ in parts(connected)} == {"PU2", "PU3"}
    assert {row["deleted_at"] for row in stored(connected, Schedule)} == {None}


def test_a_window_is_entered_in_the_ledger(connected: Connected) -> None:
    collect(connected, account())
    with Session(connected.engine) as session:
        assert finished(session, connected.id, "shifts") == [WINDOW]
