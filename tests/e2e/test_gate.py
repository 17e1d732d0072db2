"""Whatever page is asked for first, nobody sees data before signing in."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from corvana.store import connections, engagements
from corvana.store.engine import open_database
from corvana.store.vault import Vault
from corvana.tokens import Tokens

ROOT = Path(__file__).resolve().parents[2]
LABEL = "acme-production"
AUTH = """
[auth]
redirect_uri = "http://localhost:8501/oauth2callback"
cookie_secret = "a secret for tests, thirty-two characters long"
client_id = "corvana-tests"
client_secret = "corvana-tests"
server_metadata_url = "http://127.0.0.1:9/.well-known/openid-configuration"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder to start in, with the settings of the repository."""
    shutil.copytree(
        ROOT / ".streamlit",
        tmp_path / ".streamlit",
        ignore=shutil.ignore_patterns("secrets.toml"),
    )
    return tmp_path


def with_an_account(folder: Path) -> None:
    """Leave a connected account behind, so that there is something to hide."""
    engine = open_database(f"sqlite:///{folder}/corvana.db")
    now = datetime.now(UTC)
    engagements.ensure_first(engine, now)
    connections.connect(
        engine,
        Vault.open(None, folder),
        engagement_id=engagements.listed(engine)[0].id,
        account=connections.PagerDutyAccount(
            account_id="PACME42",
            label=LABEL,
            region="US",
            audience="https://api.pagerduty.com",
            role="owner",
        ),
        tokens=Tokens("access", "refresh", now),
        now=now,
    )
    engine.dispose()


@pytest.mark.browser
@pytest.mark.parametrize("path", ["response", "overview", "privacy", "integrations"])
def test_the_first_request_of_a_fresh_server_meets_the_sign_in_screen(
    start_app, visit, home: Path, path: str
) -> None:
    (home / ".streamlit" / "secrets.toml").write_text(AUTH)
    data = home / "data"
    with_an_account(data)
    app = start_app(
        "--server.address", "0.0.0.0",
        cwd=home, CORVANA_DATA_DIR=str(data), CORVANA_START_WORKER="false",
        PAGERDUTY_CLIENT_ID="tests", PAGERDUTY_CLIENT_SECRET="tests",
    )  # fmt: skip
    visitor = visit(app)
    visitor.open(f"/{path}")
    visitor.see_title("Sign in to Corvana")
    main = visitor.page.get_by_test_id("stMain")
    assert main.inner_text().split("\n")[0] == "Sign in to Corvana"
    expect(visitor.page.get_by_role("link", name="Sign in")).to_be_visible()
    visitor.keep(f"sign-in-{path}")
    for hidden in ("stSidebarNav", "stDataFrame", "stTable", "stMetric"):
        expect(visitor.page.get_by_test_id(hidden)).to_have_count(0)
    expect(visitor.page.locator(".js-plotly-plot")).to_have_count(0)
    for word in (LABEL, "Disconnect", "Engagement", "kept", "respond?"):
        assert word not in visitor.text()
    visitor.expect_no_fault()


def test_without_sign_in_the_network_is_not_listened_on(home: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CORVANA_")},
        "CORVANA_DATA_DIR": str(home / "data"),
        "CORVANA_START_WORKER": "false",
    }
    refused = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"),
         "--server.address", "0.0.0.0", "--server.port", "0"],
        cwd=home, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    said = refused.stdout + refused.stderr
    assert refused.returncode != 0, said
    assert "sign-in must be configured ([auth] in .streamlit/secrets.toml)" in said
    assert not (home / "data").exists()
