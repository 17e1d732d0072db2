"""The evidence pack: a public interface, the same bytes for the same data version."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.assessment.targets import Target
from corvana.evidence.contracts import TABLES
from corvana.evidence.pack import evidence_zip, write_evidence
from corvana.versions.files import DataVersion
from tests.builders.evidence.version import SHOP, incident, made, of, rows, version
from tests.builders.left_behind import personal
from tests.conftest import Connected

AS_OF = datetime(2026, 3, 1, 12, tzinfo=UTC)
SINCE = datetime(2026, 2, 1, tzinfo=UTC)
DURATIONS = [
    "n",
    "n_acked",
    "n_open",
    "p50_seconds_to_first_ack",
    "p50_seconds_to_first_ack_low",
    "p50_seconds_to_first_ack_high",
    "p50_seconds_to_first_ack_effective_n",
    "p90_seconds_to_first_ack",
    "p90_seconds_to_first_ack_low",
    "p90_seconds_to_first_ack_high",
    "p90_seconds_to_first_ack_effective_n",
    "p50_seconds_to_resolve",
    "p50_seconds_to_resolve_low",
    "p50_seconds_to_resolve_high",
    "p50_seconds_to_resolve_effective_n",
    "p90_seconds_to_resolve",
    "p90_seconds_to_resolve_low",
    "p90_seconds_to_resolve_high",
    "p90_seconds_to_resolve_effective_n",
]
COLUMNS = {
    "incidents": [
        *frames.INCIDENTS,
        *("acknowledge_target_seconds", "acknowledge_outcome"),
        *("resolve_target_seconds", "resolve_outcome"),
    ],
    "escalation_steps": [
        "incident_id", "at", "level", "from_responder", "to_responders", "cause"
    ],
    "shifts": ["schedule_id", "responder", "start", "end", "level", "escalation_policy_id"],
    "interruptions": ["responder", "at", "incident_id", "hours_class"],
    "responders": [
        "responder",
        "time_zone",
        "on_call_seconds",
        "business_hour_interruptions",
        "off_hour_interruptions",
        "sleep_hour_interruptions",
        "interruptions_per_on_call_hour",
        "interruptions_per_on_call_hour_low",
        "interruptions_per_on_call_hour_high",
        "interruptions_per_on_call_hour_effective_n",
    ],
    "services": ["service_id", "label", *DURATIONS],
    "escalation_policies": ["escalation_policy_id", "label", *DURATIONS],
    "dependencies": ["dependent_id", "supporting_id", "kinds"],
    "coverage_gaps": ["escalation_policy_id", "schedule_id", "level", "start", "end"],
    "privacy": ["treatment", "object", "field", "kind", "why"],
}  # fmt: skip


def unpacked(pack: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def collected(concluded: Connected) -> DataVersion:
    """A real account, analysed."""
    return concluded.data()


def test_the_columns_are_the_published_ones_in_order() -> None:
    files = unpacked(evidence_zip(of(version())))
    assert list(files) == [
        *(f"{name}.{kind}" for name in COLUMNS for kind in ("csv", "parquet")),
        "findings.json",
        "metrics.json",
        "register.csv",
        "method.md",
        "report.html",
    ]
    for name, columns in COLUMNS.items():
        assert files[f"{name}.csv"].decode().splitlines()[0].split(",") == columns
        parquet = pd.read_parquet(io.BytesIO(files[f"{name}.parquet"]))
        assert dict(parquet.dtypes.astype("str")) == dict(
            frames.empty(TABLES[name]).dtypes.astype("str")
        )


def test_the_evidence_of_a_real_account_is_whole_and_names_nobody(
    collected: DataVersion, concluded: Connected
) -> None:
    files = unpacked(evidence_zip(of(collected)))
    tables = {name: pd.read_csv(io.BytesIO(files[f"{name}.csv"])) for name in COLUMNS}
    for name, read in tables.items():
        stored = pd.read_parquet(io.BytesIO(files[f"{name}.parquet"]))
        assert len(read) == len(stored) > 0, name
    world = concluded.sandbox.world
    assert len(tables["incidents"]) == len(collected.frame("incidents")) > 200
    assert set(tables["services"]["service_id"]) == {each.id for each in world.services}
    assert tables["services"]["label"].notna().all()
    counted = (
        tables["incidents"]["resolution"].ne("merged") & ~tables["incidents"]["in_maintenance"]
    )
    assert tables["services"]["n"].sum() == counted.sum()
    pseudonyms = {concluded.pseudonyms.of(user.id) for user in world.users}
    assert set(tables["responders"]["responder"]) <= pseudonyms
    assert set(tables["shifts"]["responder"]) <= pseudonyms
    text = b"".join(files[f"{name}.csv"] for name in COLUMNS) + files["findings.json"]
    assert [each for each in sorted(personal(concluded)) if each.encode() in text] == []

    findings = json.loads(files["findings.json"])
    assert [each["kind"] for each in findings] == list(collected.frame("findings")["kind"])
    metrics = json.loads(files["metrics.json"])
    assert metrics["incidents"]["n"] == len(tables["incidents"])
    assert metrics["interruptions"]["n"] == len(tables["interruptions"])
    assert metrics["findings"] == len(findings)


def test_the_same_version_makes_the_same_bytes(collected: DataVersion, tmp_path: Path) -> None:
    pack, path = evidence_zip(of(collected)), tmp_path / "made" / "evidence.zip"
    assert write_evidence(of(collected), path) == list(unpacked(pack))
    assert path.read_bytes() == pack


def test_instants_are_utc_with_z_durations_seconds_and_missing_is_empty() -> None:
    data = version(incidents=rows("INCIDENTS", incident(7, seconds_to_first_ack=252.0)))
    header, line = unpacked(evidence_zip(of(data)))["incidents.csv"].decode().splitlines()
    cells = dict(zip(header.split(","), line.split(","), strict=True))
    assert cells["created_at"] == "2026-03-01T12:00:00Z"
    assert cells["seconds_to_first_ack"] == "252.0"
    assert cells["first_resolved_at"] == ""


def test_durations_leave_out_merged_ones_and_those_in_maintenance_and_count_open_ones() -> None:
    seconds = [60.0, 120.0, 180.0, 240.0, 300.0, 360.0]
    incidents = rows(
        "INCIDENTS",
        *(incident(n, seconds_to_first_ack=s) for n, s in enumerate(seconds)),
        incident(8, resolution="open"),
        incident(9, resolution="merged", seconds_to_first_ack=9.0),
        incident(11, in_maintenance=True, seconds_to_first_ack=9.0),
        incident(10, service_id="GONE", seconds_to_resolve=30.0),
    )
    services = rows("SERVICES", {"service_id": "S1"}, {"service_id": "S2"})
    labels = rows("LABELS", *SHOP)
    found = made("services", version(incidents=incidents, services=services, labels=labels))
    assert found == [
        {
            "service_id": "GONE",
            "n": 1,
            "n_acked": 0,
            "n_open": 0,
            "p50_seconds_to_resolve": 30.0,
            "p50_seconds_to_resolve_effective_n": 1.0,
        },
        {
            "service_id": "S1",
            "label": "Shop",
            "n": 7,
            "n_acked": 6,
            "n_open": 1,
            "p50_seconds_to_first_ack": 210.0,
            "p50_seconds_to_first_ack_low": 60.0,
            "p50_seconds_to_first_ack_high": 360.0,
            "p50_seconds_to_first_ack_effective_n": 6.0,
        },
        {"service_id": "S2", "n": 0, "n_acked": 0, "n_open": 0},
    ]


@pytest.mark.parametrize(("n", "expected"), [(19, []), (20, [20.0])])
def test_a_90th_percentile_needs_twenty_durations(n: int, expected: list[float]) -> None:
    incidents = rows(
        "INCIDENTS",
        *(incident(k, escalation_policy_id="E1", seconds_to_resolve=20.0) for k in range(n)),
    )
    (found,) = made("escalation_policies", version(incidents=incidents))
    assert [v for c, v in found.items() if c == "p90_seconds_to_resolve"] == expected


def test_an_edge_says_what_its_two_services_are() -> None:
    edge = {"dependent_id": "B", "dependent_type": "business_service", "supporting_id": "T"}
    edges = rows("DEPENDENCIES", edge | {"supporting_type": "technical_service"})
    assert made("dependencies", version(dependencies=edges)) == [
        {"dependent_id": "B", "supporting_id": "T", "kinds": "business_service technical_service"}
    ]


def test_gaps_are_past_and_coming_but_never_of_what_is_not_yet_known() -> None:
    schedules = rows("SCHEDULES", {"schedule_id": "H1"})
    past = {"schedule_id": "H1", "start": SINCE, "end": datetime(2026, 2, 20, tzinfo=UTC)}
    coming = past | {"start": AS_OF, "end": datetime(2026, 5, 20, tzinfo=UTC)}

    def gaps(*shifts: dict[str, Any]) -> list[tuple[str, str]]:
        found = made("coverage_gaps", version(schedules=schedules, shifts=rows("SHIFTS", *shifts)))
        return [(f"{gap['start']:%d %b}", f"{gap['end']:%d %b}") for gap in found]

    assert gaps(past) == [("20 Feb", "01 Mar")]
    assert gaps(past, coming) == [("20 Feb", "01 Mar"), ("20 May", "24 May")]


def test_a_gap_outside_support_hours_is_meant_and_left_out() -> None:
    frames_of = {
        "rules": rows(
            "RULES",
            {"escalation_policy_id": "E1", "level": 1, "target": "H1", "target_type": "schedule"},
        ),
        "schedules": rows("SCHEDULES", {"schedule_id": "H1"}),
        "services": rows("SERVICES", {"service_id": "S1", "escalation_policy_id": "E1"}),
        "support_hours": rows(
            "SUPPORT_HOURS",
            {
                "service_id": "S1",
                "urgency_outside_support_hours": "low",
                "support_time_zone": "Etc/UTC",
                "support_days": "1",
                "support_start": "09:00:00",
                "support_end": "17:00:00",
            },
        ),
    }
    levels = [gap for gap in made("coverage_gaps", version(**frames_of)) if "level" in gap]
    assert {(gap["start"].hour, gap["end"].hour) for gap in levels} == {(9, 17)}
    assert {gap["start"].day_name() for gap in levels} == {"Monday"}


def test_incidents_have_the_clients_targets_and_what_became_of_them() -> None:
    young = pd.Timestamp(AS_OF) - pd.Timedelta(minutes=5)
    old = pd.Timestamp(AS_OF) - pd.Timedelta(days=2)
    data = version(
        incidents=rows(
            "INCIDENTS",
            incident(1, urgency="high", seconds_to_first_ack=60.0, created_at=old),
            incident(2, urgency="high", created_at=old, resolution="open"),
            incident(3, urgency="high", created_at=young, resolution="open"),
            incident(4, urgency="low", created_at=old),
            incident(5, urgency="high", created_at=old, resolution="merged"),
        )
    )
    target = Target("urgency", "high", acknowledge=900)
    view = replace(of(data), targets=(target,))
    written = pd.read_csv(io.BytesIO(unpacked(evidence_zip(view))["incidents.csv"]))
    assert written["acknowledge_target_seconds"].fillna(0).tolist() == [900, 900, 900, 0, 0]
    assert written["acknowledge_outcome"].fillna("").tolist() == [
        "met", "missed", "not judged yet", "", "",
    ]  # fmt: skip
    assert written["resolve_outcome"].isna().all()
