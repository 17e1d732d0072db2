"""The way to the first ack, level by level, on incidents written by hand."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.escalations.climbing import policy_summary, stays
from corvana.analysis.escalations.level_funnel import account_funnel, ack_latency, funnel
from tests.builders.analysis.climbing_incidents import AS_OF, incident, incidents_of, step, steps_of

RULES = pd.DataFrame(
    {
        "escalation_policy_id": ["P1", "P1", "P1", "P2", "P2", "P9"],
        "level": [1, 2, 2, 1, 2, 1],
    }
)
"""Two people on level 2 of P1, nobody ever on level 2 of P2 nor on P9."""


def told(incidents: list[dict[str, Any]], *steps: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Incident, policy, level, minutes, arrived_by, ended_by of every stay."""
    found = stays(incidents_of(*incidents), steps_of(*steps), as_of=AS_OF)
    columns = ["incident_id", "escalation_policy_id", "level", "seconds", "arrived_by", "ended_by"]
    return [(*row[:3], row[3] / 60, *row[4:]) for row in found[columns].itertuples(index=False)]


def test_a_stay_lasts_until_the_timer_and_the_next_until_the_ack() -> None:
    assert told(
        [incident("Q1", acked=7, resolved=30)], step("Q1", 0, 1, "first"), step("Q1", 5, 2)
    ) == [("Q1", "P1", 1, 5, "first", "timeout"), ("Q1", "P1", 2, 2, "timeout", "ack")]


def test_steps_after_the_ack_are_no_stays() -> None:
    found = told(
        [incident("Q1", acked=3, resolved=30)],
        step("Q1", 0, 1, "first"),
        step("Q1", 8, 2, "manual"),
    )
    assert found == [("Q1", "P1", 1, 3, "first", "ack")]


def test_a_step_at_the_instant_of_the_ack_comes_after_it() -> None:
    found = told(
        [incident("Q1", acked=5, resolved=30)], step("Q1", 0, 1, "first"), step("Q1", 5, 2)
    )
    assert found == [("Q1", "P1", 1, 5, "first", "ack")]


def test_an_open_stay_lasts_until_the_end_of_sight() -> None:
    assert told([incident("Q1")], step("Q1", 0, 1, "first")) == [
        ("Q1", "P1", 1, 120, "first", "open")
    ]


def test_a_resolve_without_an_ack_ends_a_stay_and_what_follows_is_another_episode() -> None:
    found = told(
        [incident("Q1", acked=60, resolved=10)],
        step("Q1", 0, 1, "first"),
        step("Q1", 50, 1, "first"),
    )
    assert found == [("Q1", "P1", 1, 10, "first", "resolved")]


def test_a_reassignment_ends_the_stay_and_is_itself_on_no_level() -> None:
    found = told(
        [incident("Q1", acked=9, resolved=30)],
        step("Q1", 0, 1, "first"),
        step("Q1", 4, None, "reassignment"),
    )
    assert found == [("Q1", "P1", 1, 4, "first", "moved")]


def test_low_urgency_merged_and_directly_assigned_incidents_have_no_stays() -> None:
    assert (
        told(
            [
                incident("Q1", urgency="low"),
                incident("Q2", urgency_at_creation="low"),
                incident("Q3", resolution="merged"),
                incident("Q4", acked=9),
            ],
            step("Q1", 0, 1, "first"),
            step("Q2", 0, 1, "first"),
            step("Q3", 0, 1, "first"),
            step("Q4", 0, None, "first"),
            step("Q4", 4, 1, "delegation"),
        )
        == []
    )


def test_an_unknown_level_or_policy_is_left_out() -> None:
    found = told(
        [incident("Q1", acked=9)],
        step("Q1", 0, 1, "first"),
        step("Q1", 4, 1, "delegation", escalation_policy_id=None),
    )
    assert found == [("Q1", "P1", 1, 4, "first", "moved")]


def test_a_skewed_clock_gives_a_stay_of_no_length() -> None:
    assert told([incident("Q1", acked=-1)], step("Q1", 0, 1, "first")) == [
        ("Q1", "P1", 1, 0, "first", "ack")
    ]


def test_repeated_loops_are_visits_and_count_the_people_paged() -> None:
    found = stays(
        incidents_of(incident("Q1", acked=20)),
        steps_of(
            step("Q1", 0, 1, "first", to_responders="ann bob"),
            step("Q1", 5, 2),
            step("Q1", 10, 1, to_responders="ann bob"),
            step("Q1", 15, 2, to_responders=None),
        ),
        as_of=AS_OF,
    )
    assert found["visit"].to_list() == [1, 1, 2, 2]
    assert found["paged"].to_list() == [2, 1, 2, 0]


@pytest.fixture
def four() -> pd.DataFrame:
    """P1: Q1 acked on level 1, Q2 on level 2 after a repeat, Q3 open on 2; P2: Q4 has one level."""
    other: dict[str, Any] = {"escalation_policy_id": "P2"}
    return stays(
        incidents_of(
            incident("Q1", acked=2, resolved=9),
            incident("Q2", acked=18, resolved=40),
            incident("Q3"),
            incident("Q4", resolved=6, **other),
        ),
        steps_of(
            step("Q1", 0, 1, "first"),
            step("Q2", 0, 1, "first"),
            step("Q2", 5, 2),
            step("Q2", 10, 1),
            step("Q2", 15, 2),
            step("Q3", 0, 1, "first"),
            step("Q3", 3, 2, "manual"),
            step("Q4", 0, 1, "first", **other),
        ),
        as_of=AS_OF,
    )


def test_the_funnel_counts_incidents_once_however_often_they_come_by(four: pd.DataFrame) -> None:
    counts = funnel(four, RULES)[
        ["escalation_policy_id", "level", "n", "n_reached", "n_acked", "n_open", "n_stays"]
    ]
    assert [tuple(row) for row in counts.itertuples(index=False)] == [
        ("P1", 1, 3, 3, 1, 0, 4),
        ("P1", 2, 3, 2, 1, 1, 3),
        ("P2", 1, 1, 1, 0, 0, 1),
        ("P2", 2, 1, 0, 0, 0, 0),
    ]


def test_the_funnel_tells_timeouts_from_people(four: pd.DataFrame) -> None:
    causes = funnel(four, RULES)[["by_timeout", "by_manual", "by_unknown", "timed_out"]]
    assert [tuple(row) for row in causes.itertuples(index=False)] == [
        (1, 0, 0, 2),
        (2, 1, 0, 1),
        (0, 0, 0, 0),
        (0, 0, 0, 0),
    ]


def test_a_level_that_nothing_reached_has_a_share_of_zero_and_no_share_of_acks(
    four: pd.DataFrame,
) -> None:
    last = funnel(four, RULES).iloc[-1]
    assert (last["reach"], round(last["reach_high"], 4)) == (0.0, 0.7935)
    assert last[["ack", "ack_low", "p50", "p90"]].isna().all()


def test_shares_carry_wilson_intervals_and_latencies_count_from_the_page(
    four: pd.DataFrame,
) -> None:
    second = funnel(four, RULES).iloc[1]
    assert second["reach"] == pytest.approx(2 / 3)
    assert (second["reach_low"], second["reach_high"]) == pytest.approx((0.2077, 0.9385), abs=1e-4)
    assert second["ack"] == 0.5
    assert (second["ack_low"], second["ack_high"]) == pytest.approx((0.0945, 0.9055), abs=1e-4)
    assert second["p50"] == 180.0
    assert np.isnan(second["p90"])


def test_the_accounts_funnel_leaves_the_policy_out(four: pd.DataFrame) -> None:
    counts = account_funnel(four)[["level", "n", "n_reached", "n_acked"]]
    assert [tuple(row) for row in counts.itertuples(index=False)] == [(1, 4, 4, 1), (2, 4, 2, 1)]


def test_leaving_a_level_competes_with_its_ack_and_an_open_stay_is_censored(
    four: pd.DataFrame,
) -> None:
    """Level 1 of P1: ends at 3 min (manual), 2 (ack), 5 and 5 (timeout)."""
    first = four.query("escalation_policy_id == 'P1' and level == 1")
    assert ack_latency(first)[["seconds", "share"]].to_numpy().tolist() == [[120.0, 0.25]]
    second = four.query("escalation_policy_id == 'P1' and level == 2")
    assert ack_latency(second)[["seconds", "share"]].to_numpy().tolist() == [
        [180.0, pytest.approx(1 / 3)]
    ]


def test_an_incident_in_maintenance_makes_no_stay() -> None:
    incidents = incidents_of(incident("Q1"), incident("Q2", in_maintenance=True))
    steps = steps_of(step("Q1", 0, 1, "first"), step("Q2", 0, 1, "first"))
    assert stays(incidents, steps, as_of=AS_OF)["incident_id"].to_list() == ["Q1"]


def test_nothing_has_an_empty_funnel() -> None:
    nothing = stays(incidents_of(), steps_of(), as_of=AS_OF)
    assert funnel(nothing, RULES).empty
    assert account_funnel(nothing).empty
    assert ack_latency(nothing).empty


def test_the_summary_counts_what_it_leaves_out_and_ends_with_the_account() -> None:
    table = policy_summary(
        incidents_of(
            incident("Q1", acked=2, timeout_escalation_count=2, repeated=True),
            incident("Q2", manual_escalation_count=1, exhausted=True),
            incident("Q3", resolution="merged", timeout_escalation_count=9),
            incident("Q4", urgency="low"),
            incident("Q5", resolved=5),
            incident("Q6", escalation_policy_id="P2", resolved=5),
            incident("Q7", in_maintenance=True, urgency="low", timeout_escalation_count=9),
            incident("Q8", in_maintenance=True, resolution="merged"),
        ),
        steps_of(step("Q5", 0, None, "first"), step("Q6", 0, 1, "first")),
    )
    columns = [
        *("n", "n_acked", "n_open"),
        *("n_merged", "n_in_maintenance", "n_low_urgency", "n_direct"),
    ]
    assert table["escalation_policy_id"].to_list()[:2] == ["P1", "P2"]
    assert pd.isna(table["escalation_policy_id"].iloc[2])
    assert table[columns].to_numpy().tolist() == [
        [2, 1, 2, 2, 1, 1, 1],
        [1, 0, 0, 0, 0, 0, 0],
        [3, 1, 2, 2, 1, 1, 1],
    ]
    assert table["timeout_escalations"].to_list() == [2, 0, 2]
    assert table["manual_escalations"].to_list() == [1, 0, 1]
    assert table["escalated"].to_list() == pytest.approx([1.0, 0.0, 2 / 3])
    assert table["repeated"].to_list() == pytest.approx([0.5, 0.0, 1 / 3])
    assert table.loc[0, "exhausted_low"] == pytest.approx(0.0945, abs=1e-4)


def test_the_summary_of_nothing_is_the_empty_account() -> None:
    table: Any = policy_summary(incidents_of(), steps_of())
    assert table["n"].to_list() == [0]
    assert np.isnan(table.loc[0, "escalated"])


def test_where_nothing_climbs_no_share_is_known_and_nothing_is_counted():
    low = incidents_of(incident("Q1", urgency="low"), incident("Q2", urgency="low"))
    total = policy_summary(low, steps_of()).iloc[-1]
    assert (total["n"], total["n_low_urgency"], total["n_escalated"]) == (0, 2, 0)
    assert np.isnan(total["escalated"])


def test_many_policies_of_which_none_counts_have_rows_without_a_share():
    """Texts are categories in memory, and over 127 of them are numbered with wider integers."""
    low = [incident(f"Q{n}", urgency="low", escalation_policy_id=f"P{n}") for n in range(200)]
    told = incidents_of(*low).astype({"escalation_policy_id": "category"})
    found = policy_summary(told, steps_of())
    assert len(found) == 201
    assert found["escalated"].isna().all()
    assert found["n_low_urgency"].iloc[-1] == 200
