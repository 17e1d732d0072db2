"""The account goes on: weeks go by and settings change, and what lies before stays as it was."""

from datetime import timedelta
from itertools import pairwise

import pytest

from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.model import Incident, LogEntry, Schedule, Shift, World
from corvana.sandbox.world.steps import Step
from tests.builders.movable_clock import NOW
from tests.builders.played.going_on import CHANGED, END, changed, planted, planted_rotation, played


def entries_until(world: World, at: object = CHANGED) -> list[LogEntry]:
    every = (entry for incident in world.incidents for entry in incident.log_entries)
    return sorted((each for each in every if each.at <= at), key=lambda each: each.id)  # type: ignore[operator]


def head(incident: Incident) -> tuple[object, ...]:
    """What is told of an incident until the change."""
    return (
        incident.id, incident.number, incident.title, incident.service_id, incident.priority_id,
        incident.created_at, tuple(state for state in incident.states if state.at <= CHANGED),
    )  # fmt: skip


def past(world: World) -> list[tuple[object, ...]]:
    return [head(each) for each in world.incidents if each.created_at <= CHANGED]


def shifts_until(schedule: Schedule) -> list[Shift]:
    return [each for each in schedule.shifts if each.end <= CHANGED]


def test_weeks_that_go_by_make_the_account_longer_and_leave_it_as_busy() -> None:
    longer = played(Step(at=NOW, weeks=6))
    assert longer.end == played().end + timedelta(weeks=6)
    more = [each for each in longer.incidents if each.created_at >= END]
    assert len(more) == pytest.approx(6 * 350, rel=0.1)
    by_week = [sum(each.created_at >= END + timedelta(weeks=n) for each in more) for n in range(6)]
    sizes = [one - other for one, other in zip(by_week, [*by_week[1:], 0], strict=True)]
    assert len(set(sizes)) > 1, "weeks differ"
    assert all(280 < size < 420 for size in sizes)


def test_six_weeks_at_once_are_the_same_as_six_times_one() -> None:
    later = [NOW + timedelta(weeks=n) for n in range(6)]
    one_by_one = played(*(Step(at=at, weeks=1) for at in later))
    assert one_by_one == played(Step(at=NOW, weeks=6))


def test_hours_that_go_by_are_the_beginning_of_their_week() -> None:
    begun, whole = played(Step(at=NOW, hours=5)), played(Step(at=NOW, weeks=1))
    assert begun == whole
    assert played(Step(at=NOW, hours=100), Step(at=CHANGED, weeks=1, hours=68)).end == (
        END + timedelta(weeks=2)
    )


def test_equal_steps_make_equal_accounts() -> None:
    steps = (changed("rotation", planted_rotation(), weeks=2),)
    again = build_world(seed=7, end=END, days=28, incidents=1400, steps=steps)
    assert again == played(*steps)


STEPS = {
    "weeks": lambda: Step(at=CHANGED, weeks=3),
    "first_level_delay": lambda: changed("first_level_delay", planted("slow_ack"), 3, 3),
    "rotation": lambda: changed("rotation", planted_rotation(), None, 3),
    "auto_pause": lambda: changed("auto_pause", planted("noisy_service"), 5, 3),
    "auto_resolve": lambda: changed("auto_resolve", planted("auto_resolve_wall"), 30, 3),
}


@pytest.mark.parametrize("step", STEPS)
def test_the_past_stays_as_it_was(step: str) -> None:
    before, after = played(), played(STEPS[step]())
    assert past(after) == past(before)
    assert entries_until(after) == entries_until(before)
    assert [shifts_until(each) for each in after.schedules] == [
        shifts_until(each) for each in before.schedules
    ]
    assert (after.account_id, after.users, after.teams) == (
        before.account_id, before.users, before.teams,
    )  # fmt: skip
    assert after.maintenance_windows == before.maintenance_windows


@pytest.mark.parametrize("step", ["first_level_delay", "rotation", "auto_pause", "auto_resolve"])
def test_a_later_step_leaves_what_an_earlier_one_made(step: str) -> None:
    one = STEPS[step]()
    another = Step(at=CHANGED + timedelta(weeks=3), weeks=2)
    before, after = played(one), played(one, another)
    until = CHANGED + timedelta(weeks=3)
    assert entries_until(after, until) == entries_until(before, until)


def test_shifts_are_known_eighty_four_days_ahead_however_many_weeks_went_by() -> None:
    for weeks in (0, 1, 6, 26):
        world = played(Step(at=NOW, weeks=weeks)) if weeks else played()
        horizon = world.end + timedelta(days=99)
        late = [each.shifts[-1].end for each in world.schedules]
        assert all(each > horizon - timedelta(days=4) for each in late)


def test_schedules_go_on_with_their_gaps_overrides_and_custom_shifts() -> None:
    world = played(Step(at=NOW, weeks=26))
    since = played().end + timedelta(days=100)

    def of(name: str) -> list[Shift]:
        schedule = next(each for each in world.schedules if each.name == name)
        return [each for each in schedule.shifts if each.start >= since]

    assert any(each.source == "override" for each in of("Payments primary"))
    assert any(each.source == "custom_shift" for each in of("Identity primary"))
    search = of("Search primary")
    assert any(one.end < other.start for one, other in pairwise(search))


def test_a_person_who_is_always_on_call_has_no_hand_off_where_shifts_were_rendered_later() -> None:
    world = played(Step(at=NOW, weeks=6))
    backup = next(each for each in world.schedules if each.name == "Storefront backup")
    assert len(backup.shifts) == 1
