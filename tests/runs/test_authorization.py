"""Renewing the token over real HTTP, with real rotation: no pair is lost, nothing loops."""

import asyncio
import random
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlmodel import Session

from corvana import jobs
from corvana.errors import Unauthorized, Unreachable
from corvana.pagerduty import oauth, payloads, responses
from corvana.pagerduty.client import Client
from corvana.runs.authorization import StoredAuthorization
from corvana.sandbox.fault_rules import Rule
from corvana.store import connections, heartbeats, turns
from corvana.store.vault import Vault
from corvana.tokens import Tokens
from tests.builders.conclusions import conclude_nothing
from tests.conftest import Connected

HOLDER = "worker"
MANY = 1_000

AS_ANOTHER_PROCESS = """
import os, sys
from datetime import UTC, datetime
from corvana.runs.authorization import StoredAuthorization
from corvana.config import load_settings
from corvana.store.engine import open_database
from corvana.store.vault import Vault

connection_id, refused, dies = sys.argv[1:]
settings = load_settings()
vault = Vault.open(settings.secret_key, settings.data_dir)
if dies == "dies":
    Vault.save = lambda *_: os._exit(9)
authorization = StoredAuthorization(
    settings, open_database(settings.database_url), vault,
    connection_id=connection_id, holder="worker", clock=lambda: datetime.now(UTC),
)
sys.stdout.write(authorization.refresh(refused))
"""


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "random", lambda: 0.0)
    monkeypatch.setenv("CORVANA_BACKFILL_DAYS", "1")


@pytest.fixture
def asked(connected: Connected) -> Callable[[], int]:
    """How many requests have reached the identity server since."""
    rule: Rule = connected.sandbox.faults.add_headers("/oauth/token", {}, times=MANY)
    return lambda: MANY - (rule.times or 0)


def stored(connected: Connected) -> Tokens:
    with Session(connected.engine) as session:
        return connected.vault.tokens(session, connected.id)


def authorization(connected: Connected) -> StoredAuthorization:
    """A worker's, which holds the lease."""
    return StoredAuthorization(
        connected.settings,
        connected.engine,
        connected.vault,
        connection_id=connected.id,
        holder=HOLDER,
        clock=lambda: datetime.now(UTC),
    )


def lease(connected: Connected, *, lapsed: bool = False) -> None:
    now = datetime.now(UTC) - (connections.LEASE * 2 if lapsed else timedelta(0))
    assert connections.acquire(connected.engine, connected.id, HOLDER, now)


def forget_access(connected: Connected) -> Tokens:
    """PagerDuty forgets the access token, the refresh token stays good."""
    pair = stored(connected)
    del connected.sandbox.identity.tokens.access[pair.access_token]
    return pair


def another_process(connected: Connected, refused: str, dies: str = "") -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", AS_ANOTHER_PROCESS, connected.id, refused, dies],
        stdout=subprocess.PIPE,
        text=True,
    )


def read_teams(connected: Connected, together: Barrier) -> int:
    """As one worker does: its own client, its own authorization."""
    mine = authorization(connected)

    async def read() -> int:
        async with Client(
            connected.sandbox.api_url, mine, requests_per_minute=60_000, concurrency=4
        ) as client:
            pages = await asyncio.gather(
                *(
                    client.get("/teams", responses.page_of("teams", payloads.Team), {"limit": 100})
                    for _ in range(4)
                )
            )
        return len(pages[0].rows)

    together.wait()
    return asyncio.run(read())


def test_two_workers_that_are_refused_at_once_renew_once_and_both_go_on(
    connected: Connected, asked: Callable[[], int]
) -> None:
    lease(connected)
    old = forget_access(connected)
    together = Barrier(2)
    with ThreadPoolExecutor(2) as workers:
        read = [workers.submit(read_teams, connected, together) for _ in range(2)]
        assert [each.result() for each in read] == [len(connected.sandbox.world.teams)] * 2
    assert asked() == 1
    assert stored(connected).refresh_token != old.refresh_token


def test_two_processes_that_are_refused_at_once_renew_once_and_get_the_same_token(
    connected: Connected, asked: Callable[[], int]
) -> None:
    lease(connected)
    old = forget_access(connected)
    workers = [another_process(connected, old.access_token) for _ in range(2)]
    tokens = [worker.communicate(timeout=60)[0] for worker in workers]
    assert tokens == [stored(connected).access_token] * 2
    assert asked() == 1
    assert tokens[0] != old.access_token


def test_tokens_with_a_plus_survive_one_renewal_after_another(connected: Connected) -> None:
    lease(connected)
    mine, refused = authorization(connected), stored(connected).access_token
    for _ in range(3):
        renewed = mine.refresh(refused)
        pair = stored(connected)
        assert "+" in pair.access_token
        assert "+" in pair.refresh_token
        assert renewed == mine.access_token() == pair.access_token != refused
        family = connected.sandbox.identity.tokens.family_of(renewed, now=datetime.now(UTC))
        assert family is not None
        refused = renewed


def assert_a_run_ends_in_reconnect(connected: Connected, asked: Callable[[], int]) -> None:
    before = asked()
    jobs.collect_connection(connected.id, analyse=conclude_nothing)
    connection = connected.connection
    assert (connection.status, connection.status_reason) == ("disconnected", "token_refused")
    assert connected.latest_run.error == "Unauthorized"
    assert asked() == before + 1
    assert turns.due(connected.engine, datetime.now(UTC) + timedelta(days=1)) == []


def test_a_pair_that_could_not_be_saved_ends_in_a_request_to_reconnect(
    connected: Connected, asked: Callable[[], int]
) -> None:
    lease(connected, lapsed=True)
    old = forget_access(connected)

    class DiskFull(Exception):
        pass

    def fail(*_: object) -> None:
        raise DiskFull

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Vault, "save", fail)
        with pytest.raises(DiskFull):
            authorization(connected).refresh(old.access_token)
    assert stored(connected) == old
    assert_a_run_ends_in_reconnect(connected, asked)


def test_a_process_that_dies_between_renewing_and_saving_ends_in_a_request_to_reconnect(
    connected: Connected, asked: Callable[[], int]
) -> None:
    lease(connected, lapsed=True)
    old = forget_access(connected)
    assert another_process(connected, old.access_token, "dies").wait(timeout=60) == 9
    assert asked() == 1
    assert stored(connected) == old
    assert_a_run_ends_in_reconnect(connected, asked)


def test_a_process_that_dies_before_renewing_costs_nothing(connected: Connected) -> None:
    lease(connected, lapsed=True)
    forget_access(connected)
    jobs.collect_connection(connected.id, analyse=conclude_nothing)
    assert connected.latest_run.status == "finished"


@pytest.mark.parametrize("status", [500, 503, 429])
def test_an_identity_server_that_fails_leaves_the_pair_alone_and_the_connection_connected(
    connected: Connected, status: int
) -> None:
    old = forget_access(connected)
    rule = connected.sandbox.faults.answer("/oauth/token", status=status)
    jobs.collect_connection(connected.id, analyse=conclude_nothing)
    assert connected.latest_run.error == "Unreachable"
    assert (connected.connection.status, stored(connected)) == ("connected", old)
    connected.sandbox.faults.remove(rule)
    jobs.collect_connection(connected.id, analyse=conclude_nothing)
    assert connected.latest_run.status == "finished"
    assert stored(connected).refresh_token != old.refresh_token


def test_an_identity_server_that_hangs_leaves_the_pair_alone(
    connected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oauth, "_MOST", oauth._MOST._replace(seconds=0.5))
    lease(connected)
    old = forget_access(connected)
    connected.sandbox.faults.hang_up("/oauth/token", after_seconds=2.0)
    with pytest.raises(Unreachable):
        authorization(connected).refresh(old.access_token)
    assert stored(connected) == old
    assert authorization(connected).refresh(old.access_token) != old.access_token


def test_a_refused_refresh_token_is_unauthorized_and_stays_stored(connected: Connected) -> None:
    lease(connected)
    old = forget_access(connected)
    connected.sandbox.identity.tokens.revoke(old.refresh_token)
    with pytest.raises(Unauthorized):
        authorization(connected).refresh(old.access_token)
    assert stored(connected) == old


def test_writers_wait_for_a_slow_renewal_and_none_fails(connected: Connected) -> None:
    """SQLite has one lock for all; PagerDuty is given less time than writers are."""
    with connected.engine.connect() as database:
        writers_wait_ms = database.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
    assert oauth._MOST.seconds * 1_000 < writers_wait_ms

    lease(connected)
    old = forget_access(connected)
    rule = connected.sandbox.faults.hang_up("/oauth/token", after_seconds=1.5)
    with ThreadPoolExecutor(1) as worker:
        renewal = worker.submit(authorization(connected).refresh, old.access_token)
        while rule.times:
            time.sleep(0.01)
        now = datetime.now(UTC)
        heartbeats.beat(connected.engine, "somebody else", now, now)
        with pytest.raises(Unreachable):
            renewal.result()
    assert connections.worker_alive(connected.engine, now)
    assert stored(connected) == old
