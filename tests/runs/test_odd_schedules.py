"""Schedules over whole runs: converted, private, on no policy, in any zone, over a year of clocks.

What one page of a schedule can look like is in `test_shifts.py` and `test_oncalls.py`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest

from corvana.config import Settings
from corvana.sandbox.world import configuration_changes
from corvana.sandbox.world.model import Schedule, Shift, World
from corvana.store import models
from tests.builders.told_account import END, Collected, account, person, watching

Configure = Callable[..., Settings]
NEW_YORK = ZoneInfo("America/New_York")
YEAR = 370
Part = tuple[str, datetime, datetime]


def only(*shifts: Shift, kind: Literal["v2", "v3"] = "v2") -> World:
    """An account with one schedule, which is on no policy."""
    schedule = Schedule("PSONE", "The one", kind, NEW_YORK.key, (), shifts)
    return replace(account(), schedules=(schedule,))


def on_call(seen: Collected, schedule_id: str) -> list[Part]:
    """Who was on call when until the account's end; touching parts of one person are one."""
    parts = sorted(
        (each.start, min(each.end, END), each.responder)
        for each in seen.stored(models.Shift)
        if each.schedule_id == schedule_id and each.start < END
    )
    joined: list[Part] = []
    for start, end, who in parts:
        if joined and joined[-1][0] == who and joined[-1][2] >= start:
            joined[-1] = (who, joined[-1][1], max(end, joined[-1][2]))
        else:
            joined.append((who, start, end))
    return joined


def days_in_new_york() -> list[Shift]:
    """A change of shift every morning at nine, for more than a year."""
    first = END.astimezone(NEW_YORK).replace(hour=9, minute=0) - timedelta(days=YEAR + 5)
    mornings = [(first + timedelta(days=n)).astimezone(END.tzinfo) for n in range(YEAR + 10)]
    return [
        Shift(person(number % 2), start, end)
        for number, (start, end) in enumerate(pairwise(mornings))
    ]


@pytest.mark.parametrize("kind", ["v2", "v3"])
def test_a_daily_rotation_has_one_short_and_one_long_day_a_year(
    configure: Configure, kind: Literal["v2", "v3"]
) -> None:
    shifts = days_in_new_york()
    with watching(configure, only(*shifts, kind=kind)) as seen:
        collected = on_call(seen.collect(days=YEAR), "PSONE")
        whole = [part for part in collected if part[2] < END][1:]
        lived = [(seen.pseudonym(each.user_id), each.start, each.end) for each in shifts]
        assert [part for part in lived if part in whole] == whole
        hours = [(end - start) / timedelta(hours=1) for _, start, end in whole]
        assert len(hours) >= YEAR - 3
        assert set(hours) == {23.0, 24.0, 25.0}


@pytest.mark.parametrize("kind", ["v2", "v3"])
def test_a_shift_longer_than_any_window_is_whole_and_a_gap_stays_a_gap(
    configure: Configure, kind: Literal["v2", "v3"]
) -> None:
    day = timedelta(days=1)
    shifts = (
        Shift(person(0), END - 110 * day, END - 20 * day),
        Shift(person(1), END - 15 * day, END + 40 * day),
    )
    with watching(configure, only(*shifts, kind=kind)) as seen:
        seen.collect(days=100)
        (first, second) = on_call(seen, "PSONE")
        assert first[0] == seen.pseudonym(person(0))
        assert first[1] <= END - 100 * day
        assert first[2] == END - 20 * day
        assert second == (seen.pseudonym(person(1)), END - 15 * day, END)


def test_a_schedule_on_no_policy_has_shifts_and_nobody_on_call(configure: Configure) -> None:
    shift = Shift(person(0), END - timedelta(days=3), END + timedelta(days=3))
    with watching(configure, only(shift)) as seen:
        seen.collect()
        assert on_call(seen, "PSONE") == [(seen.pseudonym(person(0)), shift.start, END)]
        assert "PSONE" not in {each.schedule_id for each in seen.stored(models.OnCall)}


def test_shifts_rendered_in_another_zone_are_the_same_shifts(configure: Configure) -> None:
    shift = Shift(person(0), END - timedelta(days=3), END - timedelta(days=1))

    def elsewhere(body: dict[str, Any]) -> dict[str, Any]:
        for schedule in body["schedules"]:
            for entry in schedule.get("final_schedule", {}).get("rendered_schedule_entries", ()):
                for bound in ("start", "end"):
                    instant = datetime.fromisoformat(entry[bound])
                    entry[bound] = instant.astimezone(ZoneInfo("Asia/Kolkata")).isoformat()
        return body

    with watching(configure, only(shift)) as seen:
        seen.sandbox.faults.change("/us/schedules$", elsewhere)
        seen.collect()
        assert on_call(seen, "PSONE") == [(seen.pseudonym(person(0)), shift.start, shift.end)]


def layered() -> str:
    """A layer-based schedule that a policy points to."""
    targets = {
        target.id
        for policy in account().escalation_policies
        for rule in policy.rules
        for target in rule.targets
        if target.kind == "schedule"
    }
    return next(each.id for each in account().schedules if each.id in targets)


def test_a_schedule_converted_between_runs_keeps_its_id_and_its_past(configure: Configure) -> None:
    schedule_id = layered()
    with watching(configure, account()) as seen:
        before = on_call(seen.collect(), schedule_id)
        seen.sandbox.replace(configuration_changes.migrate_schedule(account(), schedule_id))
        seen.collect(later=timedelta(days=2))
        (row,) = (each for each in seen.stored(models.Schedule) if each.id == schedule_id)
        assert row.deleted_at is None
        assert on_call(seen, schedule_id) == before
        states = [
            version.state
            for version in seen.stored(models.ConfigurationVersion)
            if version.object_id == schedule_id
        ]
        assert states == [{"id": schedule_id, "label": row.label, "time_zone": row.time_zone}]


def test_a_private_schedule_is_pointed_to_and_never_seen(configure: Configure) -> None:
    schedule_id = layered()
    world = configuration_changes.hide_schedule(account(), schedule_id)
    with watching(configure, world) as seen:
        seen.collect()
        assert seen.run().status == "finished"
        assert schedule_id not in {each.id for each in seen.stored(models.Schedule)}
        assert schedule_id in {each.target for each in seen.stored(models.EscalationTarget)}
        assert on_call(seen, schedule_id) == []


def test_a_schedule_made_private_between_runs_is_a_tombstone_with_its_past(
    configure: Configure,
) -> None:
    schedule_id = layered()
    with watching(configure, account()) as seen:
        before = on_call(seen.collect(), schedule_id)
        seen.sandbox.replace(configuration_changes.hide_schedule(account(), schedule_id))
        seen.collect(later=timedelta(days=2))
        (row,) = (each for each in seen.stored(models.Schedule) if each.id == schedule_id)
        assert row.deleted_at is not None
        kept = on_call(seen, schedule_id)
        assert kept[:-1] == before[:-1]
        assert END - kept[-1][2] <= timedelta(minutes=15)
