"""Incidents closed by a timer, on incidents written by hand."""

from typing import Any

import pandas as pd
import pytest

from corvana.analysis.findings.auto_resolve_wall import KIND
from corvana.frames import TESTS
from tests.builders.analysis.written_account import account, finding, incident, subjects

SERVICES: dict[str, Any] = {
    "db": {"auto_resolve_timeout": 7_200},
    "api": {"auto_resolve_timeout": 3_600},
    "web": {},
}


def closed(service: str, after: float = 120, **more: Any) -> dict[str, Any]:
    return incident(service, resolved=after, **{"resolution": "auto", **more})


def fixed(service: str, after: float = 30) -> dict[str, Any]:
    return incident(service, acked=4, resolved=after)


WALL = account(
    [closed("db")] * 16 + [fixed("db")] * 4 + [closed("api", 60)] * 2 + [fixed("api")] * 18,
    **SERVICES,
)


def test_a_service_most_of_whose_incidents_end_by_the_timeout_is_a_finding() -> None:
    found = subjects(WALL, KIND)
    db = found.loc["db"]
    assert (db["n"], db["effect"], db["reference"]) == (20, 0.8, 0.1)
    assert found["is_material"].to_dict() == {"api": False, "db": True}
    assert db["p_value"] < 0.001


def test_avoidable_is_the_time_from_a_usual_resolve_to_the_timeout() -> None:
    minutes = subjects(WALL, KIND)["avoidable_minutes_per_month"]
    # 14 incidents beyond the share elsewhere, from the usual 30 minutes to two hours.
    assert minutes["db"] == pytest.approx(14 * 90)
    assert minutes["api"] == 0


def test_a_long_timeout_counts_for_four_hours_at_most() -> None:
    day = account(
        [closed("db", 24 * 60)] * 10 + [fixed("api")] * 10,
        db={"auto_resolve_timeout": 86_400},
        api={"auto_resolve_timeout": 86_400},
    )
    assert subjects(day, KIND).loc["db", "avoidable_minutes_per_month"] == pytest.approx(10 * 240)


def test_a_timeout_that_is_a_safety_net_is_no_wall() -> None:
    """Twice as often as elsewhere, but other endings are as frequent."""
    net = account(
        [closed("db")] * 20 + [fixed("db")] * 20 + [closed("api", 60)] * 10 + [fixed("api")] * 30,
        **SERVICES,
    )
    found = subjects(net, KIND).loc["db"]
    assert (found["effect"], found["reference"]) == (0.5, 0.25)
    assert not found["is_material"]


def test_services_without_a_timeout_are_not_compared_with() -> None:
    rows = [closed("db"), fixed("api"), *(fixed("web") for _ in range(9))]
    found = subjects(account(rows, **SERVICES), KIND)
    assert found["n"].to_dict() == {"api": 1, "db": 1}


@pytest.mark.parametrize("resolution", ["open", "merged"])
def test_merged_and_open_incidents_are_left_out(resolution: str) -> None:
    rows = [closed("db", resolution=resolution), fixed("db"), fixed("api")]
    assert subjects(account(rows, **SERVICES), KIND).loc["db", "n"] == 1


def test_the_rows_behind_are_the_incidents_that_the_clock_closed() -> None:
    rows = KIND.evidence(WALL, finding(WALL, KIND, "db"))
    assert len(rows) == 16
    assert rows.iloc[0].dropna().to_dict() == {
        "incident_id": "Q0",
        "created_at": pd.Timestamp("2026-03-02T10:00:00", tz="UTC"),
        "resolved_at": pd.Timestamp("2026-03-02T12:00:00", tz="UTC"),
        "acknowledgement_count": 0,
        "urgency": "high",
    }


def test_it_is_told_in_one_sentence_with_interval_and_reference() -> None:
    assert KIND.sentence(finding(WALL, KIND, "db"), {"db": "Payments database"}) == (
        "80 % (58 to 92 %) of 20 incidents of Payments database were closed by the auto-resolve "
        "timeout and not by a person; on other services with a timeout it is 10 %."
    )


def test_nothing_is_tested_without_incidents() -> None:
    found = KIND.tests(account())
    assert (len(found), list(found)) == (0, list(TESTS))
