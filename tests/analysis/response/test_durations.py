"""Response times on frames small enough to work out by hand."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.response import breakdowns, durations

AS_OF = datetime(2026, 11, 23, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 16, 8, tzinfo=UTC)


def lifecycle(*rows):
    """Return lifecycle rows; what a row does not give is empty."""
    given = [
        {"incident_id": f"Q{place}", "created_at": MONDAY, "resolution": "responder"} | row
        for place, row in enumerate(rows)
    ]
    frame = frames.empty(frames.INCIDENTS).reindex(range(len(given)))
    for column, kind in frames.INCIDENTS.items():
        if kind == frames.FLAG:
            frame[column] = False
        if kind in (frames.COUNT, "int64"):
            frame[column] = 0
    for column in {name for row in given for name in row}:
        frame[column] = [row.get(column) for row in given]
    return frames.conform(frame, frames.INCIDENTS)


def acked(seconds, **other):
    return {"seconds_to_first_ack": seconds, "seconds_to_resolve": seconds + 600.0} | other


FIVE = lifecycle(
    acked(60.0),
    acked(180.0),
    {"seconds_to_resolve": 120.0, "resolution": "auto"},
    {"resolution": "open", "created_at": AS_OF - timedelta(seconds=150)},
    acked(5.0, resolution="merged"),
)


def test_every_incident_is_accounted_for():
    got = durations.ack_summary(FIVE, AS_OF)
    assert (got.n, got.n_done, got.n_open, got.n_competing, got.n_merged, got.n_auto) == (
        4, 2, 1, 1, 1, 1,
    )  # fmt: skip
    assert got.n == got.n_done + got.n_open + got.n_competing


def test_incidents_in_maintenance_are_left_out_and_counted_merged_ones_as_merged():
    away = [
        acked(9.0, in_maintenance=True),
        acked(5.0, resolution="merged", in_maintenance=True),
        {"resolution": "open", "in_maintenance": True},
    ]
    some, none = lifecycle(acked(60.0), *away), lifecycle(acked(60.0))
    for summary in (durations.ack_summary, durations.resolve_summary):
        got = summary(some, AS_OF)
        assert (got.n, got.n_merged, got.n_in_maintenance, got.n_all) == (1, 1, 2, 4)
        assert (got.n_done, got.n_open, got.n_auto) == (1, 0, 0)
        pd.testing.assert_frame_equal(got.curve, summary(none, AS_OF).curve)


def test_ack_curve_keeps_the_resolved_and_the_open_in_the_denominator():
    """1/4 at 60 s; the auto-resolve at 120 s leaves S = 1/2; the open one leaves at 150 s; so the
    last at 180 s adds 1/2."""
    curve = durations.ack_summary(FIVE, AS_OF).curve
    assert curve["seconds"].tolist() == [60, 180]
    assert curve["share"].tolist() == pytest.approx([0.25, 0.75])


def test_resolve_curve_censors_the_open_one():
    got = durations.resolve_summary(FIVE, AS_OF)
    assert (got.n, got.n_done, got.n_open, got.n_competing) == (4, 3, 1, 0)
    assert got.curve["seconds"].tolist() == [120, 660, 780]
    assert got.curve["share"].tolist() == pytest.approx([0.25, 0.625, 1.0])


def test_percentiles_wait_for_enough_data():
    few = durations.ack_summary(lifecycle(*(acked(float(i)) for i in range(1, 20))), AS_OF)
    more = durations.ack_summary(lifecycle(*(acked(float(i)) for i in range(1, 21))), AS_OF)
    assert few.p50.value == 10
    assert math.isnan(few.p90.value)
    assert more.p90.value == pytest.approx(18.1)
    assert math.isnan(more.p95.value)


def test_nothing_selected_is_no_error():
    got = durations.ack_summary(frames.empty(frames.INCIDENTS), AS_OF)
    assert (got.n, got.n_done, got.curve.empty) == (0, 0, True)
    assert durations.resolve_summary(frames.empty(frames.INCIDENTS), AS_OF).n == 0


@pytest.mark.parametrize("dimension", ["service", "policy", "team", "urgency"])
def test_breakdown_of_nothing_is_empty(dimension):
    got = breakdowns.breakdown(frames.empty(frames.INCIDENTS), "seconds_to_first_ack", dimension)
    assert got.empty


def test_breakdown_puts_the_slowest_first_and_small_samples_last():
    frame = lifecycle(
        *(acked(60.0 + i, service_id="quick") for i in range(10)),
        *(acked(600.0 + i, service_id="slow") for i in range(10)),
        acked(9_000.0, service_id="rare"),
        {"service_id": "slow", "resolution": "open"},
    )
    got: Any = breakdowns.breakdown(frame, "seconds_to_first_ack", "service").set_index("id")
    assert got.index.tolist() == ["slow", "quick", "rare"]
    assert got.loc["slow", ["n", "n_done", "n_open"]].tolist() == [11, 10, 1]
    assert got["enough"].tolist() == [True, True, False]
    assert got.loc["slow", "p50"] == 604.5
    assert got.loc["slow", "q_value"] < 0.01
    assert math.isnan(got.loc["rare", "q_value"])


def test_an_incident_counts_in_each_of_its_teams():
    frame = lifecycle(acked(60.0, team_ids="A B"), acked(120.0, team_ids="B"), acked(5.0))
    got = breakdowns.breakdown(frame, "seconds_to_first_ack", "team").set_index("id")
    assert got["n"].to_dict() == {"A": 1, "B": 2}
    assert got.loc["B", "p50"] == 90


def test_weekly_trend_keeps_empty_weeks_and_starts_on_local_mondays():
    """Sunday 23:30 UTC is already Monday in Berlin."""
    frame = lifecycle(
        acked(60.0, created_at=datetime(2026, 11, 1, 23, 30, tzinfo=UTC)),
        acked(120.0, created_at=datetime(2026, 11, 16, 9, tzinfo=UTC)),
    )
    got = breakdowns.weekly_trend(frame, "seconds_to_first_ack", "Europe/Berlin")
    assert got["week"].dt.strftime("%Y-%m-%d").tolist() == [
        "2026-11-02",
        "2026-11-09",
        "2026-11-16",
    ]
    assert got["n"].tolist() == [1, 0, 1]
    assert got["p50"].tolist() == pytest.approx([60, np.nan, 120], nan_ok=True)


def test_weekly_trend_of_nothing_is_empty():
    assert breakdowns.weekly_trend(
        frames.empty(frames.INCIDENTS), "seconds_to_resolve", "UTC"
    ).empty


def test_hour_of_week_is_local_and_complete():
    got = breakdowns.hour_of_week(
        lifecycle(acked(60.0), acked(180.0)), "seconds_to_first_ack", "Asia/Tokyo"
    )
    assert len(got) == 168
    told = got.loc[got["n"] > 0]
    assert told.iloc[0].tolist() == [0, 17, 2, 120]


def test_distribution_counts_every_value_once_in_round_bins_and_clamps_zero():
    frame = lifecycle(*(acked(value) for value in (0.0, 1.0, 1.5, 3.0, 8.0)))
    got = breakdowns.distribution(frame, "seconds_to_first_ack")
    assert got["n"].tolist() == [3, 0, 1, 0, 0, 1]
    assert got["start"].tolist() == [1, 2, 3, 4, 6, 8]
    assert got["end"].tolist() == [2, 3, 4, 6, 8, 10]


def test_bins_of_minutes_hours_and_days_end_at_round_times():
    values = (125.0, 5_400.0, 86_399.0, 3e7)
    got = breakdowns.distribution(lifecycle(*map(acked, values)), "seconds_to_first_ack")
    edges = got.loc[got["n"] > 0, ["start", "end"]]
    assert edges.to_numpy().tolist() == [
        [120, 180],
        [5_400, 7_200],
        [57_600, 86_400],
        [256 * 86_400, 384 * 86_400],
    ]


def test_a_reopened_incident_is_open_and_one_resolved_is_not():
    frame = lifecycle(
        acked(60.0),
        acked(60.0, resolution="open", reopened=True, first_acknowledged_at=MONDAY),
        {"resolution": "open"},
    )
    assert durations.unresolved(frame) == (2, 1, frame["created_at"].min())
    assert durations.unresolved(lifecycle(acked(60.0))) == (0, 0, None)


def test_the_oldest_open_incident_is_told_by_its_creation():
    later = MONDAY + pd.Timedelta(days=1)
    frame = lifecycle(
        acked(60.0), {"resolution": "open", "created_at": later}, {"resolution": "open"}
    )
    assert durations.unresolved(frame).oldest_at == MONDAY
    assert durations.unresolved(frame.iloc[1:2]).oldest_at == later


def test_the_slowest_group_is_the_slowest_of_those_clearly_slower():
    groups = pd.DataFrame(
        {"id": ["unsure", "few", "slow", "near"], "enough": [True, False, True, True],
         "q_value": [0.06, 0.01, 0.05, 0.01], "times": [9.0, 9.0, 1.25, 1.2],
         "p50": [900.0, 900.0, 125.0, 120.0]}
    )  # fmt: skip
    found = breakdowns.slowest(groups)
    assert found is not None
    assert found["id"] == "slow"
    assert breakdowns.slowest(groups[groups["id"].ne("slow")]) is None


def test_a_usual_week_is_the_median_of_whole_weeks():
    assert breakdowns.usual_week(pd.DataFrame({"n": [3, 9, 4]})) == 4
    assert math.isnan(breakdowns.usual_week(pd.DataFrame({"n": []})))


def test_the_frame_given_is_left_as_it_was():
    before = FIVE.copy()
    durations.ack_summary(FIVE, AS_OF)
    breakdowns.breakdown(FIVE, "seconds_to_first_ack", "team")
    pd.testing.assert_frame_equal(FIVE, before)


def test_only_weeks_that_lie_in_the_period_from_end_to_end_are_whole():
    weeks = pd.DataFrame({"week": pd.to_datetime(["2026-03-02", "2026-03-09", "2026-03-16"])})
    since, until = (pd.Timestamp(edge, tz="Europe/Berlin") for edge in ("2026-03-03", "2026-03-23"))
    found = breakdowns.whole_weeks(weeks, since, until, "Europe/Berlin")
    assert found["week"].dt.day.tolist() == [9, 16]
    assert found.columns.tolist() == weeks.columns.tolist()
    # When Monday begins in Berlin, Sunday is not over in New York.
    assert breakdowns.whole_weeks(weeks, since, until, "America/New_York")[
        "week"
    ].dt.day.tolist() == [9]


def test_weeks_before_the_first_incident_and_after_the_last_are_whole_weeks_without_any():
    """Of four weeks with one incident, a usual week has none."""
    one = lifecycle(acked(60.0))
    weeks = breakdowns.weekly_trend(one, "seconds_to_first_ack", "UTC")
    monday = weeks["week"].iloc[0].tz_localize("UTC")
    since, until = monday - pd.Timedelta(weeks=2), monday + pd.Timedelta(weeks=2)
    found = breakdowns.whole_weeks(weeks, since, until, "UTC")
    assert found["n"].tolist() == [0, 0, 1, 0]
    assert found["n_done"].tolist() == [0, 0, 1, 0]
    assert found["p50"].notna().tolist() == [False, False, True, False]
    assert breakdowns.usual_week(found) == 0
    none = breakdowns.weekly_trend(one.iloc[:0], "seconds_to_first_ack", "UTC")
    assert breakdowns.whole_weeks(none, since, until, "UTC")["n"].tolist() == [0, 0, 0, 0]
