"""Acknowledgements that became slower for good, on weeks of incidents written by hand."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.account.analysed import SECONDS_PER_MONTH
from corvana.analysis.findings.regression import KIND
from tests.builders.analysis.written_account import account, finding, incident, subjects

MONDAY = pd.Timestamp("2026-08-31", tz="UTC")


def weekly(service: str, *minutes: float, count: int = 10, **more: Any) -> list[dict[str, Any]]:
    """`count` incidents a week, half acknowledged in 1.5 times these minutes, half in ÷ 1.5."""
    return [
        incident(
            service,
            acked=wait,
            resolved=wait + 60,
            seconds_to_first_ack=wait * 60,
            created_at=MONDAY + timedelta(weeks=week, hours=hour),
            **more,
        )
        for week, typical in enumerate(minutes)
        for hour in range(count)
        for wait in [typical * (1.5 if hour % 2 else 1 / 1.5)]
    ]


def over(weeks, *incidents):
    """The account of so many weeks."""
    written = account([row for rows in incidents for row in rows], db={})
    return replace(written, since=MONDAY, as_of=MONDAY + timedelta(weeks=weeks))


SLOWER = weekly("db", *[4.0] * 6, *[8.0] * 6)


def test_acks_twice_as_slow_are_a_finding_of_the_policy_and_its_service():
    tests = KIND.tests(over(12, SLOWER))
    assert tests["subject_type"].tolist() == ["escalation_policy", "service"]
    assert tests["subject_id"].tolist() == ["P1", "db"]
    assert tests["effect"].tolist() == pytest.approx([2, 2])
    assert tests["detail"].tolist() == ["2026-10-12"] * 2
    assert tests["n"].tolist() == [120, 120]
    assert tests["reference"].tolist() == [1, 1]
    assert tests["is_material"].all()
    assert tests["p_value"].lt(0.001).all()
    assert (tests["low"] > 1.5).all()
    assert (tests["high"] < 2.5).all()


def test_avoidable_are_the_minutes_longer_for_every_incident_since_a_month():
    """Ten incidents a week wait four minutes longer."""
    row = subjects(over(12, SLOWER), KIND).loc["db"]
    a_month = SECONDS_PER_MONTH / (7 * 86_400)
    assert row["avoidable_minutes_per_month"] == pytest.approx(4 * 10 * a_month)


def test_less_than_a_quarter_longer_is_below_the_floor():
    slower = weekly("db", *[10.0] * 10, *[12.4] * 10, count=40)
    row = subjects(over(20, slower), KIND).loc["db"]
    assert row["effect"] == pytest.approx(1.24)
    assert not row["is_material"]


def test_less_than_a_minute_longer_is_below_the_floor():
    slower = weekly("db", *[0.9] * 6, *[1.8] * 6)
    row = subjects(over(12, slower), KIND).loc["db"]
    assert row["effect"] == pytest.approx(2)
    assert not row["is_material"]


def test_what_became_faster_costs_nothing_and_is_not_material():
    row = subjects(over(12, weekly("db", *[8.0] * 6, *[4.0] * 6)), KIND).loc["db"]
    assert not row["is_material"]
    assert row["p_value"] > 0.5
    assert row["avoidable_minutes_per_month"] == 0


def test_more_low_urgency_incidents_are_no_regression():
    steady = weekly("db", *[4.0] * 12)
    calm = [
        {**row, "urgency": "low", "created_at": row["created_at"] + timedelta(weeks=6)}
        for row in weekly("db", *[90.0] * 6)
    ]
    row = subjects(over(12, steady, calm), KIND).loc["db"]
    assert (row["n"], row["effect"]) == (120, pytest.approx(1))


def test_merged_incidents_do_not_count():
    merged = weekly("db", *[4.0] * 6, *[90.0] * 6, resolution="merged")
    assert subjects(over(12, weekly("db", *[4.0] * 12), merged), KIND).loc["db", "n"] == 120


def test_a_slow_last_week_that_is_not_over_yet_is_not_looked_at():
    slow = weekly("db", *[4.0] * 12, 90.0)
    written = replace(over(12, slow), as_of=MONDAY + timedelta(weeks=12, days=2))
    assert subjects(written, KIND).loc["db", "effect"] == pytest.approx(1)


def test_the_evidence_are_the_incidents_before_and_after():
    written = over(12, SLOWER, weekly("api", *[4.0] * 12))
    rows = KIND.evidence(written, finding_of(written, "db"))
    assert rows.columns.tolist() == [
        "incident_id",
        "created_at",
        "acknowledged_level",
        "seconds_to_first_ack",
        "is_after",
    ]
    assert rows["is_after"].tolist() == [False] * 60 + [True] * 60
    assert rows["created_at"].is_monotonic_increasing


def finding_of(written, subject):
    detail = subjects(written, KIND).loc[subject, "detail"]
    return finding(written, KIND, subject)._replace(detail=detail)


def test_the_sentence_tells_since_when_and_how_sure():
    found = finding_of(over(12, SLOWER), "db")._replace(effect=2.0, low=1.6, high=2.4)
    assert KIND.sentence(found, {"db": "Data*base"}) == (
        "Since the week of 12 Oct 2026, acknowledged incidents of Data*base wait 2.0 times as long "
        "for their first acknowledgement as before, by the geometric mean (1.6 to 2.4 times, "
        "n = 120)."
    )
    assert "incidents of db wait" in KIND.sentence(found, {})


def test_without_incidents_or_with_too_few_weeks_there_is_nothing_to_test():
    for nothing in (over(12), over(5, weekly("db", *[4.0] * 5))):
        tests = KIND.tests(nothing)
        assert tests.empty
        assert tests.dtypes.astype("str").to_dict() == {
            name: str(pd.Series(dtype=dtype).dtype) for name, dtype in frames.TESTS.items()
        }
