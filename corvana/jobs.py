"""Background work: collect, disconnect, sweep. The worker runs it; pages only request it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import uuid4

import structlog
from huey import Huey, PostgresHuey, SqliteHuey
from sqlalchemy import Engine

from corvana.collectors.context import Context, Pseudonyms
from corvana.config import Settings, load_settings
from corvana.errors import (
    AccountClosed,
    CorvanaError,
    LeaseLost,
    NotConnected,
    NotFound,
    PagerDutyError,
    Unauthorized,
    VaultError,
)
from corvana.pagerduty import oauth
from corvana.pagerduty.client import Client
from corvana.runs.authorization import StoredAuthorization
from corvana.runs.collection import collect
from corvana.store import address, connections, heartbeats, purge, schema
from corvana.store.engine import open_database
from corvana.store.models import Receipt
from corvana.store.vault import Vault
from corvana.tokens import Tokens
from corvana.versions.analyse import Analyse, analyse
from corvana.versions.files import delete_versions

RETRY_AFTER = timedelta(minutes=1)
REFUSED_RETRY_AFTER = timedelta(hours=1)
_log = structlog.get_logger()


def _now() -> datetime:
    return datetime.now(UTC)


@cache
def queue() -> Huey:
    """The task queue: a file beside a SQLite database, or tables in a PostgreSQL database."""
    settings = load_settings()
    if address.is_postgresql(settings.database_url):
        dsn = address.libpq(settings.database_url)
        huey = PostgresHuey("corvana", dsn=dsn, results=False, create_tables=False)
        with schema.alone(_database(settings)):
            huey.storage.initialize_schema()
    else:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        huey = SqliteHuey("corvana", filename=str(settings.data_dir / "queue.db"), results=False)
    return huey


@cache
def collect_task() -> Callable[[str], object]:
    """`collect_connection` as a task of the queue: calling it enqueues it."""
    task: Callable[[str], object] = queue().task(name="collect")(collect_connection)
    return task


def enqueue_collection(connection_id: str) -> None:
    """Request a run as soon as a worker is free."""
    connections.request_run(_database(load_settings()), connection_id, _now())


def collect_connection(
    connection_id: str, trigger: str = "schedule", *, analyse: Analyse = analyse
) -> None:
    """One run, unless another worker holds the lease. Every outcome is stored in the database.

    `analyse` draws the conclusions from the data once the data is published.
    """
    settings = load_settings()
    engine, holder, started_at = _database(settings), uuid4().hex, _now()
    if not connections.acquire(engine, connection_id, holder, started_at):
        return
    next_run = timedelta(minutes=settings.collect_every_minutes)
    try:
        asyncio.run(_collect(settings, engine, connection_id, holder, trigger, analyse))
    except Unauthorized:
        connections.mark_disconnected(engine, connection_id, "token_refused")
    except AccountClosed:
        connections.mark_disconnected(engine, connection_id, "account_closed")
    except NotConnected:
        connections.mark_disconnected(engine, connection_id, "tokens_gone")
    except VaultError:
        connections.mark_disconnected(engine, connection_id, "key_changed")
    except LeaseLost:
        return
    except PagerDutyError as error:
        _log.warning("collection failed", connection=connection_id, error=type(error).__name__)
        next_run = RETRY_AFTER if error.retryable else REFUSED_RETRY_AFTER
    finally:
        connections.release(
            engine, connection_id, holder, started_at=started_at, next_run_at=_now() + next_run
        )


async def _collect(
    settings: Settings,
    engine: Engine,
    connection_id: str,
    holder: str,
    trigger: str,
    analyse: Analyse,
) -> None:
    vault = Vault.open(settings.secret_key, settings.data_dir)
    audience = connections.get(engine, connection_id).audience
    authorization = StoredAuthorization(
        settings, engine, vault, connection_id=connection_id, holder=holder, clock=_now
    )
    pseudonyms = Pseudonyms(vault.read_pseudonym_key(engine, connection_id))
    async with Client(
        settings.api_urls[audience],
        authorization,
        requests_per_minute=settings.requests_per_minute,
        concurrency=settings.concurrency,
        clock=_now,
    ) as client:
        await collect(
            Context(connection_id, holder, client, engine, pseudonyms),
            backfill=timedelta(days=settings.backfill_days),
            folder=settings.versions_dir,
            trigger=trigger,
            clock=_now,
            analyse=analyse,
        )


def disconnect(connection_id: str) -> Receipt:
    """Delete all data of the connection now and return the receipt.

    Tokens and key are deleted first. The tokens are revoked at PagerDuty last, so a slow PagerDuty
    delays no deletion. After a crash, the sweep finishes the deletion. Raises `NotFound`.
    """
    settings = load_settings()
    engine = _database(settings)
    tokens = _tokens(settings, engine, connection_id)
    engagement_id = connections.get(engine, connection_id).engagement_id
    receipt_id = purge.begin(engine, connection_id, _now())
    _finish(settings, engine, connection_id, receipt_id)
    if tokens:
        revoked = oauth.revoke(settings, tokens)
        purge.note_revocation(engine, receipt_id, revoked=revoked)
    receipt = connections.latest_receipt(engine, engagement_id)
    if receipt is None:
        raise NotFound("the receipt is gone")
    return receipt


def _tokens(settings: Settings, engine: Engine, connection_id: str) -> Tokens | None:
    """The pair of tokens to revoke; None when it cannot be read any more."""
    vault = Vault.open(settings.secret_key, settings.data_dir)
    try:
        return vault.read_tokens(engine, connection_id)
    except CorvanaError:
        return None


def _finish(settings: Settings, engine: Engine, connection_id: str, receipt_id: str) -> None:
    files = delete_versions(settings.versions_dir, connection_id)
    purge.finish(engine, connection_id, receipt_id, snapshot_files=files, now=_now())


def sweep() -> None:
    """Finish interrupted deletions, delete orphaned files, enqueue the due collections."""
    settings = load_settings()
    engine = _database(settings)
    for connection_id in purge.pending(engine):
        _finish(settings, engine, connection_id, purge.begin(engine, connection_id, _now()))
    _remove_orphans(settings.versions_dir, {c.id for c in connections.listed(engine)})
    for connection_id in connections.claim_due(engine, _now()):
        collect_task()(connection_id)


def _remove_orphans(folder: Path, known: set[str]) -> None:
    for home in folder.glob("*"):
        if home.name not in known:
            delete_versions(folder, home.name)


def beat(worker_id: str, started_at: datetime) -> None:
    """Note that this worker is alive, and delete workers silent for a day."""
    heartbeats.beat(_database(load_settings()), worker_id, started_at, _now())


def _database(settings: Settings) -> Engine:
    return open_database(settings.database_url)
