"""The evidence pack: a public interface, the same bytes for the same data version."""

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.findings.kind import Comparison, Finding, Kind
from corvana.evidence import documents
from corvana.evidence.contracts import TABLES
from corvana.evidence.pack import evidence_zip, write_evidence
from corvana.evidence.tables import table
from corvana.questions.view import View
from corvana.versions.account_frames import account_of
from corvana.versions.files import DataVersion, open_version
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
    "p90_seconds_to_first_ack",
    "p90_seconds_to_first_ack_low",
    "p90_seconds_to_first_ack_high",
    "p50_seconds_to_resolve",
    "p50_seconds_to_resolve_low",
    "p50_seconds_to_resolve_high",
    "p90_seconds_to_resolve",
    "p90_seconds_to_resolve_low",
    "p90_seconds_to_resolve_high",
]
COLUMNS = {
    "incidents": list(frames.INCIDENTS),
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
    ],
    "services": ["service_id", "label", *DURATIONS],
    "escalation_policies": ["escalation_policy_id", "label", *DURATIONS],
    "dependencies": ["dependent_id", "supporting_id", "kinds"],
    "coverage_gaps": ["escalation_policy_id", "schedule_id", "level", "start", "end"],
    "privacy": ["treatment", "object", "field", "kind", "why"],
}  # fmt: skip
SHOP = (
    {"kind": "service", "id": "S1", "label": "Shop"},
    {"kind": "team", "id": "S1", "label": "A team that has the service's id"},
)
FINDING = [
    "kind", "subject", "effect", "unit", "n", "interval", "p_value", "q_value",
    "avoidable_minutes_per_month", "setting", "evidence",
]  # fmt: skip


def rows(name: str, *given: dict[str, Any]) -> pd.DataFrame:
    """Rows of a contract, in which what is not given is zero, false or missing."""
    contract: dict[str, str] = dict(getattr(frames, name))
    blank = {"int32": 0, "int64": 0, "bool": False}
    return frames.conform(
        pd.DataFrame(
            [{c: row.get(c, blank.get(d)) for c, d in contract.items()} for row in given],
            columns=list(contract),
        ),
        contract,
    )


def incident(number: int, **more: Any) -> dict[str, Any]:
    given = {"incident_id": f"I{number}", "number": number, "service_id": "S1"}
    return given | {"created_at": pd.Timestamp(AS_OF), "resolution": "responder"} | more


def version(**given: pd.DataFrame) -> DataVersion:
    empty = open_version(Path(), "c", 0)
    return DataVersion("c", 3, AS_OF, SINCE, (), {**empty.frames, **given}, AS_OF)


def of(data: DataVersion) -> View:
    return View.of_version(data)


def made(name: str, data: DataVersion) -> list[dict[str, Any]]:
    """The rows of a table, without what is missing."""
    found: Any = table(name, account_of(data), data.frame("labels"))
    return [row.dropna().to_dict() for _, row in found.iterrows()]


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
    assert tables["services"]["n"].sum() == tables["incidents"]["resolution"].ne("merged").sum()
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


def test_durations_of_a_service_leave_out_merged_ones_and_count_open_ones() -> None:
    seconds = [60.0, 120.0, 180.0, 240.0, 300.0, 360.0]
    incidents = rows(
        "INCIDENTS",
        *(incident(n, seconds_to_first_ack=s) for n, s in enumerate(seconds)),
        incident(8, resolution="open"),
        incident(9, resolution="merged", seconds_to_first_ack=9.0),
        incident(10, service_id="GONE", seconds_to_resolve=30.0),
    )
    services = rows("SERVICES", {"service_id": "S1"}, {"service_id": "S2"})
    labels = rows("LABELS", *SHOP)
    found = made("services", version(incidents=incidents, services=services, labels=labels))
    assert found == [
        {"service_id": "GONE", "n": 1, "n_acked": 0, "n_open": 0, "p50_seconds_to_resolve": 30.0},
        {
            "service_id": "S1",
            "label": "Shop",
            "n": 7,
            "n_acked": 6,
            "n_open": 1,
            "p50_seconds_to_first_ack": 210.0,
            "p50_seconds_to_first_ack_low": 60.0,
            "p50_seconds_to_first_ack_high": 360.0,
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


def kind(name: str, behind: pd.DataFrame) -> Kind:
    def nothing(*_: object) -> Any:
        raise AssertionError

    return Kind(
        name=name,
        title="Slow",
        says="slow",
        after_subject="nothing",
        comparison=Comparison("Waits", "Elsewhere"),
        unit="seconds",
        floor="a minute",
        against="the others",
        minutes="incidents wait",
        setting="The first level's delay",
        advice="Shorten it",
        tells_of="no single people",
        is_association=False,
        tests=nothing,
        evidence=lambda account, finding: behind,
        ids={},
        figures=(),
        sentence=nothing,
    )


def found(name: str, **more: Any) -> Finding:
    given: dict[str, Any] = dict.fromkeys(frames.FINDINGS, 1.5)
    given |= {"kind": name, "subject_type": "service"}
    given |= {"subject_id": "S1", "detail": None, "n": 12, "is_material": True}
    return Finding(**given | more)


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


def test_totals_say_what_they_cover() -> None:
    data = version(incidents=rows("INCIDENTS", incident(1, seconds_to_first_ack=60.0)))
    totals = documents.metrics(of(data), account_of(data))
    assert totals["covered_since"] == "2026-02-01T00:00:00Z"
    assert totals["as_of"] == totals["analysed_as_of"] == "2026-03-01T12:00:00Z"
    assert totals["incidents"]["n_responder"] == totals["seconds_to_first_ack"]["n_acked"] == 1
    assert totals["seconds_to_first_ack"]["p50"] == {"value": 60.0, "low": None, "high": None}
