"""Baselines: a data version kept whole, by links where the disk knows them."""

import os
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from corvana.errors import VersionMissing
from corvana.versions import baselines
from corvana.versions.files import (
    count_files,
    count_rows,
    delete_versions,
    open_version,
    prune_versions,
)
from corvana.versions.manifest import Manifest, read_manifest
from tests.builders.written_version import write_version

AS_OF = datetime(2026, 3, 9, 12, tzinfo=UTC)
SINCE = datetime(2026, 1, 5, tzinfo=UTC)
BASELINE = "b" * 32
PLACE = baselines.place_of("c", BASELINE)


def publish(folder: Path, version: int, *teams: str) -> None:
    carried = {} if version == 1 else read_manifest(folder, "c", version - 1).files
    manifest = Manifest(
        version, AS_OF, SINCE, ("incidents a–b",), carried, AS_OF, "built", (), 2, "x"
    )
    labels = pd.DataFrame({"kind": "team", "id": list(teams), "label": list(teams)})
    write_version(folder, "c", manifest, {"labels": {"all": labels}})


def teams_of(folder: Path, place: str, version: int) -> list[str]:
    return list(open_version(folder, place, version).frame("labels")["label"])


def no_links(*_: object) -> None:
    raise OSError(95, "Operation not supported")


def test_a_baseline_is_read_like_the_version_it_was_made_of(tmp_path: Path) -> None:
    publish(tmp_path, 1, "A", "B")
    baselines.freeze(tmp_path, "c", 1, BASELINE)
    assert teams_of(tmp_path, PLACE, 1) == ["A", "B"]
    assert read_manifest(tmp_path, PLACE, 1) == read_manifest(tmp_path, "c", 1)
    assert count_rows(tmp_path, PLACE, 1, "labels") == 2


def test_a_baseline_stays_through_twenty_publications(tmp_path: Path) -> None:
    publish(tmp_path, 1, "A")
    baselines.freeze(tmp_path, "c", 1, BASELINE)
    for version in range(2, 22):
        publish(tmp_path, version, f"T{version}")
        prune_versions(tmp_path, "c", version)
    with pytest.raises(VersionMissing):
        open_version(tmp_path, "c", 1)
    assert teams_of(tmp_path, PLACE, 1) == ["A"]


def test_a_baseline_takes_disk_of_its_own_only_for_what_no_version_uses_any_more(
    tmp_path: Path,
) -> None:
    publish(tmp_path, 1, "A")
    (labels,) = (tmp_path / "c").glob("labels-*.parquet")
    size = labels.stat().st_size
    baselines.freeze(tmp_path, "c", 1, BASELINE)
    manifest = (tmp_path / PLACE / "versions" / "00000001.json").stat().st_size
    assert baselines.disk(tmp_path, "c", BASELINE) == (size + manifest, manifest)
    publish(tmp_path, 2, "B")
    prune_versions(tmp_path, "c", 4)
    assert baselines.disk(tmp_path, "c", BASELINE) == (size + manifest, size + manifest)


def test_where_the_disk_knows_no_links_the_files_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, 1, "A")
    monkeypatch.setattr(os, "link", no_links)
    baselines.freeze(tmp_path, "c", 1, BASELINE)
    assert teams_of(tmp_path, PLACE, 1) == ["A"]
    every, own = baselines.disk(tmp_path, "c", BASELINE)
    assert every == own > 0


def test_a_full_disk_leaves_nothing_of_a_baseline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, 1, "A")
    before = count_files(tmp_path, "c")

    def full(file: Path, to: Path) -> None:
        to.write_bytes(file.read_bytes()[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", no_links)
    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(OSError, match="No space left"):
        baselines.freeze(tmp_path, "c", 1, BASELINE)
    assert count_files(tmp_path, "c") == before
    assert not (tmp_path / PLACE).exists()


def test_the_manifest_is_written_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is killed before leaves no baseline that could be read."""
    publish(tmp_path, 1, "A")
    seen: list[set[str]] = []

    def killed(folder: Path, place: str, manifest: Manifest, _: object) -> None:
        listed = {path.name for path in (folder / place).glob("*.parquet")}
        assert listed == {file for parts in manifest.files.values() for file in parts.values()}
        seen.append(listed)
        with pytest.raises(VersionMissing):
            open_version(folder, place, 1)

    monkeypatch.setattr(baselines, "publish_manifest", killed)
    baselines.freeze(tmp_path, "c", 1, BASELINE)
    assert len(seen) == 1


def test_what_a_killed_process_left_is_deleted_after_an_hour(tmp_path: Path) -> None:
    publish(tmp_path, 1, "A")
    baselines.freeze(tmp_path, "c", 1, BASELINE)
    half = tmp_path / baselines.place_of("c", "d" * 32)
    half.mkdir()
    (half / "labels-all-v1.parquet").write_bytes(b"half")
    assert baselines.delete_unknown(tmp_path, "c", {BASELINE}) == 0
    long_ago = time.time() - 3_601
    os.utime(half, (long_ago, long_ago))
    os.utime(tmp_path / PLACE, (long_ago, long_ago))
    assert baselines.delete_unknown(tmp_path, "c", {BASELINE}) == 1
    assert not half.exists()
    assert teams_of(tmp_path, PLACE, 1) == ["A"]


@pytest.mark.parametrize("gone", ["version", "connection"])
def test_a_version_that_is_gone_makes_no_baseline(tmp_path: Path, gone: str) -> None:
    publish(tmp_path, 1, "A")
    if gone == "version":
        (labels,) = (tmp_path / "c").glob("labels-*.parquet")
        labels.unlink()
    else:
        delete_versions(tmp_path, "c")
    with pytest.raises(VersionMissing):
        baselines.freeze(tmp_path, "c", 1, BASELINE)
    assert not (tmp_path / PLACE).exists()


def test_a_baseline_is_deleted_alone_or_with_its_connection(tmp_path: Path) -> None:
    publish(tmp_path, 1, "A")
    other = "e" * 32
    for one in (BASELINE, other):
        baselines.freeze(tmp_path, "c", 1, one)
    assert baselines.delete(tmp_path, "c", other) == 2
    assert teams_of(tmp_path, PLACE, 1) == teams_of(tmp_path, "c", 1) == ["A"]
    assert delete_versions(tmp_path, "c") == 4
    assert list(tmp_path.iterdir()) == []
