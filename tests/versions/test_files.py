"""Data versions: whole or not at all, written only where something changed."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from corvana.errors import VersionMissing
from corvana.frames import INCIDENTS, LABELS, LIFECYCLES, conform, empty
from corvana.versions import files
from corvana.versions.categories import REPEATED
from corvana.versions.files import (
    CONTRACTS,
    delete_versions,
    open_version,
    prune_versions,
)
from corvana.versions.manifest import Manifest, publish_manifest, read_manifest
from tests.builders.written_version import prepared_file, write_version

AS_OF = datetime(2026, 3, 9, 12, tzinfo=UTC)
SINCE = datetime(2026, 1, 5, tzinfo=UTC)


def labels(*names: str) -> pd.DataFrame:
    return pd.DataFrame({"kind": "team", "id": list(names), "label": list(names)})


def incidents(*numbers: int) -> pd.DataFrame:
    """Incidents of which only the number matters."""
    rows = empty(CONTRACTS["incidents"]).reindex(range(len(numbers)))
    filled = {
        name: False if dtype == "bool" else 0
        for name, dtype in CONTRACTS["incidents"].items()
        if dtype in {"bool", "int32", "int64"}
    }
    return rows.assign(**filled).assign(number=list(numbers))


def publish(folder: Path, version: int, parts: dict[str, dict[str, pd.DataFrame]]) -> None:
    files = {} if version == 1 else read_manifest(folder, "c", version - 1).files
    manifest = Manifest(version, AS_OF, SINCE, ("incidents a–b",), files)
    write_version(folder, "c", manifest, parts)


def test_version_zero_is_empty_and_needs_no_file(tmp_path: Path) -> None:
    opened = open_version(tmp_path, "c", 0)
    assert opened.covered_since is None
    for name, contract in CONTRACTS.items():
        assert opened.frame(name).empty
        read = INCIDENTS if name == "incidents" else contract
        assert list(opened.frame(name).columns) == list(read)


def test_incidents_are_read_with_the_maintenance_windows_of_their_version(tmp_path: Path) -> None:
    """A window that becomes known later also holds incidents of months written before."""
    created = AS_OF - timedelta(hours=1)
    lived = incidents(1, 2).assign(service_id=["S1", "S2"], created_at=created)
    publish(tmp_path, 1, {"incidents": {"2026-03": lived}})
    window = {"service_id": ["S1"], "start": [created], "end": [AS_OF]}
    publish(tmp_path, 2, {"maintenance_windows": {"all": pd.DataFrame(window)}})
    flags = [
        open_version(tmp_path, "c", version).frame("incidents")["in_maintenance"].tolist()
        for version in (1, 2)
    ]
    assert flags == [[False, False], [True, False]]


def test_what_was_published_comes_back(tmp_path: Path) -> None:
    publish(tmp_path, 1, {"labels": {"all": labels("A", "B")}})
    opened = open_version(tmp_path, "c", 1)
    assert (opened.as_of, opened.covered_since) == (AS_OF, SINCE)
    assert opened.incomplete == ("incidents a–b",)
    pd.testing.assert_frame_equal(opened.frame("labels"), labels("A", "B").astype(dict(LABELS)))
    assert opened.frame("services").empty


def test_texts_that_repeat_are_categories_in_the_order_of_the_alphabet(tmp_path: Path) -> None:
    months = {
        "2026-01": incidents(1).assign(service_id="PB", urgency=None),
        "2026-02": incidents(2, 3).assign(service_id="PA", urgency="low"),
    }
    publish(tmp_path, 1, {"incidents": months})
    for opened in (open_version(tmp_path, "c", 1), open_version(tmp_path, "c", 0)):
        for name, columns in REPEATED.items():
            assert set(opened.frame(name).select_dtypes("category")) == set(columns)
    found = open_version(tmp_path, "c", 1).frame("incidents")
    assert found["service_id"].cat.categories.tolist() == ["PA", "PB"]
    assert found["service_id"].tolist() == ["PB", "PA", "PA"]
    assert found["urgency"].isna().tolist() == [True, False, False]
    as_written = pd.concat(months.values(), ignore_index=True)
    pd.testing.assert_frame_equal(conform(found, LIFECYCLES), conform(as_written, LIFECYCLES))


def test_only_the_touched_months_are_written_anew(tmp_path: Path) -> None:
    publish(tmp_path, 1, {"incidents": {"2026-01": incidents(1), "2026-02": incidents(2)}})
    home = tmp_path / "c"
    before = {path.name: path.stat().st_mtime_ns for path in home.glob("*.parquet")}
    publish(tmp_path, 2, {"incidents": {"2026-02": incidents(2, 3)}})
    assert read_manifest(tmp_path, "c", 2).files["incidents"] == {
        "2026-01": "incidents-2026-01-v1.parquet",
        "2026-02": "incidents-2026-02-v2.parquet",
    }
    after = {path.name: path.stat().st_mtime_ns for path in home.glob("*.parquet")}
    assert {name: after[name] for name in before} == before
    assert list(open_version(tmp_path, "c", 1).frame("incidents")["number"]) == [1, 2]
    assert list(open_version(tmp_path, "c", 2).frame("incidents")["number"]) == [1, 2, 3]


def test_a_version_appears_by_one_rename_and_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, 1, {"labels": {"all": labels("A")}})
    seen: list[tuple[str, list[str], dict[str, object]]] = []
    rename = Path.replace

    def watched(self: Path, target: Path) -> Path:
        listed = sorted(path.name for path in self.parent.glob("*.json"))
        content = json.loads(self.read_text())
        named = {file for parts in content["files"].values() for file in parts.values()}
        assert all((self.parent.parent / file).exists() for file in named)
        seen.append((target.name, listed, content))
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    publish(tmp_path, 2, {"labels": {"all": labels("B")}})
    ((target, listed, _),) = seen
    assert target == "00000002.json"
    assert listed == ["00000001.json"]
    assert not list((tmp_path / "c" / "versions").glob("*.draft"))


def test_dying_before_the_rename_leaves_the_old_version_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, 1, {"labels": {"all": labels("A")}})

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", die)
        with pytest.raises(KeyboardInterrupt):
            publish(tmp_path, 2, {"labels": {"all": labels("B")}})
    assert list(open_version(tmp_path, "c", 1).frame("labels")["label"]) == ["A"]
    with pytest.raises(VersionMissing):
        open_version(tmp_path, "c", 2)
    publish(tmp_path, 2, {"labels": {"all": labels("C")}})
    assert list(open_version(tmp_path, "c", 2).frame("labels")["label"]) == ["C"]


def test_pruning_keeps_the_last_three_versions_and_their_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "code_digest", lambda *_: "5eed" * 16)
    publish(tmp_path, 1, {"incidents": {"2026-01": incidents(1)}, "labels": {"all": labels("1")}})
    for version in range(2, 6):
        publish(tmp_path, version, {"labels": {"all": labels(str(version))}})
        prepared_file(tmp_path, "c", version).touch()
        prepared_file(tmp_path, "c", version, "0123abcd").touch()
        prepared_file(tmp_path, "c", version).with_suffix(".draft").touch()
    prune_versions(tmp_path, "c", 5)
    kept = sorted(path.name for path in (tmp_path / "c").rglob("*") if path.is_file())
    assert kept == [
        "00000003-0123abcd-5eed5eed5eed.prepared",
        "00000003-5eed5eed5eed.draft",
        "00000003-5eed5eed5eed.prepared",
        "00000003.json",
        "00000004-0123abcd-5eed5eed5eed.prepared",
        "00000004-5eed5eed5eed.draft",
        "00000004-5eed5eed5eed.prepared",
        "00000004.json",
        "00000005-0123abcd-5eed5eed5eed.prepared",
        "00000005-5eed5eed5eed.draft",
        "00000005-5eed5eed5eed.prepared",
        "00000005.json",
        "incidents-2026-01-v1.parquet",
        "labels-all-v3.parquet",
        "labels-all-v4.parquet",
        "labels-all-v5.parquet",
    ]
    assert list(open_version(tmp_path, "c", 3).frame("incidents")["number"]) == [1]


def test_a_version_that_was_replaced_is_missing(tmp_path: Path) -> None:
    for version in range(1, 5):
        publish(tmp_path, version, {"labels": {"all": labels(str(version))}})
    prune_versions(tmp_path, "c", 4)
    with pytest.raises(VersionMissing):
        open_version(tmp_path, "c", 1)
    with pytest.raises(VersionMissing):
        read_manifest(tmp_path, "c", 9)


def test_a_file_deleted_while_reading_is_missing(tmp_path: Path) -> None:
    publish(tmp_path, 1, {"labels": {"all": labels("A")}})
    (tmp_path / "c" / "labels-all-v1.parquet").unlink()
    with pytest.raises(VersionMissing):
        open_version(tmp_path, "c", 1)


def test_deleting_leaves_nothing_and_counts_the_files(tmp_path: Path) -> None:
    publish(tmp_path, 1, {"labels": {"all": labels("A")}})
    assert delete_versions(tmp_path, "c") == 2
    assert list(tmp_path.iterdir()) == []
    assert delete_versions(tmp_path, "c") == 0


def test_every_partitioned_frame_is_a_frame_of_the_contracts() -> None:
    assert set(CONTRACTS) >= set(files.PARTITIONED)


def test_the_parts_of_a_month_are_written_side_by_side_piece_by_piece(tmp_path: Path) -> None:
    parts = files.month_parts(tmp_path, "c", "2026-01", 1)
    pages = pd.DataFrame({"responder": ["A", "B"], "at": SINCE, "incident_id": ["1", "2"]})
    with parts["incidents"].in_pieces() as write, parts["arrivals"].in_pieces() as write_arrivals:
        for number in (1, 2):
            write(incidents(number))
            write_arrivals(pages.iloc[[number - 1]])
    written = {name: {"2026-01": parts[name].file} for name in ("incidents", "arrivals")}
    publish_manifest(tmp_path, "c", Manifest(1, AS_OF, SINCE, (), {}), written)
    opened = open_version(tmp_path, "c", 1)
    assert list(opened.frame("incidents")["number"]) == [1, 2]
    assert list(opened.frame("arrivals")["responder"]) == ["A", "B"]
    assert opened.frame("participations").empty


def test_a_version_written_before_a_column_was_dropped_still_opens(tmp_path: Path) -> None:
    known = pd.DataFrame({"responder": ["R1"], "time_zone": ["Europe/Berlin"]})
    publish(tmp_path, 1, {"responders": {"all": known}})
    (written,) = (tmp_path / "c").glob("responders-*.parquet")
    known.assign(role="admin").to_parquet(written)
    opened = open_version(tmp_path, "c", 1).frame("responders")
    assert opened.to_dict("records") == known.to_dict("records")


def test_columns_that_an_earlier_release_did_not_write_are_unknown(tmp_path: Path) -> None:
    publish(tmp_path, 1, {"incidents": {"2026-01": incidents(1, 2)}})
    (file,) = (tmp_path / "c").glob("incidents-*.parquet")
    lacking = ["status_without_log", "snooze_count", "level_source"]
    pd.read_parquet(file).drop(columns=lacking).to_parquet(file)
    opened = open_version(tmp_path, "c", 1).frame("incidents")
    assert opened["status_without_log"].tolist() == [False, False]
    assert opened["snooze_count"].tolist() == [0, 0]
    assert opened["level_source"].isna().all()
