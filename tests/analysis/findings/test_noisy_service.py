"""Services that page for nothing, on incidents written by hand."""

from typing import Any

import pandas as pd
import pytest

from corvana.analysis.findings.noisy_service import KIND, noisy_services
from corvana.frames import TESTS
from tests.builders.analysis.written_account import account, finding, incident, subjects

SERVICES: dict[str, Any] = {"db": {}, "api": {"auto_resolve_timeout": 3_600}}


def gone(service: str, **more: Any) -> dict[str, Any]:
    """Resolved by its monitor within five minutes, before anybody acted."""
    return incident(service, resolved=5, **{"resolution": "auto", **more})


def answered(service: str) -> dict[str, Any]:
    return incident(service, acked=4, resolved=30)


NOISY = account(
    [gone("db", pages=2)] * 18 + [answered("db")] * 2 + [gone("api")] * 2 + [answered("api")] * 18,
    **SERVICES,
)


def test_a_service_is_noisy_when_most_of_what_pages_is_gone_before_anybody_acts() -> None:
    found = subjects(NOISY, KIND)
    db = found.loc["db"]
    assert (db["n"], db["effect"], db["reference"]) == (20, 0.9, 0.1)
    assert found["is_material"].to_dict() == {"api": False, "db": True}
    assert found["p_value"].lt(0.01).to_dict() == {"api": False, "db": True}
    assert noisy_services(NOISY).tolist() == ["db"]


def test_avoidable_are_its_interruptions_beyond_the_share_elsewhere() -> None:
    minutes = subjects(NOISY, KIND)["avoidable_minutes_per_month"]
    # 18 incidents with two pages each; at the share elsewhere it would be two incidents.
    assert minutes["db"] == pytest.approx(16 * 2 * 10)
    assert minutes["api"] == 0


def test_a_service_that_is_busy_in_proportion_is_not_noisy() -> None:
    busy = account(
        [gone(each) for each in ["db"] * 90 + ["api"] * 9]
        + [answered(each) for each in ["db"] * 10 + ["api"]],
        **SERVICES,
    )
    found = subjects(busy, KIND)
    assert found["effect"].to_dict() == {"api": 0.9, "db": 0.9}
    assert not found["is_material"].any()


def test_less_than_one_interruption_for_nothing_a_week_is_worth_no_change() -> None:
    few = [gone("db", pages=1) for _ in range(4)]
    quiet = account([*few, *(answered("api") for _ in range(40))], **SERVICES)
    assert subjects(quiet, KIND)["low"].loc["db"] > 0.5
    assert not subjects(quiet, KIND).loc["db", "is_material"]


@pytest.mark.parametrize(
    "left_out",
    [
        gone("db", pages=0),
        gone("db", resolution="merged"),
        incident("db"),
    ],
    ids=["paged nobody", "merged", "open"],
)
def test_only_incidents_that_paged_somebody_and_are_over_count(left_out: dict[str, Any]) -> None:
    found = subjects(account([left_out, answered("db"), answered("api")], **SERVICES), KIND)
    assert found["n"].to_dict() == {"api": 1, "db": 1}


def test_what_the_timeout_closed_is_not_for_nothing() -> None:
    closed = incident("api", resolved=60, resolution="auto")
    assert subjects(account([closed], **SERVICES), KIND).loc["api", "effect"] == 0


def test_the_rows_behind_are_the_incidents_that_came_to_nothing() -> None:
    rows = KIND.evidence(NOISY, finding(NOISY, KIND, "db"))
    assert len(rows) == 18
    assert rows.iloc[0].to_dict() == {
        "incident_id": "Q0",
        "created_at": pd.Timestamp("2026-03-02T10:00:00", tz="UTC"),
        "seconds_to_resolve": 300.0,
        "interruptions": 2,
    }


def test_it_is_told_in_one_sentence_with_interval_and_reference() -> None:
    assert KIND.sentence(finding(NOISY, KIND, "db"), {"db": "Payments database"}) == (
        "90 % (70 to 97 %) of 20 incidents of Payments database that paged somebody resolved "
        "themselves before anybody acted on them; elsewhere it is 10 %."
    )


def test_nothing_is_tested_without_incidents() -> None:
    found = KIND.tests(account())
    assert (len(found), list(found)) == (0, list(TESTS))
