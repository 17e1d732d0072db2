"""What the tests of this folder share."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from corvana.config import Settings
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.store import engagements
from corvana.web import client_link, connect, sign_in
from tests.builders.databases import open_new
from tests.builders.leaving_browser import BASE, new_browser

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSandbox]:
    with RunningSandbox(build_world(seed=3, end=NOW, days=7, incidents=20)) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: RunningSandbox) -> Iterator[RunningSandbox]:
    running.faults.reset()
    yield running
    running.faults.reset()


@pytest.fixture
def settings(sandbox: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    made = Settings(
        data_dir=tmp_path,
        base_url=BASE,
        identity_url_setting=sandbox.url,
        api_url_setting=sandbox.api_url,
        eu_api_url_setting=sandbox.eu_api_url,
    )
    monkeypatch.setattr(connect, "load_settings", lambda: made)
    monkeypatch.setattr(client_link, "load_settings", lambda: made)
    monkeypatch.setattr(sign_in, "auth_configured", lambda: False)
    return made


@pytest.fixture
def engine(settings: Settings) -> Engine:
    engine = open_new(settings.database_url)
    engagements.ensure_first(engine, NOW)
    return engine


@pytest.fixture
def browser(engine: Engine) -> TestClient:
    return new_browser()
