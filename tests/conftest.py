"""A small simulated account over real HTTP, and an application of its own for every test."""

import asyncio
import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import structlog
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine
from sqlmodel import Session

from corvana import jobs
from corvana.collectors.analyse import Analyse
from corvana.collectors.context import Context, Pseudonyms
from corvana.collectors.run import collect
from corvana.config import Settings, load_settings
from corvana.pagerduty import id_token, oauth
from corvana.pagerduty.client import Client, fetch_me
from corvana.sandbox.model import World
from corvana.sandbox.running import RunningSandbox
from corvana.sandbox.world import build_world
from corvana.snapshot import Snapshot, open_snapshot
from corvana.store import connections, engagements
from corvana.store.engine import open_database
from corvana.store.models import Connection
from corvana.store.vault import Vault
from tests.builders.conclusions import conclude_nothing
from tests.consent import answer_consent
from tests.postgres import database_url, postgresql, postgresql_url, sqlite_url

__all__ = ["database_url", "postgresql", "postgresql_url", "sqlite_url"]

DAYS = 30

# A property does not become false because the machine is busy.
hypothesis_settings.register_profile("unhurried", deadline=None)
hypothesis_settings.load_profile("unhurried")


def pytest_collection_finish() -> None:
    """What is imported by now stays: looking through it for garbage took a seventh of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


@dataclass(frozen=True, slots=True)
class Connected:
    """An application that has joined the sandbox's account to its first engagement."""

    settings: Settings
    engine: Engine
    vault: Vault
    id: str
    sandbox: RunningSandbox

    @property
    def connection_id(self) -> str:
        return self.id

    @property
    def connection(self) -> Connection:
        return connections.get(self.engine, self.id)

    @property
    def pseudonyms(self) -> Pseudonyms:
        with Session(self.engine) as session:
            return Pseudonyms(self.vault.pseudonym_key(session, self.id))

    def snapshot(self) -> Snapshot:
        return open_snapshot(self.settings.snapshot_dir, self.id, self.connection.data_version)


def consent(settings: Settings, who: str = "owner") -> oauth.Grant:
    """Walk through the consent page as a browser does, and exchange the code."""
    verifier = oauth.create_verifier()
    url = oauth.authorization_url(settings, state="s" * 43, verifier=verifier)
    code = parse_qs(urlsplit(answer_consent(url, who=who)).query)["code"][0]
    return oauth.exchange(settings, code=code, verifier=verifier, now=datetime.now(UTC))


def join(settings: Settings, sandbox: RunningSandbox) -> Connected:
    """Connect the sandbox's account through OAuth, as the callback does."""
    now = sandbox.clock()
    engine = open_database(settings.database_url)
    vault = Vault.open(settings.secret_key, settings.data_dir)
    engagements.ensure_first(engine, now)
    grant = consent(settings)
    claims = id_token.verify(settings, grant.id_token, now)
    me = fetch_me(settings.api_urls[claims.audience], grant.tokens.access_token)
    connection_id = connections.connect(
        engine,
        vault,
        engagement_id="first",
        account=connections.Account(
            claims.account_id, claims.subdomain, claims.region, claims.audience, me.role
        ),
        tokens=grant.tokens,
        now=now,
    )
    return Connected(settings, engine, vault, connection_id, sandbox)


@dataclass(frozen=True, slots=True)
class GoodToken:
    """An access token that is never refused."""

    token: str

    def access_token(self) -> str:
        return self.token

    def refresh(self, refused: str) -> str:
        raise AssertionError("the token is good")


def collect_at(
    connected: Connected,
    *,
    clock: Callable[[], datetime],
    days: float,
    analyse: Analyse = conclude_nothing,
) -> None:
    """One run at the clock's time, `days` back. It ends with what `analyse` concludes."""
    sandbox = connected.sandbox
    authorization = GoodToken(sandbox.issue_tokens()[0])

    async def run() -> None:
        async with Client(
            sandbox.api_url,
            authorization,
            requests_per_minute=60_000,
            concurrency=4,
            clock=clock,
        ) as client:
            await collect(
                Context(connected.id, "test", client, connected.engine, connected.pseudonyms),
                backfill=timedelta(days=days),
                folder=connected.settings.snapshot_dir,
                trigger="test",
                clock=clock,
                analyse=analyse,
            )

    assert connections.acquire(connected.engine, connected.id, "test", clock())
    asyncio.run(run())


@pytest.fixture(scope="session")
def small_world() -> World:
    """Ends five minutes ago, so that nothing happens while a test runs."""
    end = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
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


@pytest.fixture
def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Settings]:
    """Return what points the application at a sandbox and a data directory of its own."""

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


@pytest.fixture(autouse=True)
def _as_new() -> Iterator[None]:
    yield
    forget_queue()
    structlog.reset_defaults()


def forget_queue() -> None:
    jobs.queue.cache_clear()
    jobs.collect_task.cache_clear()


@pytest.fixture
def settings(sandbox: RunningSandbox, configure: Callable[..., Settings]) -> Settings:
    return configure(sandbox)


@pytest.fixture
def connected(settings: Settings, sandbox: RunningSandbox) -> Connected:
    return join(settings, sandbox)
