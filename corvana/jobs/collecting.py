"""Runs of the collectors: on request of a page, a command or the worker."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final
from uuid import uuid4

import structlog
from sqlalchemy import Engine

from corvana import trace
from corvana.collectors.context import Context, Pseudonyms
from corvana.config import Settings, load_settings
from corvana.errors import (
    AccountClosed,
    Interrupted,
    KeyMissing,
    LeaseLost,
    NotConnected,
    PagerDutyError,
    SnapshotsAway,
    Unauthorized,
    VaultError,
    is_disk_full,
)
from corvana.held import held
from corvana.jobs.analysing import analyse_next
from corvana.jobs.full_disk import full_disk
from corvana.jobs.live_runs import LiveRun, live_runs
from corvana.metrics import watched_run
from corvana.pagerduty.client import Client
from corvana.runs.authorization import StoredAuthorization
from corvana.runs.collection import SharedClocks, collect
from corvana.runs.rate_limit import spent_before
from corvana.store import clock, connections, turns
from corvana.store.engine import open_database
from corvana.store.vault import Vault
from corvana.versions.analyse import Analyse, analyse

RETRY_AFTER: Final = timedelta(minutes=1)
REFUSED_RETRY_AFTER: Final = timedelta(hours=1)
_log = structlog.get_logger()


def _now() -> datetime:
    return datetime.now(UTC)


def _account_now(settings: Settings) -> datetime:
    """What a run collects and when it did so are told by the account's clock."""
    return _now() + clock.account_ahead(settings)


def _database_now(engine: Engine) -> datetime:
    """Leases and turns are timed by the clock that all workers share."""
    return clock.now(engine)


def enqueue_collection(connection_id: str) -> None:
    """Request a run as soon as a worker is free."""
    engine = open_database(load_settings().database_url)
    connections.request_run(engine, connection_id, _database_now(engine))


def collect_due() -> None:
    """Analyse what waits for that, then collect the connection whose turn it is, until none is due.

    Analyses come first: somebody who changed a setting waits for the answer, and it takes less
    long.

    Ends as well when the worker is being stopped, and while the disk is full.
    """
    while not live_runs.interrupted and not full_disk.is_recent:
        if not (analyse_next() or _collect_next()):
            return


def _collect_next() -> bool:
    settings, holder = load_settings(), uuid4().hex
    engine = open_database(settings.database_url)
    started_at = _database_now(engine)
    connection_id = turns.take(engine, holder, started_at)
    if connection_id is None:
        return False
    with trace.run(uuid4().hex):
        _run(settings, engine, connection_id, holder, started_at, "schedule", analyse)
    return True


def collect_connection(
    connection_id: str, trigger: str = "schedule", *, analyse: Analyse = analyse
) -> None:
    """One run, unless another worker holds the lease. Every outcome is stored in the database.

    `analyse` draws the conclusions from the data once the data is published.
    """
    settings, holder = load_settings(), uuid4().hex
    engine = open_database(settings.database_url)
    started_at = _database_now(engine)
    if connections.acquire(engine, connection_id, holder, started_at):
        with trace.run(uuid4().hex):
            _run(settings, engine, connection_id, holder, started_at, trigger, analyse)


def _run(
    settings: Settings,
    engine: Engine,
    connection_id: str,
    holder: str,
    started_at: datetime,
    trigger: str,
    analyse: Analyse,
) -> None:
    """One run under the lease that `holder` has; the lease is given back at the end."""
    held.note(connection_id)
    next_run = timedelta(minutes=settings.collect_every_minutes)
    try:
        with watched_run():
            asyncio.run(
                _collect(settings, engine, connection_id, holder, started_at, trigger, analyse)
            )
    except Unauthorized:
        connections.mark_disconnected(engine, connection_id, "token_refused")
    except AccountClosed:
        connections.mark_disconnected(engine, connection_id, "account_closed")
    except NotConnected:
        connections.mark_disconnected(engine, connection_id, "tokens_gone")
    except (KeyMissing, SnapshotsAway) as error:
        # Another node may have the key, or reach the store: the connection holds.
        told = "key missing" if isinstance(error, KeyMissing) else "store of data versions away"
        _log.warning(told, connection=connection_id)
        next_run = RETRY_AFTER
    except VaultError:
        connections.mark_disconnected(engine, connection_id, "key_changed")
    except LeaseLost:
        return
    except Interrupted:
        next_run = timedelta(0)
    except PagerDutyError as error:
        _log.warning("collection failed", connection=connection_id, error=type(error).__name__)
        next_run = RETRY_AFTER if error.retryable else REFUSED_RETRY_AFTER
    except Exception as error:
        if not is_disk_full(error):
            raise
        _log.warning("disk full", connection=connection_id, error=type(error).__name__)
        full_disk.note()
        next_run = RETRY_AFTER
    finally:
        try:
            connections.release(
                engine,
                connection_id,
                holder,
                started_at=started_at,
                next_run_at=_database_now(engine) + next_run,
            )
        finally:
            live_runs.remove(holder)


async def _collect(
    settings: Settings,
    engine: Engine,
    connection_id: str,
    holder: str,
    started_at: datetime,
    trigger: str,
    analyse: Analyse,
) -> None:
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - for mypy: this is a coroutine
    live_runs.add(
        LiveRun(engine, connection_id, holder, started_at, asyncio.get_running_loop(), task)
    )
    vault = Vault.of(settings)
    audience = connections.get(engine, connection_id).audience
    authorization = StoredAuthorization(
        settings, engine, vault, connection_id=connection_id, holder=holder, clock=_now
    )
    key = vault.key_of(engine, connection_id)
    pseudonyms = Pseudonyms(key.pseudonyms, key.seal)
    async with Client(
        settings.api_urls[audience],
        authorization,
        requests_per_minute=settings.requests_per_minute,
        concurrency=settings.concurrency,
        clock=partial(_account_now, settings),
        seal=key.seal,
        before=spent_before(engine, connection_id, started_at),
    ) as client:
        await collect(
            Context(connection_id, holder, client, engine, pseudonyms),
            backfill=timedelta(days=settings.backfill_days),
            folder=settings.versions,
            trigger=trigger,
            clock=partial(_account_now, settings),
            shared_clocks=SharedClocks(
                lease=partial(_database_now, engine),
                run=lambda: _database_now(engine) + clock.account_ahead(settings),
            ),
            analyse=analyse,
        )
