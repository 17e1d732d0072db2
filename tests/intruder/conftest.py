"""An application with sign-in, and two engagements with an account each."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from benchmarks.running_app import PAGES_ONLY, ROOT, free_port, running
from benchmarks.simulated_account import account
from benchmarks.stored_account import database_of, store_engagement
from corvana.config import Settings
from corvana.sandbox.play.build import build_world
from tests.builders.browsers.chromium import chromium
from tests.builders.browsers.hosted import House
from tests.builders.browsers.openid_provider import OpenIdProvider

__all__ = ["chromium"]


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("house")
    port = free_port()
    url = f"http://localhost:{port}"
    shutil.copytree(
        ROOT / ".streamlit",
        home / ".streamlit",
        ignore=shutil.ignore_patterns("secrets.toml"),
    )
    data = home / "data"
    end = datetime.now(UTC).replace(microsecond=0)
    simulated = account(build_world(seed=7, end=end, incidents=500, days=30))
    with OpenIdProvider() as provider:
        (home / ".streamlit" / "secrets.toml").write_text(provider.section(url))
        mine = store_engagement(data, "Mine", simulated)
        theirs = store_engagement(data, "Theirs", simulated)
        with running(home, "--server.address", "0.0.0.0", cwd=home, port=port, **PAGES_ONLY) as app:
            settings = Settings(data_dir=data, base_url=url)
            yield House(app, database_of(data), settings, provider, mine, theirs)
