"""Stages of incidents written by hand add up to the time to the first resolve."""

from typing import Any

import pandas as pd
import pytest

from corvana.analysis.response.stages import STAGES, by_team, stage_summary, stages
from tests.builders.analysis.climbing_incidents import AS_OF, at, incident, incidents_of


def minutes(**more: Any) -> list[float]:
    """The five stages of one incident and their total, in minutes."""
    row = incidents_of(
        incident("Q1", acked=more.pop("acked", None), resolved=more.pop("resolved", None))
        | {"snoozed_seconds": 0.0}
        | more
    )
    found = stages(row, as_of=AS_OF).iloc[0]
    assert sum(found[list(STAGES)]) == found["total"]
    return [found[name] / 60 for name in (*STAGES, "total")]


def test_every_stage_takes_its_part() -> None:
    assert minutes(
        acked=5,
        resolved=60,
        first_paged_at=at(1),
        seconds_to_mobilize=20 * 60.0,
        snoozed_seconds=600.0,
    ) == [1, 4, 15, 10, 30, 60]


def test_alone_nobody_is_waited_for() -> None:
    assert minutes(acked=5, resolved=60, first_paged_at=at(1)) == [1, 4, 0, 0, 55, 60]


def test_without_an_ack_everything_after_the_page_is_unanswered() -> None:
    assert minutes(resolved=60, first_paged_at=at(1)) == [1, 59, 0, 0, 0, 60]


def test_without_a_page_everything_until_the_ack_is_unpaged() -> None:
    assert minutes(acked=5, resolved=60) == [5, 0, 0, 0, 55, 60]
    assert minutes(resolved=60) == [60, 0, 0, 0, 0, 60]


def test_a_page_after_the_ack_and_a_page_before_the_creation_take_no_time_of_others() -> None:
    assert minutes(acked=5, resolved=60, first_paged_at=at(7)) == [5, 0, 0, 0, 55, 60]
    assert minutes(acked=5, resolved=60, first_paged_at=at(-1)) == [0, 5, 0, 0, 55, 60]


def test_a_joiner_or_a_snooze_beyond_the_resolve_ends_with_it() -> None:
    late = {"seconds_to_mobilize": 90 * 60.0}
    assert minutes(acked=5, resolved=60, first_paged_at=at(1), **late) == [1, 4, 55, 0, 0, 60]
    long = {"snoozed_seconds": 7200.0}
    assert minutes(acked=5, resolved=60, first_paged_at=at(1), **long) == [1, 4, 0, 55, 0, 60]


def test_an_open_incident_runs_until_the_end_of_sight() -> None:
    assert minutes(acked=5, first_paged_at=at(1)) == [1, 4, 0, 0, 115, 120]


@pytest.fixture
def three() -> pd.DataFrame:
    """Q1 and Q2 resolved, Q3 open, Q4 merged."""
    return incidents_of(
        *(
            row | {"first_paged_at": at(1), "snoozed_seconds": 0.0, "service_id": "S1"}
            for row in (
                incident("Q1", acked=5, resolved=20),
                incident("Q2", acked=3, resolved=40),
                incident("Q3", acked=2),
                incident("Q4", acked=2, resolved=9, resolution="merged"),
            )
        )
    )


def test_the_summary_shares_out_the_seconds_of_what_is_resolved(three: pd.DataFrame) -> None:
    summary = stage_summary(stages(three, as_of=AS_OF))
    assert summary["stage"].to_list() == [*STAGES, "total"]
    assert set(summary["n"]) == {2}
    assert set(summary["n_open"]) == {1}
    assert (summary["seconds"] / 60).to_list() == [2, 6, 0, 0, 52, 60]
    assert summary["share"].to_list() == pytest.approx([2 / 60, 0.1, 0, 0, 52 / 60, 1])
    assert (summary["median"] / 60).to_list() == [1, 3, 0, 0, 26, 30]
    assert summary["n_any"].to_list() == [2, 2, 0, 0, 2, 2]


def test_the_summary_of_groups_shares_within_each(three: pd.DataFrame) -> None:
    table = three.assign(service_id=["S1", "S2", "S1", "S1"])
    summary = stage_summary(stages(table, as_of=AS_OF), ["service_id"])
    totals = summary.query("stage == 'total'")
    assert totals[["service_id", "n", "n_open", "share"]].to_numpy().tolist() == [
        ["S1", 1, 1, 1.0],
        ["S2", 1, 0, 1.0],
    ]
    assert (totals["seconds"] / 60).to_list() == [20, 40]


def test_the_interval_of_a_share_is_that_of_a_ratio(three: pd.DataFrame) -> None:
    working = stage_summary(stages(three, as_of=AS_OF)).query("stage == 'working'").iloc[0]
    # 15 of 20 and 37 of 40 minutes: residuals ∓7/3, so half is z · √(2 · 2 · (7/3)²) / 60.
    half = 1.959964 * 2 * (7 / 3) / 60
    assert working["share_low"] == pytest.approx(52 / 60 - half)
    assert working["share_high"] == pytest.approx(min(52 / 60 + half, 1))


def test_one_incident_has_no_interval_of_its_shares(three: pd.DataFrame) -> None:
    summary = stage_summary(stages(three.iloc[:1], as_of=AS_OF))
    assert summary[["share_low", "share_high"]].isna().all(axis=None)


def test_an_incident_of_two_teams_is_in_each(three: pd.DataFrame) -> None:
    teams: list[Any] = ["T1 T2", "T2", None, "T1"]
    table = stages(three.assign(team_ids=teams), as_of=AS_OF)
    totals = stage_summary(by_team(table), ["team_ids"]).query("stage == 'total'")
    assert totals[["team_ids", "n"]].to_numpy().tolist() == [["T1", 1], ["T2", 2]]
    assert by_team(table.iloc[:0]).empty


def test_nothing_has_no_stages() -> None:
    nothing = stages(incidents_of(), as_of=AS_OF)
    assert nothing.empty
    assert stage_summary(nothing).empty
