"""After a disconnect neither the object store nor any node's copies hold anything."""

from collections.abc import Callable
from typing import Any

import pytest

from corvana import jobs
from corvana.config import Settings
from corvana.errors import DeletionDelayed, VersionMissing
from corvana.jobs import lateness, orphans, wishes
from corvana.questions import prepared
from corvana.questions.prepare import prepare
from corvana.store import connections, purge
from corvana.versions.files import open_version
from corvana.versions.kept.places import kept_in
from tests.builders.object_store.node import copies, page
from tests.builders.object_store.server import TestBucket
from tests.builders.stored.sealed_account import bytes_in, plain_texts, readable
from tests.conftest import Connected


def test_after_a_disconnect_bucket_and_copies_of_every_node_hold_nothing(
    collected: Connected, nodes: Callable[[str], Settings], bucket: TestBucket
) -> None:
    now = collected.sandbox.world.end
    prepare(collected.settings, collected.engine, collected.vault, collected.id, now)
    jobs.freeze(collected.id, "Before", "p1")
    needles = plain_texts(collected)
    web = nodes("web")
    page("response")
    assert len(copies(web)) > 10 < len(copies(collected.settings))
    nodes("worker")
    receipt = jobs.disconnect(collected.id)
    assert receipt.counts["rows_left"] == 0
    assert receipt.counts["snapshot_files"] > 40
    assert (bucket.objects(), bucket.uploads()) == ([], [])
    assert not [key for key in bucket.folders() if collected.id in key]
    assert copies(collected.settings) == []
    nodes("web")
    jobs.remove_copies()
    assert copies(web) == []
    assert readable(needles, bytes_in(web.data_dir, collected.settings.data_dir)) == set()


def test_a_node_deletes_its_copies_before_the_database_is_back(
    collected: Connected, nodes: Callable[[str], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wish to disconnect lies where every node sees it."""
    web = nodes("web")
    page("response")
    wishes.keep(nodes("worker").wishes_dir, collected.id, "somebody")
    nodes("web")
    assert lateness.oldest_wish(web) is not None
    with monkeypatch.context() as unreachable:
        unreachable.setenv("CORVANA_DATABASE_URL", "postgresql://postgres@/postgres?host=/nowhere")
        jobs.remove_copies()
    assert copies(web) == []
    jobs.finish_deletions()
    assert connections.listed(collected.engine) == []


def test_copies_of_the_only_account_go_although_no_connection_is_left(
    collected: Connected, nodes: Callable[[str], Settings]
) -> None:
    web = nodes("web")
    open_version(web.versions, collected.id, collected.connection.data_version)
    nodes("worker")
    jobs.disconnect(collected.id)
    nodes("web")
    jobs.remove_orphans()
    assert copies(web) == []


def test_what_a_killed_worker_uploads_after_the_deletion_is_removed(
    collected: Connected, bucket: TestBucket
) -> None:
    jobs.disconnect(collected.id)
    bucket.replace(f"corvana/{collected.id}/labels-all-v9.parquet.0123456789abcdef.0", b"late")
    bucket.replace("corvana/somebody-elses/file", b"ours is nothing with such a name")
    orphans.looks.clear()
    jobs.remove_orphans()
    assert bucket.objects() == ["corvana/somebody-elses/file"]


def test_a_disconnect_without_the_store_deletes_all_else_and_is_finished_later(
    collected: Connected, bucket: TestBucket
) -> None:
    with bucket.server.stalling(), pytest.raises(DeletionDelayed):
        jobs.disconnect(collected.id)
    assert copies(collected.settings) == []
    assert not collected.vault.keys.has(collected.id)
    assert len(bucket.objects()) > 0
    kept_in(collected.settings.versions).look()
    jobs.finish_deletions()
    assert connections.listed(collected.engine) == []
    receipt = connections.latest_receipt(collected.engine, "first")
    assert receipt is not None
    assert receipt.counts["snapshot_files"] > 20
    assert bucket.objects() == []


@pytest.mark.parametrize("begun", [True, False])
def test_results_that_are_ready_after_the_deletion_leave_nothing(
    collected: Connected, bucket: TestBucket, monkeypatch: pytest.MonkeyPatch, *, begun: bool
) -> None:
    """Working them out takes a minute, in which somebody may disconnect."""
    write: Callable[..., int] = prepared.write

    def late(*arguments: Any) -> int:
        if begun:
            purge.begin(collected.engine, collected.id, collected.sandbox.clock())
        else:
            jobs.disconnect(collected.id)
        return write(*arguments)

    monkeypatch.setattr(prepared, "write", late)
    now = collected.sandbox.world.end
    with pytest.raises(VersionMissing):
        prepare(collected.settings, collected.engine, collected.vault, collected.id, now)
    assert bucket.objects() == []
