"""Two web processes and a worker share a database and a folder. One disconnects; all forget."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from benchmarks.running_app import ROOT, App, free_port, running
from corvana.config import Settings
from corvana.sandbox.api.running import RunningSandbox
from corvana.store import connections
from tests.builders.processes.memory import texts_in, with_setting
from tests.builders.stored.sealed_account import plain_texts
from tests.builders.visitor import Visitor
from tests.conftest import Connected, join

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

REPLACED_AFTER = 10
SERVED_NO_LONGER_WITHIN = 5_000
"""Milliseconds: the promise."""

PAGES = ("", "findings", "response", "dependencies")
REPLACED = "this process is replaced"


def environment(settings: Settings, port: int) -> dict[str, Any]:
    """The settings of a node."""
    given = {name: value for name, value in os.environ.items() if name.startswith("PAGERDUTY_")}
    return given | {
        "CORVANA_DATA_DIR": str(settings.data_dir),
        "CORVANA_DATABASE_URL": settings.database_url,
        "CORVANA_BACKFILL_DAYS": str(settings.backfill_days),
        "CORVANA_REQUESTS_PER_MINUTE": "60000",
        "CORVANA_START_WORKER": "false",
        "CORVANA_REPLACE_AFTER_SECONDS": str(REPLACED_AFTER),
        "CORVANA_BASE_URL": f"http://localhost:{port}",
    }


@pytest.fixture
def settings(
    configure: Callable[..., Settings], sandbox: RunningSandbox, postgresql_url: str
) -> Settings:
    return configure(sandbox, CORVANA_DATABASE_URL=postgresql_url)


@contextmanager
def node(folder: Path, settings: Settings) -> Iterator[App]:
    folder.mkdir()
    port = free_port()
    with running(folder, port=port, **environment(settings, port)) as app:
        yield app


@contextmanager
def worker(folder: Path, settings: Settings) -> Iterator[Path]:
    """A worker that nobody supervises; returns the file of what it says."""
    log = folder / "worker.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "corvana", "worker"],
            cwd=ROOT,
            env={**os.environ, **environment(settings, 1)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            yield log
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_until(ready: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def is_analysed(joined: Connected) -> bool:
    run = connections.latest_run(joined.engine, joined.id)
    return run is not None and run.status == "finished"


def status_of_file(app: App, joined: Connected) -> int:
    told = {"connection": joined.id, "version": 1}
    try:
        with urlopen(f"{app.url}/files/first/corvana-evidence.zip?{urlencode(told)}") as answer:
            return int(answer.status)
    except HTTPError as refused:
        return int(refused.code)


def answers(app: App) -> bool:
    try:
        with urlopen(f"{app.url}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def see_every_page(visitor: Visitor) -> None:
    for page in PAGES:
        visitor.open(page)
        visitor.settle(60)


def disconnect(visitor: Visitor) -> None:
    visitor.open("integrations")
    visitor.page.get_by_role("button", name="Details and Disconnect").click()
    visitor.page.get_by_role("button", name="Disconnect", exact=True).click()
    visitor.page.get_by_role("button", name="Disconnect and delete").click()
    expect(visitor.page.get_by_text("Everything was deleted on")).to_be_visible()


def words_of_the_program(
    visit: Callable[..., Visitor], folder: Path, settings: Settings, texts: set[str]
) -> set[str]:
    """Texts that are also in a process that has never held the account, such as "Search"."""
    others = set(with_setting(settings.database_url))
    with node(folder, settings) as new:
        visitor = visit(new)
        visitor.open("integrations")
        visitor.settle(60)
        (process,) = set(with_setting(settings.database_url)) - others
        return texts_in(process, texts)


def test_nothing_of_a_disconnected_account_is_shown_served_or_left_in_memory(
    visit: Callable[..., Visitor], tmp_path: Path, settings: Settings, sandbox: RunningSandbox
) -> None:
    with (
        node(tmp_path / "one", settings) as one,
        node(tmp_path / "two", settings) as two,
        worker(tmp_path, settings) as worker_log,
    ):
        started = with_setting(settings.database_url)
        joined = join(settings, sandbox)
        wait_until(lambda: is_analysed(joined), 200)
        first, second = visit(one), visit(two)
        for visitor in (first, second):
            see_every_page(visitor)
        texts = plain_texts(joined)
        known = {each: texts_in(each, texts) for each in started}
        assert len(started) == 3
        shown = second.settle(60)
        assert {text for text in texts if text in shown}
        assert status_of_file(two, joined) == 200

        disconnect(first)
        expect(second.page.get_by_text("PagerDuty is not connected")).to_be_visible(
            timeout=SERVED_NO_LONGER_WITHIN
        )
        shown = second.settle(60)
        assert {text for text in texts if text in shown} == set()
        assert status_of_file(two, joined) == 404

        logs = (one.log, two.log, worker_log)
        wait_until(lambda: all(REPLACED in log.read_text() for log in logs), 120)
        wait_until(lambda: all(answers(app) for app in (one, two)), 120)
        second.choose("Integrations")  # the page that was open has reconnected by itself
        second.see("Everything was deleted on", 60)
        assert set(with_setting(settings.database_url)) == set(started)
        own = words_of_the_program(visit, tmp_path / "three", settings, texts)
        assert all(len(found - own) > 100 for found in known.values())
        left = {each: texts_in(each, texts) - own for each in started}
        assert left == {each: set() for each in started}


def test_one_person_goes_on_after_the_process_was_replaced(
    visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    """As with `make run`: the simulated account goes on, and the open page connects again."""
    options: dict[str, Any] = {
        "CORVANA_SANDBOX_INCIDENTS": "300",
        "CORVANA_REPLACE_AFTER_SECONDS": "3",
    }
    with running(tmp_path, **options) as app:
        visitor = visit(app)
        visitor.open("integrations")
        visitor.connect()
        visitor.page.get_by_text(re.compile(r"^in \d")).wait_for(timeout=90_000)
        disconnect(visitor)
        wait_until(lambda: REPLACED in app.output(), 60)
        wait_until(lambda: answers(app), 60)
        visitor.connect()
        green = visitor.page.locator(".corvana-dot.corvana-green")
        expect(green).to_be_visible()
        visitor.expect_no_fault()
