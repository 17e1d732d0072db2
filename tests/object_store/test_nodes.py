"""Several nodes share an object store: what one collects, all show."""

from collections.abc import Callable

import pandas as pd
import pytest
from sqlmodel import Session

from corvana import jobs
from corvana.collectors.context import Lease
from corvana.config import Settings, load_settings
from corvana.errors import ConfigError, LeaseLost
from corvana.questions import prepared
from corvana.questions.prepare import prepare
from corvana.sandbox.api.running import RunningSandbox
from corvana.store.models import Connection
from corvana.versions import baselines, freshness
from corvana.versions.analyse import analyse
from corvana.versions.files import open_version
from corvana.versions.publish import publish_analysis
from tests.builders.connected_account import DAYS
from tests.builders.object_store.node import page
from tests.builders.object_store.server import TestBucket
from tests.builders.stored.sealed_account import plain_texts, readable
from tests.conftest import Connected, collect_at, join


def test_another_node_shows_what_a_worker_collected_and_collected_again(
    collected: Connected, nodes: Callable[[str], Settings]
) -> None:
    worker = collected.data()
    web = nodes("web")
    assert not web.copies_dir.exists()
    assert any("Who answers" in text or "incident" in text for text in page("response"))
    read = open_version(web.versions, collected.id, worker.version)
    for name, frame in worker.frames.items():
        pd.testing.assert_frame_equal(read.frame(name), frame)
    nodes("worker")
    collect_at(collected, clock=collected.sandbox.clock, days=DAYS, analyse=analyse)
    newer = collected.connection.data_version
    assert newer > worker.version
    nodes("web")
    assert len(open_version(web.versions, collected.id, newer).frame("incidents")) > 0


def test_results_prepared_by_one_node_are_found_by_another(
    collected: Connected, nodes: Callable[[str], Settings], bucket: TestBucket
) -> None:
    now = collected.sandbox.world.end
    made = prepare(collected.settings, collected.engine, collected.vault, collected.id, now)
    web, version = nodes("web"), collected.connection.data_version
    files = prepared.PreparedFiles(web.versions, collected.vault)
    assert len(files.of(collected.id, version)) == made > 0
    stored = b"".join(bucket.bytes_of(key) for key in bucket.objects() if ".prepared" in key)
    assert readable(plain_texts(collected), stored) == set(), "they are encrypted at rest"


def test_two_workers_cannot_publish_over_each_other(
    collected: Connected, nodes: Callable[[str], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first one is so slow that it loses its lease while it writes."""
    monkeypatch.setattr(freshness, "is_fresh", lambda *_: False)
    slow, quick = (Lease(collected.id, holder, collected.engine) for holder in ("slow", "quick"))
    folder = collected.settings.versions
    former = collected.data().frame("findings")
    assert len(former) > 1

    def hold(holder: str) -> None:
        with Session(collected.engine) as session:
            session.get_one(Connection, collected.id).lease_holder = holder
            session.commit()

    def by_quick(*_: object) -> dict[str, pd.DataFrame]:
        return {"findings": former.head(1)}

    def by_slow(*_: object) -> dict[str, pd.DataFrame]:
        hold("quick")
        publish_analysis(quick, nodes("other worker").versions, by_quick)
        return {"findings": former.iloc[0:0]}

    hold("slow")
    with pytest.raises(LeaseLost):
        publish_analysis(slow, folder, by_slow)
    number = collected.connection.data_version
    assert len(open_version(nodes("web").versions, collected.id, number).frame("findings")) == 1


def test_the_settings_of_a_node_name_the_object_store(nodes: Callable[[str], Settings]) -> None:
    settings = nodes("worker")
    assert settings.wishes_dir == settings.keys_dir
    assert load_settings().every_folder == (settings.versions, settings.versions_dir)


def test_versions_and_baselines_move_from_a_folder_into_the_store(
    nodes: Callable[[str], Settings], sandbox: RunningSandbox, bucket: TestBucket
) -> None:
    shared = nodes("worker")
    before = shared.model_copy(update={"snapshot_url": None})
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CORVANA_SNAPSHOT_URL")
        joined = join(before, sandbox)
        collect_at(joined, clock=sandbox.clock, days=DAYS, analyse=analyse)
        frozen = jobs.freeze(joined.id, "Before", "p1")
        with pytest.raises(ConfigError):
            jobs.move_snapshots()
    place, version = baselines.place_of(joined.id, frozen.id), joined.connection.data_version
    for _ in range(2):
        assert jobs.move_snapshots() == {"versions": 1, "baselines": 1}
    web = nodes("web")
    for home, number in ((joined.id, version), (place, frozen.version)):
        moved = open_version(web.versions, home, number)
        for name, frame in open_version(before.versions, home, number).frames.items():
            pd.testing.assert_frame_equal(moved.frame(name), frame)
    nodes("worker")
    jobs.disconnect(joined.id)
    assert bucket.objects() == []
    assert not (shared.versions_dir / joined.id).exists(), "what lay there before is deleted, too"
