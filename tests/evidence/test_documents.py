"""The documents of the evidence pack: findings, totals and privacy."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd

from corvana.analysis.findings.registry import KINDS
from corvana.analysis.scorecard import DIMENSIONS, scorecard
from corvana.evidence import documents
from corvana.versions.account_frames import account_of
from tests.builders.analysis.ledger_of_findings import CODE, ledger, overloaded
from tests.builders.evidence.version import SHOP, found, incident, kind, made, of, rows, version

AS_OF = datetime(2026, 3, 1, 12, tzinfo=UTC)
SINCE = datetime(2026, 2, 1, tzinfo=UTC)
TURN = {"kind": "schedule", "id": "H1", "label": "Search front line"}
FINDING = [
    "kind", "subject", "effect", "unit", "n", "effective_n", "interval", "p_value", "q_value",
    "avoidable_minutes_per_month", "setting", "evidence",
    "words",
]  # fmt: skip


def test_a_finding_names_its_subject_and_the_incidents_behind_it() -> None:
    behind = pd.DataFrame({"incident_id": ["I2", "I1", "I2"]})
    frame = rows("FINDINGS", found("slow_ack", low=None, p_value=0.01, q_value=0.02)._asdict())
    labels = rows("LABELS", *SHOP)
    data = version(findings=frame, labels=labels)
    (only,) = documents.findings(of(data), account_of(data), [kind("slow_ack", behind)])
    assert list(only) == FINDING
    assert only["subject"] == {"type": "service", "id": "S1", "label": "Shop"}
    assert (only["unit"], only["setting"], only["n"]) == ("seconds", "The first level's delay", 12)
    assert only["interval"] == [None, 1.5]
    assert (only["p_value"], only["q_value"]) == (0.01, 0.02)
    assert only["evidence"] == {
        "detail": None, "reference": 1.5, "count": 3, "incident_ids": ["I1", "I2"]
    }  # fmt: skip


def test_rows_that_are_no_incidents_stand_in_the_finding_itself() -> None:
    behind = pd.DataFrame({"level": pd.array([1, None], "Int16"), "start": [SINCE, pd.NaT]})
    frame = rows("FINDINGS", found("coverage_gap", p_value=None, detail="2")._asdict())
    data = version(findings=frame)
    (only,) = documents.findings(of(data), account_of(data), [kind("coverage_gap", behind)])
    assert only["p_value"] is None
    assert only["subject"]["label"] is None
    assert only["evidence"] == {
        "detail": "2",
        "reference": 1.5,
        "count": 2,
        "rows": [
            {"level": 1, "start": "2026-02-01T00:00:00Z"},
            {"level": None, "start": None},
        ],
    }
    assert json.loads(json.dumps(only, allow_nan=False)) == only


def test_a_finding_of_a_kind_that_is_no_more_is_left_out() -> None:
    data = version(findings=rows("FINDINGS", found("forgotten")._asdict()))
    assert documents.findings(of(data), account_of(data), []) == []


def test_privacy_tells_what_is_kept_and_what_is_dropped() -> None:
    treatments = [row["treatment"] for row in made("privacy", version())]
    assert treatments == sorted(treatments, reverse=True)
    assert set(treatments) == {"kept", "dropped"}


def test_totals_count_incidents_in_maintenance_and_leave_them_out_of_durations() -> None:
    some = [incident(n, seconds_to_first_ack=60.0, in_maintenance=n > 1) for n in range(4)]
    data = version(incidents=rows("INCIDENTS", *some))
    totals = documents.metrics(of(data), account_of(data))
    assert (totals["incidents"]["n"], totals["incidents"]["n_in_maintenance"]) == (4, 2)
    assert totals["seconds_to_first_ack"]["n"] == 2


def test_totals_say_what_they_cover() -> None:
    data = version(incidents=rows("INCIDENTS", incident(1, seconds_to_first_ack=60.0)))
    totals = documents.metrics(of(data), account_of(data))
    assert totals["covered_since"] == "2026-02-01T00:00:00Z"
    assert totals["as_of"] == totals["analysed_as_of"] == "2026-03-01T12:00:00Z"
    assert totals["incidents"]["n_responder"] == totals["seconds_to_first_ack"]["n_acked"] == 1
    assert totals["seconds_to_first_ack"]["p50"] == {
        "value": 60.0, "low": None, "high": None, "n": 1, "effective_n": 1.0
    }  # fmt: skip


def test_a_finding_is_told_in_the_words_of_the_report_without_a_responders_code() -> None:
    data = version(findings=ledger(overloaded()), labels=rows("LABELS", TURN))
    (only,) = documents.findings(of(data), account_of(data), KINDS)
    assert list(only["words"]) == ["title", "sentence", "certainty", "advice"]
    assert only["words"]["title"].startswith("One responder of Search front line: ")
    assert only["words"]["certainty"] == "very sure"
    assert CODE not in json.dumps(only["words"])


def test_totals_hold_the_weeks_and_every_check_of_the_scores() -> None:
    some = [incident(n, created_at=pd.Timestamp("2026-02-10T12:00Z")) for n in range(4)]
    data = version(incidents=rows("INCIDENTS", *some))
    data = replace(data, frames={**data.frames, "scorecard": scorecard(account_of(data))})
    totals = documents.metrics(of(data), account_of(data))
    assert totals["services_with_incidents"] == 1
    assert [week["n"] for week in totals["weeks"]] == [0, 4, 0]
    assert totals["weeks"][1]["week"] == "2026-02-09"
    scores = totals["scorecard"]
    assert [row["dimension"] for row in scores["dimensions"]] == list(DIMENSIONS)
    assert len(scores["checks"]) == sum(map(len, DIMENSIONS.values()))
    assert json.loads(json.dumps(totals, allow_nan=False)) == totals
