"""Interruptions of logs written by hand: what counts, and what becomes one."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corvana import frames
from corvana.analysis.lifecycle.interruptions import arrivals, interruptions, merge_arrivals
from corvana.versions.categories import in_memory

START = pd.Timestamp("2026-03-02T10:00:00", tz="UTC")
AS_OF = START + pd.Timedelta(days=1)


def at(seconds: float) -> pd.Timestamp:
    return START + pd.Timedelta(seconds=seconds)


def notified(
    seconds: float,
    means: str | None = "push",
    who: str | None = "ann",
    incident: str = "Q1",
    **more: Any,
) -> dict[str, Any]:
    entry = {
        "incident_id": incident,
        "at": at(seconds),
        "type": "notify",
        "notification_type": means,
        "responder": who,
    }
    return entry | more


def log(*entries: dict[str, Any]) -> pd.DataFrame:
    blank = dict.fromkeys(frames.LOG_ENTRIES) | {"assignees": ""}
    rows = [{**blank, "place": n, **row} for n, row in enumerate(entries)]
    return frames.conform(pd.DataFrame(rows), frames.LOG_ENTRIES)


def counted(*entries: dict[str, Any]) -> list[tuple[str, float, str]]:
    found = interruptions(log(*entries), as_of=AS_OF)
    seconds = (found["at"] - START).dt.total_seconds()
    return list(zip(found["responder"], seconds, found["incident_id"], strict=True))


@pytest.mark.parametrize("means", ["push", "phone", "sms"])
def test_a_push_a_call_and_an_sms_interrupt(means: str):
    assert counted(notified(0, means)) == [("ann", 0, "Q1")]


@pytest.mark.parametrize("means", ["email", "unknown", None])
def test_an_email_never_interrupts_nor_does_what_is_not_known(means: str | None):
    assert counted(notified(0, means), notified(90, "sms")) == [("ann", 90, "Q1")]


def test_only_notifications_interrupt():
    assert counted(notified(0, type="acknowledge")) == []


def test_a_notification_of_nobody_is_left_out():
    assert counted(notified(0, who=None)) == []


def test_arrivals_within_60_seconds_are_one_and_the_first_gives_the_incident():
    entries = [notified(59, "sms", incident="Q2"), notified(0, incident="Q1")]
    assert counted(*entries) == [("ann", 0, "Q1")]


def test_exactly_60_seconds_is_within_and_a_moment_more_is_not():
    assert counted(notified(0), notified(60)) == [("ann", 0, "Q1")]
    assert counted(notified(0), notified(60.000001)) == [("ann", 0, "Q1"), ("ann", 60.000001, "Q1")]


def test_the_60_seconds_run_from_the_arrival_kept_and_do_not_chain():
    pages = [notified(seconds) for seconds in (0, 50, 100, 150, 200)]
    assert counted(*pages) == [("ann", 0, "Q1"), ("ann", 100, "Q1"), ("ann", 200, "Q1")]


def test_a_new_minute_begins_at_the_first_arrival_after_the_last_one_ended():
    pages = [notified(seconds) for seconds in (0, 500, 530, 561)]
    assert [seconds for _, seconds, _ in counted(*pages)] == [0, 500, 561]


@pytest.mark.parametrize(
    "change",
    [
        "2026-03-29T01:00Z",  # Berlin, forward
        "2026-10-25T01:00Z",  # Berlin, back
        "2026-03-08T07:00Z",  # New York, forward
        "2026-11-01T06:00Z",  # New York, back
        "2026-10-03T16:00Z",  # Sydney, forward
        "2026-04-04T16:00Z",  # Sydney, back
    ],
)
def test_a_minute_is_a_minute_while_the_clocks_change(change: str):
    pages = [
        notified(0) | {"at": pd.Timestamp(change) + pd.Timedelta(seconds=later)}
        for later in (-30, 30, 31)
    ]
    found = interruptions(log(*pages), as_of=pd.Timestamp("2027-01-01", tz="UTC"))
    assert (found["at"] - pd.Timestamp(change)).dt.total_seconds().tolist() == [-30, 31]


def test_two_responders_paged_at_once_are_two_interruptions():
    pages = [notified(0, who="bob"), notified(5, who="ann"), notified(10, who="bob")]
    assert counted(*pages) == [("ann", 5, "Q1"), ("bob", 0, "Q1")]


def test_of_the_same_instant_the_earlier_in_pagerdutys_order_gives_the_incident():
    first, second = notified(0, incident="Q9"), notified(0, incident="Q1")
    assert counted(first, second) == [("ann", 0, "Q9")]
    assert counted(first | {"place": 1}, second | {"place": 0}) == [("ann", 0, "Q1")]


def test_what_comes_after_as_of_is_not_known_yet():
    last = AS_OF - START
    assert counted(notified(last.total_seconds()), notified(last.total_seconds() + 100)) == [
        ("ann", last.total_seconds(), "Q1")
    ]


def test_an_empty_log_has_no_interruption_and_the_contract():
    found = interruptions(frames.empty(frames.LOG_ENTRIES), as_of=AS_OF)
    assert found.dtypes.astype(str).to_dict() == dict(frames.INTERRUPTIONS)
    assert found.empty


def test_parts_collected_apart_are_merged_over_their_border():
    parts = [arrivals(log(notified(n * 45)), as_of=AS_OF) for n in range(3)]
    merged = merge_arrivals(pd.concat(parts, ignore_index=True))
    assert merged["at"].tolist() == [at(0), at(90)]


@given(
    st.lists(
        st.tuples(st.sampled_from(["ann", "bob"]), st.integers(0, 80)), min_size=1, max_size=60
    )
)
def test_each_responders_first_arrival_after_a_minute_is_kept(came: list[tuple[str, int]]):
    seconds = pd.Series([gap for _, gap in came]).cumsum()
    every = frames.conform(
        pd.DataFrame(
            {
                "responder": [responder for responder, _ in came],
                "at": START + pd.to_timedelta(seconds, unit="s"),
                "incident_id": [f"Q{number}" for number in range(len(came))],
            }
        ),
        frames.INTERRUPTIONS,
    )
    expected = []
    for responder in ("ann", "bob"):
        last: Any = None
        row: Any
        for row in every[every["responder"].eq(responder)].itertuples():
            if last is None or (row.at - last).total_seconds() > 60:
                expected.append((responder, row.at, row.incident_id))
                last = row.at
    kept = merge_arrivals(every)
    assert list(kept.itertuples(index=False, name=None)) == expected
    categories = merge_arrivals(in_memory(every, "arrivals"))
    pd.testing.assert_frame_equal(frames.conform(categories, frames.INTERRUPTIONS), kept)
