"""An application connected to the simulated account, and runs that collect it."""

import asyncio
from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pandas as pd
from sqlalchemy import Engine

from corvana.analysis.opening import opened
from corvana.collectors.context import Context, Pseudonyms
from corvana.config import Settings
from corvana.pagerduty import id_token, oauth
from corvana.pagerduty.client import Client, fetch_me
from corvana.runs.collection import collect
from corvana.sandbox.api.running import RunningSandbox
from corvana.seal import Seal
from corvana.store import connections, engagements
from corvana.store.models import CollectionRun, Connection
from corvana.store.vault import Vault
from corvana.tokens import Tokens
from corvana.versions.analyse import Analyse
from corvana.versions.files import DataVersion, open_version
from tests.builders.conclusions import conclude_nothing
from tests.builders.consent import answer_consent
from tests.builders.databases import open_new


@dataclass(frozen=True, slots=True)
class Connected:
    """An application whose first engagement is connected to the sandbox's account."""

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
    def latest_run(self) -> CollectionRun:
        run = connections.latest_run(self.engine, self.id)
        assert run is not None, "nothing was ever collected"
        return run

    @property
    def pseudonyms(self) -> Pseudonyms:
        key = self.vault.key_of(self.engine, self.id)
        return Pseudonyms(key.pseudonyms, key.seal)

    @property
    def seal(self) -> Seal:
        return self.vault.seal_of(self.connection)

    def frame(self, name: str) -> pd.DataFrame:
        """A frame of the newest data version, opened."""
        return opened(self.data().frame(name), self.seal)

    def data(self) -> DataVersion:
        return open_version(self.settings.versions, self.id, self.connection.data_version)


def consent(settings: Settings, who: str = "owner") -> oauth.Grant:
    """Give consent on the consent page as a browser does, and exchange the code."""
    verifier = oauth.create_verifier()
    url = oauth.authorization_url(settings, state="s" * 43, verifier=verifier)
    code = parse_qs(urlsplit(answer_consent(url, who=who)).query)["code"][0]
    return oauth.exchange(settings, code=code, verifier=verifier, now=datetime.now(UTC))


def join(settings: Settings, sandbox: RunningSandbox) -> Connected:
    """Connect the sandbox's account through OAuth, as the callback does."""
    now = sandbox.clock()
    engine = open_new(settings.database_url)
    vault = Vault.of(settings)
    engagements.ensure_first(engine, now)
    connection_id = join_engagement(settings, engine, vault, "first", now)
    return Connected(settings, engine, vault, connection_id, sandbox)


def join_engagement(
    settings: Settings, engine: Engine, vault: Vault, engagement_id: str, now: datetime
) -> str:
    """Connect the simulated account to this engagement through OAuth; return the connection."""
    grant = consent(settings)
    claims = id_token.verify(settings, grant.id_token, now)
    me = fetch_me(settings.api_urls[claims.audience], grant.tokens.access_token)
    return connections.connect(
        engine,
        vault,
        engagement_id=engagement_id,
        account=connections.PagerDutyAccount(
            claims.account_id, claims.subdomain, claims.region, claims.audience, me.role
        ),
        tokens=Tokens(*astuple(grant.tokens)),
        now=now,
    )


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
    """One run at the clock's time, `days` back. It ends with the conclusions of `analyse`."""
    sandbox = connected.sandbox
    authorization = GoodToken(sandbox.issue_tokens()[0])

    async def run() -> None:
        async with Client(
            sandbox.api_url,
            authorization,
            requests_per_minute=60_000,
            concurrency=4,
            clock=clock,
            seal=connected.vault.seal_of(connected.connection),
        ) as client:
            await collect(
                Context(connected.id, "test", client, connected.engine, connected.pseudonyms),
                backfill=timedelta(days=days),
                folder=connected.settings.versions,
                trigger="test",
                clock=clock,
                analyse=analyse,
            )

    assert connections.acquire(connected.engine, connected.id, "test", clock())
    asyncio.run(run())
