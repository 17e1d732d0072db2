"""A hosted demonstration: two web processes, one simulated account, and a browser that reaches
nothing but nginx."""

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks.running_app import ROOT, free_port, running
from corvana.config import Settings
from corvana.store import connections
from corvana.store.engine import open_database
from corvana.store.vault import Vault
from corvana.web import connect, ticket
from tests.builders.browsers.nginx import Proxy, nginx, proxied
from tests.builders.browsers.openid_provider import OpenIdProvider
from tests.builders.browsers.signed_in import begin_session, cookies_of

ACCOUNT: dict[str, Any] = {"CORVANA_SANDBOX_INCIDENTS": "50", "CORVANA_START_WORKER": "false"}


@dataclass(frozen=True, slots=True)
class Demonstration:
    """The proxy, the settings, the port of the simulated account; `first` ends a web process."""

    proxy: Proxy
    settings: Settings
    account_port: int
    first: ExitStack


def accounts(port: int) -> set[str]:
    """The processes that run the simulated account on this port."""
    wanted = f"corvana\0sandbox\0--port\0{port}\0".encode()
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (process / "cmdline").read_bytes():
                found.add(process.name)
        except OSError:
            continue  # it has just ended
    return found


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    if nginx() is None:
        if os.environ.get("CI"):
            pytest.fail("nginx is not installed")
        pytest.skip("nginx is not installed")
    home = tmp_path_factory.mktemp("demonstration")
    ignored = shutil.ignore_patterns("secrets.toml")
    shutil.copytree(ROOT / ".streamlit", home / ".streamlit", ignore=ignored)
    url, account_port = f"https://localhost:{free_port()}", free_port()
    shared = {
        **ACCOUNT,
        "CORVANA_BASE_URL": url,
        "CORVANA_SANDBOX_PORT": str(account_port),
        "CORVANA_DATA_DIR": str(home / "data"),
    }
    (home / "second").mkdir()
    with OpenIdProvider() as provider, ExitStack() as second, ExitStack() as first:
        (home / ".streamlit" / "secrets.toml").write_text(provider.section(url))
        first.enter_context(running(home, cwd=home, **shared))
        app = second.enter_context(running(home / "second", cwd=home, **shared))
        proxy = second.enter_context(proxied(home / "nginx", url, free_port(), app.url))
        settings = Settings(data_dir=home / "data", base_url=url)
        yield Demonstration(proxy, settings, account_port, first)


def test_an_assessor_connects_the_simulated_account_through_the_proxy(
    demonstration: Demonstration,
) -> None:
    settings = demonstration.settings
    engine = open_database(settings.database_url)
    token = begin_session(engine, settings, {"first": "assessor"})
    vault = Vault.open(None, settings.data_dir)
    shown = ticket.issue(vault, ticket.to_connect("first"), token, datetime.now(UTC))
    assert len(accounts(demonstration.account_port)) == 1
    with httpx.Client(verify=demonstration.proxy.trust(), base_url=settings.base_url) as browser:
        browser.cookies.update(cookies_of(settings, token))
        left = browser.get(connect.START, params={"engagement": "first", "ticket": shown})
        assert left.headers["location"].startswith(f"{settings.base_url}/simulated/")
        page = browser.get(left.headers["location"])
        assert "SIMULATED" in page.text
        [transaction] = re.findall(r'name="transaction" value="([^"]+)"', page.text)
        form = {"transaction": transaction, "decision": "allow", "who": "owner"}
        back = browser.post(str(page.url.join("authorize")), data=form)
        done = browser.get(back.headers["location"])
    assert done.headers["location"] == (
        f"{settings.base_url}/integrations?connected=1&engagement=first"
    )
    found = connections.of_engagement(engine, "first")
    assert found is not None
    assert found.status == "connected"


def test_when_the_process_that_started_it_ends_another_starts_it(
    demonstration: Demonstration,
) -> None:
    before = accounts(demonstration.account_port)
    demonstration.first.close()
    deadline = time.monotonic() + 60
    while not accounts(demonstration.account_port) - before:
        assert time.monotonic() < deadline
        time.sleep(0.2)
