"""A small simulated account over real HTTP, and a separate application for every test."""

import gc
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from hypothesis import settings as hypothesis_settings

from corvana import jobs
from corvana.config import Settings, load_settings
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.model import World
from corvana.versions.analyse import analyse
from tests.builders.connected import Connected, GoodToken, collect_at, consent, join
from tests.builders.connected_account import DAYS
from tests.builders.data_folder import view
from tests.builders.databases import (
    bare_url,
    database_url,
    postgresql,
    postgresql_tables,
    postgresql_url,
    sqlite_url,
)
from tests.builders.object_store.server import CREDENTIALS, S3Server, TestBucket, running
from tests.builders.shelf import Shelf, one_at_a_time

__all__ = [
    "Connected",
    "GoodToken",
    "bare_url",
    "collect_at",
    "consent",
    "database_url",
    "join",
    "postgresql",
    "postgresql_tables",
    "postgresql_url",
    "sqlite_url",
    "view",
]


STARTED_FIRST = (
    # In a browser. Of the first four, each of two processes gets every other one: so the account of
    # the second and the fourth is collected once.
    "test_assessment",
    "test_assessor",
    "test_restart",
    "test_walkthrough",
    "test_questions",
    # Without a browser.
    "test_soak",
    "test_crash",
    "test_prepare",
    "test_attendance",
    "test_worker",
    "test_every_sentence",
    "test_incremental",
    "test_usual",
    "test_texts_or_categories",
    "test_bench_findings",
    "test_changed",
    "test_collection",
    "test_bench_did_it_help",
    "test_bench_changes",
    "test_odd_incidents",
    "test_collecting",
    "test_requests_and_limits",
    "test_bench_what_if",
    "test_contract",
    "test_loading",
    "test_rebuild",
    "test_hands",
    "test_delivery",
    "test_pack",
)
"""Files that take ten seconds or more. Started last, such a file would delay the end of the run."""

SERVERS = {"postgresql_url", "s3_server", "shared_sandbox"}
"""Fixtures that start a server or use a started server."""

# No deadline: a slow machine must not fail a property.
hypothesis_settings.register_profile("unhurried", deadline=None)
hypothesis_settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that need a server. Start the longest files first; otherwise keep the order."""
    for item in items:
        if SERVERS & {*getattr(item, "fixturenames", ())}:
            item.add_marker("served")
    place = {name: number for number, name in enumerate(STARTED_FIRST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))


def pytest_collection_finish() -> None:
    """Exclude imported objects from garbage collection, which took a seventh of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all processes of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def small_world(run_folder: Path) -> World:
    """A small world that ended five minutes ago, so that nothing happens during a test.

    It is the same in all processes of a run, so that they share the accounts collected from it.
    """
    told = run_folder / "end of the small world"
    with one_at_a_time(told):
        if not told.exists():
            end = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
            told.write_text(end.isoformat())
    end = datetime.fromisoformat(told.read_text())
    return build_world(seed=7, end=end, days=DAYS, incidents=300)


@pytest.fixture(scope="session")
def shared_sandbox(small_world: World) -> Iterator[RunningSandbox]:
    with RunningSandbox(small_world, requests_per_minute=1_000_000) as running:
        yield running


@pytest.fixture
def sandbox(shared_sandbox: RunningSandbox) -> Iterator[RunningSandbox]:
    shared_sandbox.faults.reset()
    yield shared_sandbox
    shared_sandbox.faults.reset()


@pytest.fixture(scope="session")
def shelf(run_folder: Path) -> Shelf:
    """The accounts that this run has collected so far."""
    folder = run_folder / "shelf"
    folder.mkdir(exist_ok=True)
    return Shelf(folder)


@pytest.fixture
def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Settings]:
    """Return the function that sets the application's sandbox and its own data directory."""

    def point_at(sandbox: RunningSandbox, folder: str = "data", **more: str) -> Settings:
        values = {
            "CORVANA_DATA_DIR": str(tmp_path / folder),
            "CORVANA_REQUESTS_PER_MINUTE": "60000",
            "CORVANA_BACKFILL_DAYS": str(DAYS),
            "PAGERDUTY_CLIENT_ID": "corvana-sandbox",
            "PAGERDUTY_CLIENT_SECRET": "corvana-sandbox-secret",
            "PAGERDUTY_IDENTITY_URL": sandbox.url,
            "PAGERDUTY_API_URL": sandbox.api_url,
            "PAGERDUTY_EU_API_URL": sandbox.eu_api_url,
        } | more
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        forget_queue()
        return load_settings()

    return point_at


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """An object store, as a process of its own."""
    with running(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def bucket(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> TestBucket:
    """A new bucket, for which this process has credentials."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    return s3_server.new_bucket()


@pytest.fixture(autouse=True)
def _as_new() -> Iterator[None]:
    root, crash, thread_crash = logging.getLogger(), sys.excepthook, threading.excepthook
    handlers, level = root.handlers, root.level
    yield
    forget_queue()
    structlog.reset_defaults()
    root.handlers, sys.excepthook, threading.excepthook = handlers, crash, thread_crash
    root.setLevel(level)
    logging.captureWarnings(capture=False)


@pytest.fixture(autouse=True)
def _main_module() -> Iterator[None]:
    """A page that is tested becomes `__main__`; later tests start processes from the real one."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


def forget_queue() -> None:
    jobs.queue.cache_clear()
    jobs.collect_task.cache_clear()


@pytest.fixture
def settings(sandbox: RunningSandbox, configure: Callable[..., Settings]) -> Settings:
    return configure(sandbox)


@pytest.fixture
def connected(settings: Settings, sandbox: RunningSandbox) -> Connected:
    return join(settings, sandbox)


@pytest.fixture
def collected(settings: Settings, sandbox: RunningSandbox, shelf: Shelf) -> Connected:
    """A connected application, collected `DAYS` back by one run without conclusions."""
    return shelf.take(
        "collected",
        settings,
        sandbox,
        lambda joined: collect_at(joined, clock=sandbox.clock, days=DAYS),
    )


@pytest.fixture
def concluded(settings: Settings, sandbox: RunningSandbox, shelf: Shelf) -> Connected:
    """A connected application, collected `DAYS` back by one run with all conclusions."""
    return shelf.take(
        "concluded",
        settings,
        sandbox,
        lambda joined: collect_at(joined, clock=sandbox.clock, days=DAYS, analyse=analyse),
    )
