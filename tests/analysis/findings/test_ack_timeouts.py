"""Acknowledgements that time out, on incidents written by hand."""

from typing import Any

import pandas as pd
import pytest

from corvana.analysis.findings.ack_timeouts import KIND
from corvana.frames import TESTS
from tests.builders.analysis.written_account import account, finding, incident, subjects

SERVICES: dict[str, Any] = {
    "db": {"acknowledgement_timeout": 900},
    "api": {"acknowledgement_timeout": 3_600},
    "web": {},
}


def acked(service: str, timeouts: int = 0, **more: Any) -> dict[str, Any]:
    return incident(
        service,
        acked=4,
        resolved=90,
        **{"ack_timeout_count": timeouts, "acknowledgement_count": timeouts + 1, **more},
    )


SHORT = account(
    [acked("db", 3)] * 16 + [acked("db")] * 4 + [acked("api", 1)] * 4 + [acked("api")] * 16,
    **SERVICES,
)


def test_a_service_whose_incidents_mostly_time_out_and_twice_is_a_finding() -> None:
    found = subjects(SHORT, KIND)
    db = found.loc["db"]
    assert (db["n"], db["effect"], db["reference"]) == (20, 0.8, 0.2)
    assert found["is_material"].to_dict() == {"api": False, "db": True}
    assert db["p_value"] < 0.001


def test_avoidable_are_the_timeouts_beyond_those_elsewhere() -> None:
    minutes = subjects(SHORT, KIND)["avoidable_minutes_per_month"]
    # 48 timeouts where 20 incidents elsewhere have four.
    assert minutes["db"] == pytest.approx(44 * 10)
    assert minutes["api"] == 0


def test_one_timeout_an_incident_is_a_reminder() -> None:
    reminded = account([acked("db", 1)] * 20 + [acked("api")] * 20, **SERVICES)
    found = subjects(reminded, KIND).loc["db"]
    assert found["effect"] == 1
    assert not found["is_material"]


def test_one_forgotten_incident_does_not_decide() -> None:
    forgotten = account(
        [acked("db", 60), *(acked("db") for _ in range(19)), *(acked("api") for _ in range(20))],
        **SERVICES,
    )
    found = subjects(forgotten, KIND).loc["db"]
    assert found["effect"] == 0.05
    assert not found["is_material"]


@pytest.mark.parametrize(
    "left_out",
    [
        acked("db", 1, snooze_count=1),
        acked("db", 1, resolution="merged"),
        incident("db", resolved=30, ack_timeout_count=1),
        acked("web", 1),
    ],
    ids=["snoozed", "merged", "never acknowledged by a person", "without a timeout"],
)
def test_what_says_nothing_about_the_timeout_is_left_out(left_out: dict[str, Any]) -> None:
    found = subjects(account([left_out, acked("db"), acked("api")], **SERVICES), KIND)
    assert found["n"].to_dict() == {"api": 1, "db": 1}
    assert found["effect"].to_dict() == {"api": 0, "db": 0}


def test_an_only_service_with_a_timeout_has_nothing_to_be_compared_with() -> None:
    found = subjects(account([acked("db", 3)], **SERVICES), KIND).loc["db"]
    assert (found["p_value"], found["avoidable_minutes_per_month"]) == (1, 0)


def test_the_rows_behind_are_the_acknowledged_incidents_most_timeouts_first() -> None:
    known = account([acked("db", 1), acked("db", 3), acked("api", 9), acked("db")], **SERVICES)
    rows = KIND.evidence(known, finding(known, KIND, "db"))
    assert rows[["incident_id", "ack_timeout_count"]].to_numpy().tolist() == [
        ["Q1", 3],
        ["Q0", 1],
        ["Q3", 0],
    ]
    assert rows.iloc[0][["first_acknowledged_at", "acknowledgement_count"]].tolist() == [
        pd.Timestamp("2026-03-02T10:04:00", tz="UTC"),
        4,
    ]


def test_it_is_told_in_one_sentence_with_interval_and_reference() -> None:
    assert KIND.sentence(finding(SHORT, KIND, "db"), {"db": "Payments database"}) == (
        "On Payments database the acknowledgement timed out in 80 % (58 to 92 %) of 20 "
        "acknowledged incidents, and people were paged again; on other services with a timeout it "
        "is 20 %."
    )


def test_nothing_is_tested_without_incidents() -> None:
    found = KIND.tests(account())
    assert (len(found), list(found)) == (0, list(TESTS))
