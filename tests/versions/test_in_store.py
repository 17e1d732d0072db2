"""Data versions in an object store are those of a folder, whatever happens meanwhile."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from corvana.errors import SnapshotsAway, VersionMissing
from corvana.snapshot_folder import Folder, ObjectStore
from corvana.versions import baselines
from corvana.versions.files import (
    CONTRACTS,
    Part,
    count_files,
    count_rows,
    delete_versions,
    open_version,
    prune_versions,
)
from corvana.versions.kept import bucket as buckets
from corvana.versions.kept.places import kept_in
from corvana.versions.manifest import Manifest, publish_manifest, read_manifest
from tests.builders.object_store.published import AS_OF, SINCE, incidents, labels, names, publish
from tests.builders.object_store.server import TestBucket


def test_every_node_reads_the_frames_that_a_folder_would_give(
    node: Callable[..., ObjectStore], tmp_path: Path
) -> None:
    folders: list[Folder] = [tmp_path / "folder", node("worker")]
    for folder in folders:
        publish(folder, 1, {"labels": {"all": labels("A")}, "incidents": {"2026-01": incidents(1)}})
        publish(folder, 2, {"incidents": {"2026-02": incidents(2, 3)}})
    expected = open_version(folders[0], "c", 2)
    for reader in (node("worker"), node("web")):
        read = open_version(reader, "c", 2)
        assert (read.version, read.as_of, read.covered_since) == (2, AS_OF, SINCE)
        for name in CONTRACTS:
            pd.testing.assert_frame_equal(read.frame(name), expected.frame(name))
        assert count_rows(reader, "c", 2, "incidents") == 3
    assert len(open_version(node("web"), "c", 1).frame("incidents")) == 1


def test_a_version_whose_manifest_is_not_written_is_invisible(
    node: Callable[..., ObjectStore], bucket: TestBucket
) -> None:
    """The worker was killed after the files and before the manifest."""
    publish(node("worker"), 1, {"labels": {"all": labels("A")}})
    Part(node("worker"), "c", "labels", "all", 2).write(labels("B"))
    kept_in(node("worker")).bring("c", ["labels-all-v2.parquet"])
    assert any("-v2." in key for key in bucket.objects())
    with pytest.raises(VersionMissing):
        open_version(node("web"), "c", 2)
    assert names(node("web"), 1) == ["A"]
    publish(node("other worker"), 2, {"labels": {"all": labels("C")}})
    assert names(node("web"), 2) == ["C"]


def test_a_missing_file_makes_the_version_missing_and_not_half_of_one(
    node: Callable[..., ObjectStore], bucket: TestBucket
) -> None:
    publish(node("worker"), 1, {"labels": {"all": labels("A")}})
    (key,) = [key for key in bucket.objects() if "labels-all" in key]
    bucket.delete(key)
    with pytest.raises(VersionMissing):
        open_version(node("web"), "c", 1)


def test_an_object_that_was_changed_in_the_store_is_not_read(
    node: Callable[..., ObjectStore], bucket: TestBucket
) -> None:
    publish(node("worker"), 1, {"labels": {"all": labels("A")}})
    publish(node("worker"), 2, {"labels": {"all": labels("B")}})
    first, second = sorted(key for key in bucket.objects() if "labels-all" in key)
    bucket.replace(second, bucket.bytes_of(first))
    with pytest.raises(VersionMissing):
        open_version(node("web"), "c", 2)


def test_pruning_leaves_what_pages_can_open_and_what_a_later_writer_is_writing(
    node: Callable[..., ObjectStore], bucket: TestBucket
) -> None:
    worker = node("worker")
    for version in range(1, 5):
        publish(worker, version, {"labels": {"all": labels(str(version))}})
    Part(node("other"), "c", "labels", "all", 5).write(labels("5"))
    checks = kept_in(node("other")).bring("c", ["labels-all-v5.parquet"])
    prune_versions(worker, "c", 4)
    with pytest.raises(VersionMissing):
        read_manifest(worker, "c", 1)
    assert [names(node("web"), version) for version in (2, 3, 4)] == [["2"], ["3"], ["4"]]
    assert not [key for key in bucket.objects() if "-v1." in key]
    assert not list((worker.copies / "c").glob("*-v1.*"))
    named = {"labels": {"all": "labels-all-v5.parquet"}}
    publish_manifest(node("other"), "c", Manifest(5, AS_OF, SINCE, (), named, checks=checks), {})
    assert names(node("web"), 5) == ["5"]


def test_a_baseline_outlives_the_version_it_was_made_of(
    node: Callable[..., ObjectStore], bucket: TestBucket
) -> None:
    worker, baseline = node("worker"), "b" * 32
    publish(worker, 1, {"labels": {"all": labels("A")}})
    baselines.freeze(worker, "c", 1, baseline)
    for version in range(2, 6):
        publish(worker, version, {"labels": {"all": labels("B")}})
    prune_versions(worker, "c", 5)
    place = baselines.place_of("c", baseline)
    read = open_version(node("web"), place, 1)
    assert list(read.frame("labels")["label"]) == ["A"]
    taken = baselines.disk(worker, "c", baseline)
    assert taken.every == taken.own > 0
    assert baselines.has_any(worker, "c")
    baselines.delete(worker, "c", baseline)
    assert not baselines.has_any(worker, "c")
    with pytest.raises(VersionMissing):
        baselines.freeze(worker, "c", 1, baseline)
    assert not [key for key in bucket.objects() if baseline in key]


def test_deleting_leaves_no_object_no_upload_and_no_copy(
    node: Callable[..., ObjectStore], bucket: TestBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets, "PIECE", 2_000)
    worker = node("worker")
    publish(worker, 1, {"incidents": {"2026-01": incidents(*range(3_000))}})
    baselines.freeze(worker, "c", 1, "b" * 32)
    kept_in(worker).write("c", "00000001.prepared", b"x" * 9_000)
    assert kept_in(worker).read("c", "00000001.prepared") == b"x" * 9_000
    assert count_files(worker, "c") == len(bucket.objects()) > 8
    assert delete_versions(worker, "c") > 8
    assert (bucket.objects(), bucket.uploads()) == ([], [])
    assert not [key for key in bucket.folders() if "/c/" in key]
    assert not list(worker.copies.glob("c"))
    assert delete_versions(worker, "c") == 0


def test_no_file_however_large_is_a_multipart_upload(
    node: Callable[..., ObjectStore], bucket: TestBucket
) -> None:
    """A process that is killed in the middle of one would leave parts that pyarrow cannot find."""
    worker = node("worker")
    path = kept_in(worker).draft("c", "incidents-2026-01-v1.parquet")
    content = bytes(range(256)) * (3 * buckets.PIECE // 256) + b"end"
    path.write_bytes(content)
    (check,) = kept_in(worker).bring("c", ["incidents-2026-01-v1.parquet"]).values()
    kept_in(worker).write("c", "00000001.prepared", content)
    assert (check.size, check.pieces) == (len(content), 4)
    source = kept_in(node("web")).source("c", "incidents-2026-01-v1.parquet", check)
    assert not isinstance(source, Path)
    assert source.read() == content
    requests = bucket.server.log.read_text()
    assert f"PUT /{bucket.name}/corvana/c/incidents" in requests
    assert f"/{bucket.name}" in requests
    assert not [line for line in requests.splitlines() if bucket.name in line and "upload" in line]


def test_a_store_that_stalls_is_away_soon_and_asked_again_when_it_is_back(
    node: Callable[..., ObjectStore], bucket: TestBucket
) -> None:
    publish(node("worker"), 1, {"labels": {"all": labels("A")}})
    web = node("web")
    with bucket.server.stalling():
        began = datetime.now(UTC)
        with pytest.raises(SnapshotsAway):
            open_version(web, "c", 1)
        assert (datetime.now(UTC) - began).total_seconds() < 9
        assert kept_in(web).is_away
        began = datetime.now(UTC)
        with pytest.raises(SnapshotsAway):
            open_version(web, "c", 1)
        assert (datetime.now(UTC) - began).total_seconds() < 1
    kept_in(web).look()
    assert not kept_in(web).is_away
    assert names(web, 1) == ["A"]


def test_a_bucket_that_is_not_there_is_away(bucket: TestBucket, tmp_path: Path) -> None:
    url = bucket.url.replace(bucket.name, "corvana-of-nobody")
    with pytest.raises(SnapshotsAway):
        kept_in(ObjectStore(url, tmp_path, 2**30)).look()


def test_the_manifest_says_what_each_file_has_to_be(
    node: Callable[..., ObjectStore], bucket: TestBucket
) -> None:
    publish(node("worker"), 1, {"labels": {"all": labels("A")}})
    (key,) = [key for key in bucket.objects() if key.endswith("00000001.json")]
    checks = json.loads(bucket.bytes_of(key))["checks"]
    (copy,) = (node("worker").copies / "c").glob("labels-*")
    ((file, (digest, size, pieces)),) = checks.items()
    assert (file, size, pieces) == (copy.name, copy.stat().st_size, 1)
    assert len(digest) == 64


def test_prepared_results_are_listed_by_name_as_in_a_folder(
    node: Callable[..., ObjectStore], tmp_path: Path
) -> None:
    folders: list[Folder] = [tmp_path / "folder", node("worker")]
    for folder in folders:
        publish(folder, 1, {"labels": {"all": labels("A")}})
        for name in ("00000001.prepared", "00000001-x.prepared"):
            kept_in(folder).write("c", name, b"x" * 9_000)
        assert sorted(kept_in(folder).prepared("c")) == ["00000001-x.prepared", "00000001.prepared"]
        assert kept_in(folder).prepared("another") == []
