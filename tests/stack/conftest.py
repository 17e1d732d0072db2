"""A stack that is up, and a browser that is signed in to it."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, expect

from benchmarks.running_app import App
from corvana.store import connections
from tests.builders.browsers.chromium import chromium
from tests.builders.visitor import Visitor
from tests.stack.identity import PEOPLE
from tests.stack.programs import Missing, wait_until
from tests.stack.running import FIRST, Stack, stack

__all__ = ["chromium"]

COLLECTED_WITHIN: Final = 90.0
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's user can enter, which is not so of pytest's own."""
    made = Path(tempfile.mkdtemp(prefix="corvana-stack-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@contextmanager
def _up(folder: Path, **asked: Any) -> Iterator[Stack]:
    """The stack; the test is skipped where something is not installed."""
    with ExitStack() as running:
        try:
            yield running.enter_context(stack(folder, **asked))
        except Missing as missing:
            say = pytest.fail if os.environ.get("CI") else pytest.skip
            say(str(missing))


@pytest.fixture(scope="module")
def bring_up() -> Callable[..., AbstractContextManager[Stack]]:
    """A function that brings up a stack in a folder, as long as a `with` block runs."""
    return _up


@pytest.fixture(scope="module")
def running(chromium: Browser, folder: Path) -> Iterator[Stack]:
    """The stack of a module. Chromium comes first: without it nothing needs to be started."""
    with _up(folder, settings={"CORVANA_COLLECT_EVERY_MINUTES": "1440"}) as up:
        yield up


@pytest.fixture
def signed_in(chromium: Browser, running: Stack) -> Iterator[Visitor]:
    """A browser in which Ann has signed in, by a click on the provider's page."""
    context = chromium.new_context(
        ignore_https_errors=True, viewport={"width": 1440, "height": 900}
    )
    page = context.new_page()
    page.goto(running.url)
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name=PEOPLE[0].email).click()
    yield Visitor(page, App(running.url, running.web[0].data, running.web[0].log, FIRST))
    context.close()


@pytest.fixture(scope="module")
def collected(running: Stack) -> Callable[[str], None]:
    """A function that waits until an engagement's connection is collected."""

    def wait(engagement_id: str) -> None:
        def is_done() -> bool:
            found = connections.of_engagement(running.engine, engagement_id)
            run = found and connections.latest_run(running.engine, found.id)
            return bool(run and run.status == "finished")

        wait_until(is_done, COLLECTED_WITHIN, "the account is collected")

    return wait
