"""A data version whose files are lost is made anew by the next collection."""

from collections.abc import Callable
from functools import partial

import pandas as pd
import pytest

from corvana.errors import VersionMissing
from corvana.snapshot_folder import ObjectStore
from corvana.versions.analyse import analyse
from corvana.versions.files import PARTITIONED
from corvana.versions.kept.naming import Check
from corvana.versions.kept.places import kept_in
from corvana.versions.manifest import read_manifest
from tests.builders.object_store.published import labels, publish
from tests.builders.object_store.server import TestBucket
from tests.conftest import DAYS, Connected, collect_at


@pytest.mark.parametrize("frame", ["incidents", "participations", "labels", "findings"])
def test_after_the_next_collection_everything_is_there_again(
    concluded: Connected, frame: str
) -> None:
    collect = partial(
        collect_at, concluded, clock=concluded.sandbox.clock, days=DAYS, analyse=analyse
    )
    folder, before = concluded.settings.versions_dir, concluded.data()
    lost = read_manifest(folder, concluded.id, before.version).files[frame]
    (folder / concluded.id / lost[min(lost)]).unlink()
    with pytest.raises(VersionMissing):
        concluded.data()
    collect()
    after = concluded.data()
    for name in (*PARTITIONED, "labels"):
        pd.testing.assert_frame_equal(after.frame(name), before.frame(name))
    assert list(after.frame("findings")["kind"]) == list(before.frame("findings")["kind"])
    assert after.analysed_as_of == after.as_of


def test_a_piece_that_is_lost_in_an_object_store_is_noticed(
    node: Callable[..., ObjectStore], bucket: TestBucket
) -> None:
    publish(node("worker"), 1, {"labels": {"all": labels("A")}})
    files: dict[str, Check | None] = dict(read_manifest(node("web"), "c", 1).checks)
    assert kept_in(node("web")).are_there("c", files)
    assert not kept_in(node("web")).are_there("c", {**files, "other.parquet": None})
    (piece,) = (key for key in bucket.objects() if "labels" in key)
    bucket.delete(piece)
    assert not kept_in(node("web")).are_there("c", files)
