"""While the object store cannot be reached, a node says so and loses nothing."""

import time
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from corvana import jobs
from corvana.config import Settings
from corvana.store import connections
from corvana.versions.kept.places import kept_in
from tests.builders.object_store.node import AWAY, ROUTER, again, page, ready, wait_until
from tests.builders.object_store.server import TestBucket
from tests.conftest import Connected


def test_a_node_without_the_store_says_so_and_goes_on_when_it_is_back(
    collected: Connected, nodes: Callable[[str], Settings], bucket: TestBucket
) -> None:
    web = nodes("web")
    shown = AppTest.from_file(str(ROUTER), default_timeout=60).run()
    assert not any(AWAY in text for text in again(shown, "response"))
    assert ready()[1]["snapshots"] is True
    with bucket.server.stalling():
        began = time.monotonic()
        status, told = ready()
        assert (status, told["status"], told["snapshots"]) == (503, "unavailable", False)
        assert told["database"] is True
        assert time.monotonic() - began < 8
        wait_until(lambda: kept_in(web.versions).is_away)
        from_memory = again(shown, "response")
        if not any(AWAY in text for text in from_memory):
            # On a busy machine the rest of the store is over meanwhile: it is asked once more.
            wait_until(lambda: kept_in(web.versions).is_away)
            from_memory = again(shown, "response")
        began = time.monotonic()
        without_memory = page("response")
        assert time.monotonic() - began < 8
        integrations = page("integrations")
    for said in (from_memory, without_memory):
        assert any(AWAY in text for text in said)
        assert not any("not connected" in text for text in said)
    assert "How fast do we respond?" in from_memory
    assert "This data cannot be reached now" in without_memory
    assert "Where does the data come from?" in integrations
    assert ready()[1]["snapshots"] is True
    back = page("response")
    assert "How fast do we respond?" in back
    assert not any(AWAY in text for text in back)


def test_a_run_without_the_store_keeps_the_connection_and_is_made_up_for(
    collected: Connected, bucket: TestBucket
) -> None:
    connections.release(
        collected.engine, collected.id, "test", started_at=collected.sandbox.clock()
    )
    version = collected.connection.data_version
    with bucket.server.stalling():
        jobs.collect_connection(collected.id)
    assert collected.connection.status == "connected"
    assert (collected.latest_run.status, collected.latest_run.error) == ("failed", "SnapshotsAway")
    assert collected.connection.data_version == version
    kept_in(collected.settings.versions).look()
    jobs.collect_connection(collected.id)
    assert collected.latest_run.status == "finished"
    assert collected.connection.data_version > version
    assert len(collected.data().frame("incidents")) > 0
