"""The ways incidents take through the levels."""

from typing import Any

import pandas as pd

from corvana.analysis.escalations.paths import paths


def stays(*told):
    """Each: incident, level, how it ended, seconds, which visit to the level."""
    frame = pd.DataFrame(told, columns=["incident_id", "level", "ended_by", "seconds", "visit"])
    return frame.assign(escalation_policy_id="P1").astype({"level": "int16"})


def flows(frame):
    found: Any = paths(frame)
    return [
        (
            (row.source_round, row.source_level),
            row.end if pd.isna(row.target_level) else (row.target_round, row.target_level),
            row.cause,
            row.n,
        )
        for row in found.itertuples()
    ]


def test_an_escalation_leads_to_the_next_stay_of_the_same_incident():
    got = flows(stays(("A", 1, "timeout", 300, 1), ("B", 1, "ack", 60, 1), ("A", 2, "ack", 90, 1)))
    assert got == [
        ((1, 1), (1, 2), "timeout", 1),
        ((1, 1), "acknowledged", "ack", 1),
        ((1, 2), "acknowledged", "ack", 1),
    ]


def test_an_escalation_with_nowhere_to_go_leaves_nobody_to_page():
    assert flows(stays(("A", 1, "timeout", 300, 1))) == [
        ((1, 1), "nobody left to page", "timeout", 1)
    ]


def test_every_other_end_has_its_own_place():
    got = flows(stays(("A", 1, "resolved", 5, 1), ("B", 1, "moved", 5, 1), ("C", 1, "open", 5, 1)))
    assert {target for _, target, _, _ in got} == {
        "resolved without an ack",
        "moved by hand",
        "still open",
    }


def test_a_repeat_is_a_second_round_and_never_goes_back_to_the_first():
    got = flows(
        stays(
            ("A", 1, "timeout", 9, 1),
            ("A", 1, "timeout", 9, 2),
            ("A", 2, "timeout", 9, 1),
            ("A", 1, "ack", 9, 3),
        )
    )
    assert got == [
        ((1, 1), (2, 1), "timeout", 1),
        ((2, 1), (2, 2), "timeout", 1),
        ((2, 1), "acknowledged", "ack", 1),
        ((2, 2), (2, 1), "timeout", 1),
    ]


def test_equal_flows_are_counted_with_their_median_time():
    found = paths(stays(("A", 1, "ack", 10, 1), ("B", 1, "ack", 30, 1)))
    assert found[["n", "median_seconds"]].to_numpy().tolist() == [[2, 20.0]]


def test_no_stays_are_no_flows():
    assert paths(stays().astype({"visit": "int64", "seconds": "float64"})).empty
