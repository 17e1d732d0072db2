"""Leases, and one account an engagement."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from corvana.config import US_AUDIENCE
from corvana.errors import ConnectRefused, LeaseLost, NotFound
from corvana.store import clock, connections, engagements
from corvana.store.connections import LEASE, PagerDutyAccount
from corvana.store.engine import open_database
from corvana.store.models import Service
from corvana.store.upsert import upsert
from corvana.store.vault import Vault
from corvana.tokens import Tokens

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ACCOUNT = PagerDutyAccount("PACC1", "acme", "US", US_AUDIENCE, "owner")


@pytest.fixture
def engine(database_url: str) -> Engine:
    engine = open_database(database_url)
    engagements.ensure_first(engine, NOW)
    return engine


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.open(None, tmp_path)


def join(
    engine: Engine,
    vault: Vault,
    account: PagerDutyAccount = ACCOUNT,
    *,
    engagement: str = "first",
    token: str = "a",
) -> str:
    tokens = Tokens(token, f"refresh-{token}", NOW + timedelta(days=10))
    return connections.connect(
        engine, vault, engagement_id=engagement, account=account, tokens=tokens, now=NOW
    )


@pytest.fixture
def joined(engine: Engine, vault: Vault) -> str:
    return join(engine, vault)


def test_a_lease_is_one_holders_until_it_lapses(engine: Engine, joined: str) -> None:
    assert connections.acquire(engine, joined, "one", NOW)
    assert not connections.acquire(engine, joined, "two", NOW + LEASE)
    assert connections.acquire(engine, joined, "one", NOW + 10 * SECOND)
    assert not connections.acquire(engine, joined, "two", NOW + LEASE + SECOND)
    assert connections.acquire(engine, joined, "two", NOW + 10 * SECOND + LEASE + SECOND)
    assert not connections.acquire(engine, joined, "one", NOW + 10 * SECOND + LEASE + SECOND)


def test_the_fence_holds_off_who_lost_the_lease(engine: Engine, joined: str) -> None:
    connections.acquire(engine, joined, "one", NOW)
    connections.acquire(engine, joined, "two", NOW + LEASE + SECOND)
    with Session(engine) as session, pytest.raises(LeaseLost):
        connections.fence(session, joined, "one")
    with Session(engine) as session:
        connections.fence(session, joined, "two")


def test_the_fence_holds_off_everybody_once_disconnected(engine: Engine, joined: str) -> None:
    connections.acquire(engine, joined, "one", NOW)
    connections.mark_disconnected(engine, joined, "token_refused")
    with Session(engine) as session, pytest.raises(LeaseLost):
        connections.fence(session, joined, "one")


def test_releasing_a_lost_lease_changes_nothing(engine: Engine, joined: str) -> None:
    connections.acquire(engine, joined, "two", NOW)
    before = connections.get(engine, joined)
    connections.release(engine, joined, "one", started_at=NOW, next_run_at=NOW)
    assert connections.get(engine, joined) == before


def test_a_second_account_is_refused(engine: Engine, vault: Vault, joined: str) -> None:
    with pytest.raises(ConnectRefused) as caught:
        join(engine, vault, replace(ACCOUNT, account_id="PACC2"), token="b")
    assert caught.value.reason == "other_account"
    with Session(engine) as session:
        assert vault.tokens(session, joined).access_token == "a"


def test_another_engagement_may_have_the_same_account(
    engine: Engine, vault: Vault, joined: str
) -> None:
    second = engagements.create(engine, "Second", NOW)
    other = join(engine, vault, engagement=second)
    assert other != joined
    assert {each.id for each in connections.listed(engine)} == {joined, other}


def test_the_same_account_again_renews_its_tokens_and_keeps_its_data(
    engine: Engine, vault: Vault, joined: str
) -> None:
    row = {"connection_id": joined, "id": "PS1", "label": "Checkout", "status": "active"}
    with Session(engine) as session:
        key = vault.key(session, joined).pseudonyms
        upsert(session, Service, [row])
        session.commit()
    connections.mark_disconnected(engine, joined, "token_refused")
    assert join(engine, vault, replace(ACCOUNT, role="user"), token="b") == joined
    connection = connections.get(engine, joined)
    assert (connection.status, connection.status_reason) == ("connected", None)
    assert (connection.connected_role, connection.partial) == ("user", True)
    with Session(engine) as session:
        assert vault.tokens(session, joined).access_token == "b"
        assert vault.key(session, joined).pseudonyms == key
        assert session.get(Service, (joined, "PS1")) is not None


@pytest.mark.parametrize(
    ("role", "partial"),
    [("owner", False), ("admin", False), ("user", True), ("observer", True), ("unknown", True)],
)
def test_only_owners_and_admins_see_everything(role: str, partial: bool) -> None:
    assert replace(ACCOUNT, role=role).partial is partial


def test_an_unknown_connection_is_not_found(engine: Engine) -> None:
    with pytest.raises(NotFound):
        connections.get(engine, "nobody")


def test_a_clock_that_is_ahead_dates_no_request_after_the_run_that_answers_it(
    engine: Engine, vault: Vault
) -> None:
    """Connecting has the web server's time; runs are timed by the database's clock."""
    tokens = Tokens("a", "refresh-a", NOW)
    ahead = datetime.now(UTC) + timedelta(hours=1)
    joined = connections.connect(
        engine, vault, engagement_id="first", account=ACCOUNT, tokens=tokens, now=ahead
    )
    started_at = clock.now(engine)
    connection = connections.get(engine, joined)
    assert connection.requested_at is not None
    assert connection.requested_at <= started_at
