"""An account with a marker in every free text, and the places to search for it."""

import logging
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from corvana import logs
from corvana.config import Settings
from corvana.sandbox.api.running import RunningSandbox
from tests.builders.left_behind import MARKER, LeftBehind
from tests.conftest import Connected, join


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call() -> None:
    """Log as much as can be, to what is standard error by the time the test runs."""
    logs.configure("debug")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "random", lambda: 0.0)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings of either database; SQLite's is where it is by default."""
    if request.param == "sqlite":
        return {}
    return {"CORVANA_DATABASE_URL": request.getfixturevalue("postgresql_url")}


@pytest.fixture
def marked(
    configure: Callable[..., Settings], sandbox: RunningSandbox, database: dict[str, str]
) -> Connected:
    """Joined while the marker is already there."""
    sandbox.faults.content_marker = MARKER
    settings = configure(
        sandbox,
        CORVANA_LOG_LEVEL="debug",
        CORVANA_BACKFILL_DAYS="7",
        **database,
    )
    return join(settings, sandbox)


@pytest.fixture
def watch(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Callable[[Connected], LeftBehind]:
    """Keep an eye on an application."""
    caplog.set_level(logging.DEBUG)
    return lambda connected: LeftBehind(connected, tmp_path / "exports", caplog, capfd)


@pytest.fixture
def left(watch: Callable[[Connected], LeftBehind], marked: Connected) -> LeftBehind:
    return watch(marked)
