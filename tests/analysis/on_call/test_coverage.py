"""Gaps of levels and schedules written by hand: exact borders, past and coming."""

from typing import Any

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.on_call.coverage import (
    coverage_gaps,
    times_not_needed,
    unknown_levels,
)
from tests.builders.analysis import rotations
from tests.builders.analysis.maintained import NO_WINDOWS, windows
from tests.builders.analysis.rotations import SUMMER_TIME, at, by_the_clock, framed, hours, rules

SCHEDULES = ("S1", "S2")
ALWAYS = pd.DataFrame(columns=["escalation_policy_id", "start", "end"]).astype(
    {"escalation_policy_id": "str", "start": frames.INSTANT, "end": frames.INSTANT}
)


def shifts(*rows: tuple[str, float, float]) -> pd.DataFrame:
    """Who is on call does not matter here."""
    return rotations.shifts(*((schedule, "ann", start, end) for schedule, start, end in rows))


def gaps(
    chain: pd.DataFrame,
    worked: pd.DataFrame,
    not_needed: pd.DataFrame = ALWAYS,
    schedules: tuple[str, ...] = SCHEDULES,
    as_of: float = 24,
) -> pd.DataFrame:
    return coverage_gaps(
        chain,
        worked,
        not_needed,
        schedules=schedules,
        since=at(0),
        as_of=at(as_of),
        until=at(24),
    )


def of_levels(*args: Any, **more: Any) -> list[tuple[str, int, float, float]]:
    found = gaps(*args, **more)
    found = found[found["level"].notna()]
    policies = zip(found["escalation_policy_id"], found["level"].tolist(), strict=True)
    return [(*who, *when) for who, when in zip(policies, hours(found), strict=True)]


def of_schedules(*args: Any, **more: Any) -> list[tuple[str, float, float]]:
    found = gaps(*args, **more)
    found = found[found["schedule_id"].notna()]
    return [(who, *when) for who, when in zip(found["schedule_id"], hours(found), strict=True)]


def test_a_level_has_a_gap_while_its_schedule_has_nobody():
    worked = shifts(("S1", 2, 8), ("S1", 8, 10), ("S1", 9, 12), ("S1", 14, 20))
    assert of_levels(rules(("P1", 1, "S1")), worked) == [
        ("P1", 1, 0, 2),
        ("P1", 1, 12, 14),
        ("P1", 1, 20, 24),
    ]


def test_shifts_over_the_edges_of_the_period_leave_no_gap_there():
    worked = shifts(("S1", -5, 3), ("S1", 4, 30))
    assert of_levels(rules(("P1", 1, "S1")), worked) == [("P1", 1, 3, 4)]


def test_a_shift_that_ends_where_the_period_begins_closes_nothing():
    assert of_levels(rules(("P1", 1, "S1")), shifts(("S1", -8, 0), ("S1", 24, 30))) == [
        ("P1", 1, 0, 24)
    ]


def test_schedules_of_one_level_stand_in_for_each_other():
    chain = rules(("P1", 1, "S1"), ("P1", 1, "S2"), ("P1", 2, "S2"))
    worked = shifts(("S1", 0, 12), ("S2", 10, 20))
    assert of_levels(chain, worked) == [("P1", 1, 20, 24), ("P1", 2, 0, 10), ("P1", 2, 20, 24)]


def test_a_person_named_directly_closes_every_gap_of_the_level_only():
    chain = rules(("P1", 1, "S1"), ("P1", 1, "bob"), ("P1", 2, "S1"))
    assert of_levels(chain, shifts()) == [("P1", 2, 0, 24)]


def test_a_schedule_that_was_not_collected_is_unknown_and_no_gap():
    chain = rules(
        ("P1", 1, "S7"), ("P1", 2, "S7"), ("P1", 2, "bob"), ("P2", 1, "S1"), ("P2", 2, "S7")
    )
    both = pd.concat([chain, rules(("P2", 2, "S1"))])
    for rows in (chain, both):
        assert of_levels(rows, shifts(("S1", 0, 20))) == [("P2", 1, 20, 24)]
        unknown = unknown_levels(rows, schedules=SCHEDULES)
        assert unknown.astype({"level": "int"}).to_numpy().tolist() == [["P1", 1], ["P2", 2]]


def test_a_gap_over_as_of_is_a_past_and_a_coming_one():
    assert of_levels(rules(("P1", 1, "S1")), shifts(("S1", 0, 6), ("S1", 20, 24)), as_of=15) == [
        ("P1", 1, 6, 15),
        ("P1", 1, 15, 20),
    ]


def test_every_collected_schedule_is_judged_also_one_without_a_shift_or_a_policy():
    assert of_schedules(rules(), shifts(("S1", 0, 23), ("S7", 0, 1))) == [
        ("S1", 23, 24),
        ("S2", 0, 24),
    ]


def test_where_nothing_is_configured_there_is_no_gap():
    found = gaps(rules(), shifts(), schedules=())
    assert found.empty
    assert found.dtypes.astype(str).to_dict() == dict(frames.COVERAGE_GAPS)


@pytest.mark.parametrize(("zone", "evening", "more"), SUMMER_TIME)
def test_the_gap_of_a_night_is_as_long_as_summer_time_makes_the_night(
    zone: str, evening: str, more: int
):
    since, dusk, dawn, until = by_the_clock(zone, evening, 14, 22, 32, 40)
    days = [(since, dusk), (dawn, until)]
    worked = framed(
        [
            {"schedule_id": "S1", "responder": "ann", "start": start, "end": end}
            for start, end in days
        ],
        frames.SHIFTS,
    )
    chain = rules(("P1", 1, "S1"))
    edges = {"since": since, "as_of": until, "until": until}
    found = coverage_gaps(chain, worked, ALWAYS, schedules=("S1",), **edges)
    assert found[["start", "end"]].to_numpy().tolist() == [[dusk, dawn], [dusk, dawn]]
    assert (found["end"] - found["start"]).tolist() == [pd.Timedelta(hours=10 + more)] * 2


def services(**policies: str | None) -> pd.DataFrame:
    rows = [
        {"service_id": service, "escalation_policy_id": policy, "status": "active"}
        for service, policy in policies.items()
    ]
    return framed(rows, frames.SERVICES)


def supported(service: str, **more: Any) -> dict[str, Any]:
    return {
        "service_id": service,
        "urgency_outside_support_hours": "low",
        "support_time_zone": "UTC",
        "support_days": "1 2 3 4 5",
        "support_start": "09:00:00",
        "support_end": "17:00:00",
    } | more


def idle(
    users: pd.DataFrame,
    *supports: dict[str, Any],
    days: int = 1,
    away: pd.DataFrame = NO_WINDOWS,
) -> list[tuple[Any, ...]]:
    found = times_not_needed(
        users,
        framed(list(supports), frames.SUPPORT_HOURS),
        away,
        fallback="America/New_York",
        since=at(0),
        until=at(24 * days),
    )
    return [
        (policy, *when)
        for policy, when in zip(found["escalation_policy_id"], hours(found), strict=True)
    ]


def test_a_policy_need_not_answer_outside_the_support_hours_of_its_only_service():
    assert idle(services(api="P1"), supported("api")) == [("P1", 0, 9), ("P1", 17, 24)]


def test_one_of_several_services_in_its_hours_is_enough():
    later = supported("web", support_start="15:00:00", support_end="20:00:00")
    assert idle(services(api="P1", web="P1"), supported("api"), later) == [
        ("P1", 0, 9),
        ("P1", 20, 24),
    ]


def test_a_service_that_is_always_supported_needs_its_policy_always():
    assert idle(services(api="P1", web="P1", ops="P2"), supported("api")) == []


@pytest.mark.parametrize("urgency", ["high", "severity_based", None])
def test_hours_outside_of_which_it_still_pages_excuse_nothing(urgency: str | None):
    assert idle(services(api="P1"), supported("api", urgency_outside_support_hours=urgency)) == []


@pytest.mark.parametrize("part", ["support_days", "support_start", "support_end"])
def test_incomplete_support_hours_excuse_nothing(part: str):
    assert idle(services(api="P1"), supported("api", **{part: None})) == []


def test_support_hours_are_on_their_own_clock_and_else_on_the_account_s():
    berlin, missing = (supported("api", support_time_zone=z) for z in ("Europe/Berlin", None))
    assert idle(services(api="P1"), berlin) == [("P1", 0, 8), ("P1", 16, 24)]
    assert idle(services(api="P1"), missing) == [("P1", 0, 14), ("P1", 22, 24)]


def test_a_weekend_without_support_is_wholly_excused():
    assert idle(services(api="P1"), supported("api", support_days="6 7"), days=5) == [
        ("P1", 0, 120)
    ]


def test_a_policy_of_no_service_is_needed_always():
    assert idle(services(api=None), supported("api")) == []


def test_a_policy_needs_nobody_while_its_only_service_is_in_maintenance():
    away = windows(api=[(2, 4), (3, 5), (20, 30)], web=[(0, 24)])
    assert idle(services(api="P1"), away=away) == [("P1", 2, 5), ("P1", 20, 24)]


def test_one_service_out_of_maintenance_needs_the_policy():
    away = windows(api=[(2, 8)], web=[(4, 10)])
    assert idle(services(api="P1", web="P1"), away=away) == [("P1", 4, 8)]
    assert idle(services(api="P1", web="P1", ops="P1"), away=away) == []


def test_maintenance_of_one_service_and_the_hours_of_another_excuse_together():
    away = windows(web=[(4, 12)])
    assert idle(services(api="P1", web="P1"), supported("api"), away=away) == [("P1", 4, 9)]
    both = windows(api=[(10, 12)], web=[(4, 12)])
    found = idle(services(api="P1", web="P1"), supported("api"), away=both)
    assert found == [("P1", 4, 9), ("P1", 10, 12)]


def test_a_gap_outside_support_hours_counts_apart_and_is_cut_there():
    not_needed = times_not_needed(
        services(api="P1"),
        framed([supported("api")], frames.SUPPORT_HOURS),
        NO_WINDOWS,
        fallback="UTC",
        since=at(0),
        until=at(24),
    )
    chain = rules(("P1", 1, "S1"), ("P2", 1, "S2"), ("P2", 2, "S1"))
    found = gaps(chain, shifts(("S1", 0, 8), ("S1", 10, 12), ("S2", 0, 20)), not_needed)
    first = found[found["escalation_policy_id"].eq("P1")]
    assert list(zip(hours(first), first["is_needed"], strict=True)) == [
        ((8, 9), False),
        ((9, 10), True),
        ((12, 17), True),
        ((17, 24), False),
    ]
    other = found[found["escalation_policy_id"].eq("P2")]
    assert other["is_needed"].all()
    # P2 needs S1 at all hours, so its gaps count wholly.
    schedule = found[found["schedule_id"].eq("S1")]
    assert list(zip(hours(schedule), schedule["is_needed"], strict=True)) == [
        ((8, 10), True),
        ((12, 24), True),
    ]


def test_a_schedule_used_only_where_hours_are_limited_counts_apart_too():
    not_needed = ALWAYS.pipe(
        lambda none: pd.concat(
            [none, pd.DataFrame({"escalation_policy_id": ["P1"], "start": at(6), "end": at(24)})]
        )
    )
    found = gaps(rules(("P1", 1, "S1")), shifts(("S2", 0, 24)), not_needed)
    schedule = found[found["schedule_id"].eq("S1")]
    assert list(zip(hours(schedule), schedule["is_needed"], strict=True)) == [
        ((0, 6), True),
        ((6, 24), False),
    ]
