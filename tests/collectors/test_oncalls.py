"""Who is on call at the moment a snapshot is taken."""

from datetime import UTC, datetime, timedelta
from typing import Any

from corvana.collectors import oncalls
from corvana.sandbox.world.model import World
from corvana.store.models import OnCall
from tests.builders.one_collector import page, read, serve, stored
from tests.conftest import Connected

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def on_call(policy: str = "PE1", level: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "escalation_policy": {"id": policy, "summary": "Ask Jane"},
        "escalation_level": level,
        "user": {"id": "PU1", "summary": "Jane Doe"},
        "schedule": {"id": "PS1", "summary": "Jane's"},
        "start": "2026-03-09T09:00:00+01:00",
        "end": "2026-03-16T09:00:00+01:00",
    } | changes


def take(connected: Connected, *rows: Any, now: datetime = NOW) -> int:
    serve(connected, {"/oncalls": page("oncalls", *rows)})
    return read(connected, oncalls.sync, now)


def test_the_snapshot_is_who_is_on_call_in_the_account(
    connected: Connected, small_world: World
) -> None:
    now = connected.sandbox.clock()
    shifts = {each.id: each.shifts for each in small_world.schedules}
    expected: set[tuple[Any, ...]] = set()
    for policy in small_world.escalation_policies:
        for level, rule in enumerate(policy.rules, start=1):
            for target in rule.targets:
                if target.kind == "user":
                    expected.add((policy.id, level, target.id, "", None, None))
                for each in shifts.get(target.id, ()):
                    if each.start <= now < each.end:
                        row = (each.user_id, target.id, each.start, each.end)
                        expected.add((policy.id, level, *row))
    assert read(connected, oncalls.sync, now) == len(expected)
    assert any(start is None for *_, start, _ in expected)
    names = ("escalation_policy_id", "level", "responder", "schedule_id", "start", "end")
    rows = stored(connected, OnCall)
    assert {tuple(row[name] for name in names) for row in rows} == {
        (policy, level, connected.pseudonyms.of(user), *rest)
        for policy, level, user, *rest in expected
    }
    assert {row["taken_at"] for row in rows} == {now}


def test_a_permanent_on_call_has_no_schedule_and_no_shift(connected: Connected) -> None:
    permanent = on_call(level=14, schedule=None, start=None, end=None)
    del permanent["schedule"]
    assert take(connected, permanent) == 1
    assert stored(connected, OnCall) == [
        {
            "taken_at": NOW,
            "escalation_policy_id": "PE1",
            "level": 14,
            "responder": connected.pseudonyms.of("PU1"),
            "schedule_id": "",
            "start": None,
            "end": None,
        }
    ]


def test_one_shift_through_three_policies_is_three_rows_and_a_repeated_entry_is_one(
    connected: Connected,
) -> None:
    through = [on_call(policy) for policy in ("PE1", "PE2", "PE3")]
    assert take(connected, *through, on_call("PE2"), on_call("PE1", level=2)) == 4
    rows = stored(connected, OnCall)
    assert [(row["escalation_policy_id"], row["level"]) for row in rows] == [
        ("PE1", 1),
        ("PE1", 2),
        ("PE2", 1),
        ("PE3", 1),
    ]
    assert {(row["start"], row["end"]) for row in rows} == {
        (datetime(2026, 3, 9, 8, tzinfo=UTC), datetime(2026, 3, 16, 8, tzinfo=UTC))
    }


def test_people_who_share_a_shift_are_both_on_call(connected: Connected) -> None:
    assert take(connected, on_call(), on_call(user={"id": "PU2", "deleted_at": None})) == 2


def test_entries_that_do_not_fit_are_left_out(connected: Connected) -> None:
    broken = (None, on_call(user=None), on_call(escalation_policy=None), on_call(start="now"))
    assert take(connected, *broken, on_call()) == 1


def test_a_snapshot_is_history(connected: Connected) -> None:
    take(connected, on_call(), on_call("PE2"))
    take(connected, on_call("PE2"), now=NOW + DAY)
    rows = stored(connected, OnCall)
    assert [(row["taken_at"], row["escalation_policy_id"]) for row in rows] == [
        (NOW, "PE1"),
        (NOW, "PE2"),
        (NOW + DAY, "PE2"),
    ]
