"""What on-call cost each responder, of frames written by hand: exact counts, seconds, rates."""

from datetime import time

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.on_call.hours import HourWindows, TimeZones, with_hours
from corvana.analysis.on_call.responder_load import responder_loads, sleep_on_call, weekend_on_call
from tests.builders.analysis import rotations
from tests.builders.analysis.rotations import framed, rules

FRIDAY = 96
"""Hours from Monday to the Friday at which the period begins."""


def at(hours: float) -> pd.Timestamp:
    return rotations.at(FRIDAY + hours)


def shifts(*rows: tuple[str, float, float]) -> pd.DataFrame:
    return rotations.shifts(
        *(("S1", who, FRIDAY + start, FRIDAY + end) for who, start, end in rows)
    )


def paged(*rows: tuple[str, float]) -> pd.DataFrame:
    return rotations.paged(*((who, FRIDAY + hours) for who, hours in rows))


def zones(**known: str) -> TimeZones:
    rows = [{"responder": who, "role": None, "time_zone": zone} for who, zone in known.items()]
    return TimeZones(framed(rows, frames.RESPONDERS), "UTC")


RULES = rules(("P1", 1, "S1"), ("P1", 2, "lee"))


def loads(
    pages: pd.DataFrame, worked: pd.DataFrame, located: TimeZones | None = None, until: float = 96
) -> pd.DataFrame:
    clocks = located or zones()
    found = responder_loads(
        with_hours(pages, clocks), worked, RULES, clocks, since=at(0), until=at(until)
    )
    return found.set_index("responder")


def test_pages_are_counted_by_class_and_by_clock_hour():
    pages = paged(("ann", 3), ("ann", 9), ("ann", 9.5), ("ann", 20), ("ann", 33))
    found = loads(pages, shifts()).loc["ann"]
    assert found["interruptions"] == 5
    assert found["sleep_hour_interruptions"] == 1
    assert found["business_hour_interruptions"] == 2
    assert found["off_hour_interruptions"] == 2
    assert found["disrupted_hours"] == 4


def test_the_responder_s_own_clock_decides():
    pages = paged(("ann", 3), ("bob", 3), ("cat", 3))
    found = loads(pages, shifts(), zones(ann="Asia/Singapore", bob="America/New_York"))
    columns = [f"{name}_hour_interruptions" for name in ("sleep", "off", "business")]
    assert found[columns].loc[["ann", "bob", "cat"]].to_numpy().tolist() == [
        [0, 0, 1],
        [1, 0, 0],
        [1, 0, 0],
    ]
    assert found["time_zone_source"].tolist() == ["responder", "responder", "account", "account"]


def test_a_page_at_the_edge_of_the_period_is_in_at_the_start_and_out_at_the_end():
    found = loads(paged(("ann", 0), ("ann", 96), ("ann", -0.01)), shifts())
    assert found.loc["ann", "interruptions"] == 1


def test_the_rate_counts_pages_during_shifts_over_on_call_hours_with_the_exact_interval():
    pages = paged(("ann", 1), ("ann", 2), ("ann", 30))
    found = loads(pages, shifts(("ann", 0, 10), ("ann", 5, 20))).loc["ann"]
    assert found["interruptions"] == 3
    assert found["interruptions_on_call"] == 2
    assert found["interruptions_per_on_call_hour"] == 2 / 20
    # Two events: 0.2422 to 7.2247 (Garwood 1936).
    assert found["interruptions_per_on_call_hour_low"] == pytest.approx(0.242209 / 20, rel=1e-5)
    assert found["interruptions_per_on_call_hour_high"] == pytest.approx(7.224688 / 20, rel=1e-5)


def test_without_a_page_the_rate_is_zero_with_an_upper_bound():
    found = loads(paged(), shifts(("ann", 0, 20))).loc["ann"]
    assert found["interruptions_per_on_call_hour"] == 0.0
    assert found["interruptions_per_on_call_hour_low"] == 0.0
    assert found["interruptions_per_on_call_hour_high"] == pytest.approx(3.688879 / 20, rel=1e-5)


def test_without_a_shift_there_is_no_rate():
    found = loads(paged(("lee", 1)), shifts()).loc["lee"]
    assert found["permanent_policy_count"] == 1
    assert found["on_call_seconds"] == 0.0
    assert found["interruptions"] == 1
    rate = [f"interruptions_per_on_call_hour{part}" for part in ("", "_low", "_high")]
    assert found[rate].isna().all()


def test_the_share_of_time_is_of_the_whole_period():
    found = loads(paged(), shifts(("ann", -10, 24))).loc["ann"]
    assert found["on_call_share"] == 0.25


def test_rests_and_shifts_are_counted_where_they_can_be_judged():
    worked = shifts(("ann", 0, 12), ("ann", 24, 36), ("ann", 90, 99))
    found = loads(paged(("ann", 1), ("ann", 2), ("ann", 95)), worked).loc["ann"]
    assert (found["rests"], found["short_rests"]) == (2, 1)
    assert (found["shifts"], found["quiet_shifts"], found["shifts_over_norm"]) == (2, 1, 0)


def test_everybody_paged_on_call_or_named_has_a_row_and_the_frame_its_contract():
    found = loads(paged(("bob", 1)), shifts(("ann", 0, 1), ("zoe", 200, 300)))
    assert found.index.tolist() == ["ann", "bob", "lee"]
    assert found.reset_index().dtypes.astype(str).to_dict() == dict(frames.RESPONDER_LOADS)


def test_an_account_without_anybody_has_an_empty_table():
    found = responder_loads(
        with_hours(paged(), zones()),
        shifts(),
        frames.empty(frames.RULES),
        zones(),
        since=at(0),
        until=at(96),
    )
    assert found.empty
    assert found.dtypes.astype(str).to_dict() == dict(frames.RESPONDER_LOADS)


@pytest.mark.parametrize(
    ("zone", "weekend"),
    [
        ("UTC", (24, 72)),
        ("Asia/Singapore", (16, 64)),
        ("America/New_York", (29, 76)),  # summer time begins: the weekend has 47 hours
    ],
)
def test_the_weekend_is_saturday_and_sunday_on_the_own_clock(zone: str, weekend: tuple):
    worked = shifts(("ann", 0, 60), ("ann", 50, 96))
    found = weekend_on_call(worked, zones(ann=zone), since=at(0), until=at(96))
    assert found.to_numpy().tolist() == [["ann", at(weekend[0]), at(weekend[1])]]
    seconds = loads(paged(), worked, zones(ann=zone)).loc["ann", "weekend_on_call_seconds"]
    assert seconds == (weekend[1] - weekend[0]) * 3600


def test_the_weekend_is_clipped_to_shift_and_period():
    worked = shifts(("ann", 20, 30), ("bob", 70, 80))
    found = weekend_on_call(worked, zones(), since=at(26), until=at(71))
    assert found.to_numpy().tolist() == [["ann", at(26), at(30)], ["bob", at(70), at(71)]]


def test_nobody_on_call_has_neither_weekend_nor_night():
    for measure in (weekend_on_call, sleep_on_call):
        assert measure(shifts(), zones(), since=at(0), until=at(96)).empty


@pytest.mark.parametrize(
    ("zone", "nights"),
    [
        ("UTC", [(22, 32), (46, 56)]),
        ("Asia/Singapore", [(14, 24), (38, 48), (62, 64)]),
        ("America/New_York", [(10, 13), (27, 37), (51, 60)]),  # summer time begins in the last
    ],
)
def test_a_night_is_the_sleep_hours_of_the_own_clock(zone: str, nights: list):
    worked = shifts(("ann", 10, 60), ("ann", 50, 64))
    found = sleep_on_call(worked, zones(ann=zone), since=at(0), until=at(96))
    assert found[["start", "end"]].to_numpy().tolist() == [[at(a), at(b)] for a, b in nights]
    seconds = loads(paged(), worked, zones(ann=zone)).loc["ann", "sleep_on_call_seconds"]
    assert seconds == sum(b - a for a, b in nights) * 3600


def test_without_sleep_hours_there_is_no_night():
    awake = HourWindows(time(0), time(0))
    found = sleep_on_call(shifts(("ann", 0, 60)), zones(), since=at(0), until=at(96), windows=awake)
    assert found.empty
