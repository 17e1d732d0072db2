"""Gather the facts. Each fact is read separately, so that one failure hides no other fact."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from corvana import trace
from corvana.config import Settings
from corvana.doctor import network
from corvana.doctor.facts import (
    ConnectionFacts,
    LiveFacts,
    NounFacts,
    RunFacts,
    StoredFacts,
    Unread,
)
from corvana.errors import CorvanaError
from corvana.store import clock, connections, diagnosis, engagements
from corvana.store.engine import open_database
from corvana.store.vault import Vault
from corvana.tokens import Tokens

T = TypeVar("T")


def connection_ids(settings: Settings) -> Sequence[str | None]:
    """Every connection id; a single None when no connection exists or can be read."""
    listed = _tried(lambda: connections.listed(open_database(settings.database_url)))
    return [None] if isinstance(listed, Unread) or not listed else [one.id for one in listed]


def stored_facts(settings: Settings, connection_id: str | None, now: datetime) -> StoredFacts:
    """Read the facts of database and vault. Without a connection, read only the worker's facts."""
    worker = _tried(lambda: _worker_seen_at(settings, now))
    if connection_id is None:
        listed = _tried(lambda: connections.listed(open_database(settings.database_url)))
        missing = listed if isinstance(listed, Unread) else None
        return StoredFacts(now, missing, None, worker, None, (), (), has_incidents=False)
    tokens = _tried(lambda: _tokens(settings, connection_id))
    return StoredFacts(
        now=now,
        connection=_tried(lambda: _connection(settings, connection_id)),
        token_expires_at=tokens if isinstance(tokens, Unread) else tokens.expires_at,
        worker_seen_at=worker,
        run=_tried(lambda: _run(settings, connection_id)),
        nouns=_tried(lambda: _nouns(settings, connection_id)),
        incomplete=_tried(
            lambda: diagnosis.incomplete_windows(
                open_database(settings.database_url), connection_id
            )
        ),
        has_incidents=_tried(
            lambda: diagnosis.has_incidents(open_database(settings.database_url), connection_id)
        ),
    )


def live_facts(settings: Settings, connection_id: str | None) -> LiveFacts:
    """Ask PagerDuty; takes up to `network.DEADLINE_SECONDS`. Nothing is renewed or stored."""
    if connection_id is None:
        return network.ask(settings.identity_url, None, None)
    connection = _tried(lambda: _connection(settings, connection_id))
    tokens = _tried(lambda: _tokens(settings, connection_id))
    return network.ask(
        settings.identity_url,
        None if isinstance(connection, Unread) else connection.api_url,
        None if isinstance(tokens, Unread) else tokens.access_token,
    )


def _tried(read: Callable[[], T]) -> T | Unread:
    try:
        return read()
    except (CorvanaError, SQLAlchemyError, OSError) as error:
        return Unread(type(error).__name__)


def _worker_seen_at(settings: Settings, now: datetime) -> datetime | None:
    """By this machine's clock, as all other facts; heartbeats have the database's."""
    engine = open_database(settings.database_url)
    seen_at = diagnosis.worker_seen_at(engine)
    return None if seen_at is None else now - (clock.now(engine) - seen_at)


def _connection(settings: Settings, connection_id: str) -> ConnectionFacts:
    engine = open_database(settings.database_url)
    found = connections.get(engine, connection_id)
    return ConnectionFacts(
        status=found.status,
        reason=found.status_reason,
        engagement_active=engagements.get(engine, found.engagement_id).status == "active",
        role=found.connected_role,
        region=found.region,
        audience=found.audience,
        api_url=settings.api_urls.get(found.audience),
        connected_at=found.connected_at,
        collected_at=_ours(settings, found.collected_at),
        has_data=found.data_version > 0,
    )


def _tokens(settings: Settings, connection_id: str) -> Tokens:
    vault = Vault.of(settings)
    return vault.read_tokens(open_database(settings.database_url), connection_id)


def _run(settings: Settings, connection_id: str) -> RunFacts | None:
    run = connections.latest_run(open_database(settings.database_url), connection_id)
    if run is None:
        return None
    return RunFacts(
        status=run.status,
        activity=run.activity,
        error=run.error,
        finished_at=_ours(settings, run.finished_at),
        steps=run.windows_total,
        done=run.windows_done,
        unreadable=run.unreadable,
        duplicates=run.duplicates,
        without_incident=run.without_incident,
        unknown_types=run.unknown_types,
        odd_parts=run.odd_parts,
        reference=trace.reference(run.id),
    )


def _nouns(settings: Settings, connection_id: str) -> tuple[NounFacts, ...]:
    rows = diagnosis.nouns(open_database(settings.database_url), connection_id)
    ahead = clock.account_ahead(settings)
    return tuple(
        NounFacts(row.noun, row.attempted_at - ahead, _ours(settings, row.succeeded_at), row.error)
        for row in rows
    )


def _ours(settings: Settings, moment: datetime | None) -> datetime | None:
    """By this machine's clock, as all other facts; runs are told by the account's."""
    return None if moment is None else moment - clock.account_ahead(settings)
