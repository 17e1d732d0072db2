"""What can be done to a running stack, so that tests of trouble can rest on it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest

from corvana.store import connections
from tests.stack import disks
from tests.stack.nodes import Node, faketime
from tests.stack.programs import wait_until
from tests.stack.running import Stack

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SOON = 60.0


@pytest.fixture(scope="module")
def stack(folder: Path, bring_up: Callable[..., AbstractContextManager[Stack]]) -> Iterator[Stack]:
    disk_mb = 64 if disks.is_possible() else None
    with bring_up(folder, web=2, workers=1, incidents=300, disk_mb=disk_mb) as up:
        yield up


def readiness(node: Node) -> int:
    return httpx.get(f"{node.url}/readyz", timeout=30).status_code


def becomes(node: Node, status: int) -> None:
    wait_until(lambda: readiness(node) == status, SOON, f"{node.name} tells {status}")


def are_collected(stack: Stack, joined: list[str]) -> bool:
    runs = [connections.latest_run(stack.engine, each) for each in joined]
    return all(run is not None and run.status == "finished" for run in runs)


def test_a_node_that_is_cut_off_is_not_ready_and_the_others_are(stack: Stack) -> None:
    alone, other = stack.web
    alone.link.cut()
    becomes(alone, 503)
    assert readiness(other) == 200
    alone.link.pass_on()
    becomes(alone, 200)


def test_no_node_is_ready_while_the_link_to_the_database_stalls(stack: Stack) -> None:
    stack.database.link.stall()
    for node in stack.web:
        becomes(node, 503)
    stack.database.link.pass_on()
    for node in stack.web:
        becomes(node, 200)


def test_no_node_is_ready_while_the_object_store_is_held_still(stack: Stack) -> None:
    with stack.store.paused():
        for node in stack.web:
            becomes(node, 503)
    for node in stack.web:
        becomes(node, 200)


def test_a_database_that_was_killed_recovers(stack: Stack) -> None:
    stack.database.kill()
    for node in stack.web:
        becomes(node, 503)
    stack.database.start()
    for node in stack.web:
        becomes(node, 200)
    assert "was not properly shut down" in stack.database.log.read_text()


def test_a_node_can_have_a_clock_that_is_ahead(stack: Stack) -> None:
    if faketime() is None:
        pytest.skip("faketime is not installed")
    node = stack.web[0]
    node.stop()
    node.start(ahead=timedelta(seconds=90))
    told = httpx.get(f"{node.url}/healthz").headers["date"]
    ahead = parsedate_to_datetime(told) - datetime.now(UTC)
    assert timedelta(seconds=85) < ahead < timedelta(seconds=95)
    node.stop()
    node.start()
    told = httpx.get(f"{node.url}/healthz").headers["date"]
    assert abs(parsedate_to_datetime(told) - datetime.now(UTC)) < timedelta(seconds=5)


def test_many_engagements_are_connected_and_collected(stack: Stack) -> None:
    joined = stack.connect(3)
    assert len(set(joined)) == 3
    wait_until(lambda: are_collected(stack, joined), 120, "three accounts are collected")


@pytest.mark.skipif(not disks.is_possible(), reason="only root may mount a disk")
def test_a_worker_whose_disk_is_full_says_so_and_collects_when_there_is_room(stack: Stack) -> None:
    (worker,) = stack.workers
    worker.fill_disk()
    joined = stack.connect(1)
    wait_until(lambda: "disk full" in worker.log.read_text(), SOON, "the worker says so")
    assert not are_collected(stack, joined)
    worker.make_room()
    wait_until(lambda: are_collected(stack, joined), 180, "the account is collected")


def test_another_start_in_the_same_folder_goes_on_with_the_data(
    folder: Path,
    bring_up: Callable[..., AbstractContextManager[Stack]],
) -> None:
    own = folder / "again"
    with bring_up(own, web=1, workers=1, incidents=300) as first:
        joined = first.join("first")
        wait_until(lambda: are_collected(first, [joined]), 120, "the account is collected")
        url, objects = first.url, first.store.bucket.objects()
        pids = [part.pid for part in first.parts]
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == [], "all have ended"
    with bring_up(own, web=1, workers=1, incidents=300) as second:
        assert second.url == url
        assert set(objects) <= set(second.store.bucket.objects())
        found = connections.of_engagement(second.engine, "first")
        assert found is not None
        assert found.id == joined
        assert readiness(second.web[0]) == 200
