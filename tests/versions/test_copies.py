"""Copies of files in an object store: bounded, private, checked, and shared by processes."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

from corvana.snapshot_folder import ObjectStore
from corvana.versions import baselines
from corvana.versions.files import open_version
from tests.builders.object_store import reading
from tests.builders.object_store.published import incidents, labels, names, publish


def test_a_copy_that_is_damaged_is_fetched_again(node: Callable[..., ObjectStore]) -> None:
    publish(node("worker"), 1, {"labels": {"all": labels("A")}})
    assert names(node("web"), 1) == ["A"]
    (copy,) = (node("web").copies / "c").glob("labels-*")
    intact = copy.read_bytes()
    for damaged in (b"", intact[:-1], intact[:-1] + bytes([intact[-1] ^ 1])):
        copy.write_bytes(damaged)
        assert names(node("web"), 1) == ["A"]
        assert copy.read_bytes() == intact


def test_copies_stay_within_their_bound_and_are_readable_for_nobody_else(
    node: Callable[..., ObjectStore],
) -> None:
    months = {f"2026-{month:02}": incidents(*range(month * 50)) for month in range(1, 9)}
    publish(node("worker"), 1, {"incidents": months, "labels": {"all": labels("A")}})
    sizes = [path.stat().st_size for path in (node("worker").copies / "c").glob("*.parquet")]
    bound = max(sizes) * 2
    assert sum(sizes) > 2 * bound
    web = node("web", bound)
    for _ in range(2):
        assert len(open_version(web, "c", 1).frame("incidents")) == sum(map(len, months.values()))
        kept = [path for path in web.copies.rglob("*") if path.is_file() and path.name != ".lock"]
        assert 0 < sum(path.stat().st_size for path in kept) <= bound
    modes = {path.stat().st_mode & 0o777 for path in web.copies.rglob("*") if path.is_file()}
    assert modes == {0o600}
    folders = {path.stat().st_mode & 0o777 for path in web.copies.rglob("*") if path.is_dir()}
    assert folders | {web.copies.stat().st_mode & 0o777} == {0o700}


def test_the_copies_used_longest_ago_make_room(node: Callable[..., ObjectStore]) -> None:
    publish(node("worker"), 1, {"labels": {"all": labels("A")}})
    publish(node("worker"), 2, {"labels": {"all": labels("B")}})
    publish(node("worker"), 3, {"labels": {"all": labels("C")}})
    size = max(path.stat().st_size for path in (node("worker").copies / "c").glob("*.parquet"))
    web = node("web", 2 * size + 10)
    for version in (1, 2, 1, 3):
        names(web, version)
    left = sorted(path.name for path in (web.copies / "c").glob("*.parquet"))
    assert left == ["labels-all-v1.parquet", "labels-all-v3.parquet"]


def test_processes_that_fill_the_same_copies_at_once_all_read_whole_frames(
    node: Callable[..., ObjectStore],
) -> None:
    months = {f"2026-{month:02}": incidents(*range(month * 20)) for month in range(1, 7)}
    publish(node("worker"), 1, {"incidents": months})
    sizes = [path.stat().st_size for path in (node("worker").copies / "c").glob("*.parquet")]
    for web in (node("too small", max(sizes) * 3), node("large")):
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(2, context) as pool:
            read = [pool.submit(reading.incidents, web, "c", 1, 8) for _ in range(2)]
            assert {n for one in read for n in one.result()} == {sum(map(len, months.values()))}
        kept = [path for path in web.copies.rglob("*") if path.is_file() and path.name != ".lock"]
        assert {path.suffix for path in kept} == {".parquet"}
        assert sum(path.stat().st_size for path in kept) <= web.most_bytes


def test_what_is_larger_than_the_bound_displaces_nothing(node: Callable[..., ObjectStore]) -> None:
    publish(node("worker"), 1, {"labels": {"all": labels("A")}})
    publish(node("worker"), 2, {"labels": {"all": labels(*"BCDEFGHIJKLMNOPQRSTUVWXYZ" * 200)}})
    small, large = sorted(
        path.stat().st_size for path in (node("worker").copies / "c").glob("*.parquet")
    )
    web = node("web", (small + large) // 2)
    names(web, 1)
    names(web, 2)
    assert [path.stat().st_size for path in (web.copies / "c").glob("*.parquet")] == [small]


def test_a_baseline_is_kept_by_a_node_without_copies(node: Callable[..., ObjectStore]) -> None:
    publish(node("worker"), 1, {"labels": {"all": labels("A")}})
    baselines.freeze(node("new"), "c", 1, "b1")
    assert baselines.has_any(node("web"), "c")
