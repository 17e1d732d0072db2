"""Disconnect: everything of a connection is deleted now, or as soon as that is possible."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from corvana.config import Settings, load_settings
from corvana.errors import CorvanaError, DeletionDelayed, NotFound, SnapshotsAway
from corvana.jobs import revoking, wishes
from corvana.jobs.one_by_one import each
from corvana.jobs.wishes import Wish
from corvana.metrics import deletions_done
from corvana.store import connections, purge
from corvana.store.engine import open_database
from corvana.store.keys.revocations import Revocation
from corvana.store.models import Connection, Receipt
from corvana.store.people import audit
from corvana.store.vault import Vault
from corvana.tokens import Tokens
from corvana.versions.files import count_files, delete_versions

_log = structlog.get_logger()


def disconnect(connection_id: str, by: str = audit.THIS_COMPUTER) -> Receipt:
    """Delete all data of the connection now and return the receipt. `by` goes to the audit trail.

    The wish is written to disk first, and kept until it is carried out: by this call, or else by
    whatever starts or attends next. The key of a sealed connection is destroyed first, also while
    the database is away; then tokens and rows are deleted. The tokens are revoked at PagerDuty
    last, so a slow PagerDuty delays no deletion; until that is done they are kept for it alone.

    Raises
    ------
    NotFound
        There is no such connection.
    DeletionDelayed
        The database, the disk or the store of data versions does not take it now; the wish is
        kept.
    """
    settings = load_settings()
    kept = wishes.keep(settings.wishes_dir, connection_id, by)
    try:
        Vault.of(settings).keys.destroy(connection_id)
        return _carry_out(settings, connection_id, kept or Wish(datetime.now(UTC), by))
    except NotFound:
        wishes.forget(settings.wishes_dir, connection_id)
        raise
    except (SQLAlchemyError, OSError, SnapshotsAway) as error:
        if kept is None:
            raise
        _log.warning("deletion delayed", connection=connection_id, error=type(error).__name__)
        raise DeletionDelayed(
            "the deletion cannot be carried out now; the wish is kept and tried until it is done"
        ) from error


def finish_deletions() -> None:
    """Carry out the wishes that are kept, and finish the deletions that were begun.

    One that fails does not hold up the others; its error is raised at the end.
    """
    settings = load_settings()
    wished = wishes.pending(settings.wishes_dir)
    each(partial(_finish_wish, settings, one, wish) for one, wish in wished.items())
    engine = open_database(settings.database_url)
    each(partial(_finish_begun, settings, engine, one) for one in purge.pending(engine))


def _finish_wish(settings: Settings, connection_id: str, wish: Wish) -> None:
    """A database that has never known a connection may be the wrong one: then the wish stays."""
    try:
        _carry_out(settings, connection_id, wish)
    except NotFound:
        if purge.has_known_any(open_database(settings.database_url)):
            wishes.forget(settings.wishes_dir, connection_id)


def _carry_out(settings: Settings, connection_id: str, wish: Wish) -> Receipt:
    """Delete everything, then revoke the tokens. Raises `NotFound`."""
    engine, vault = open_database(settings.database_url), Vault.of(settings)
    connection = connections.get(engine, connection_id)
    _destroy_keys(vault, engine, connection)
    if connection.status != "deleting":
        audit.record(
            engine, "disconnected", wish.by, wish.at, engagement_id=connection.engagement_id
        )
    receipt_id = purge.begin(
        engine,
        connection_id,
        wish.at,
        snapshot_files=_count(settings, connection_id),
    )
    to_revoke = _named(vault, connection_id, receipt_id)
    _finish(settings, engine, connection, receipt_id)
    if to_revoke:
        revoking.revoke(settings, engine, vault, to_revoke)
    receipt = connections.latest_receipt(engine, connection.engagement_id)
    if receipt is None:
        raise NotFound("the receipt is gone")
    return receipt


def _finish_begun(settings: Settings, engine: Engine, connection_id: str) -> None:
    try:
        connection = connections.get(engine, connection_id)
        _destroy_keys(Vault.of(settings), engine, connection)
        receipt_id = purge.begin(engine, connection_id, datetime.now(UTC))
    except NotFound:  # another process has finished it meanwhile
        return
    _finish(settings, engine, connection, receipt_id)


def _finish(settings: Settings, engine: Engine, connection: Connection, receipt_id: str) -> None:
    """Rows first: files that are in use somewhere must not hold up their deletion.

    Somebody who saved while the deletion began may have made a new key for what was written; from
    now on nobody does, until the connection is gone.
    """
    keys = Vault.of(settings).keys
    keys.destroy(connection.id)
    keys.destroy_written(connection.engagement_id)
    purge.delete_rows(engine, connection.id)
    files = sum([delete_versions(folder, connection.id) for folder in settings.every_folder])
    now = datetime.now(UTC)
    if purge.finish(engine, connection.id, receipt_id, snapshot_files=files, now=now):
        deletions_done.inc()
    wishes.note_done(settings.wishes_dir, connection.id)


def _count(settings: Settings, connection_id: str) -> int | None:
    """How many files there are to delete; None while that is not known, which delays no row."""
    try:
        return sum([count_files(folder, connection_id) for folder in settings.every_folder])
    except SnapshotsAway:
        return None


def _destroy_keys(vault: Vault, engine: Engine, connection: Connection) -> None:
    """Destroy the keys of a sealed connection, after its tokens are kept for their revocation."""
    vault.keys.destroy(connection.id)
    vault.keys.destroy_written(connection.engagement_id)
    if tokens := _tokens(vault, engine, connection.id):
        vault.revocations.keep(Revocation(connection.id, "", tokens, datetime.now(UTC)))
    vault.keys.destroy_tokens(connection.id)


def _named(vault: Vault, connection_id: str, receipt_id: str) -> Revocation | None:
    """The tokens to revoke, with the receipt that the revocation is noted on; None without any."""
    found = vault.revocations.of(connection_id)
    if found is None:
        return None
    named = replace(found, receipt_id=receipt_id)
    vault.revocations.keep(named)
    return named


def _tokens(vault: Vault, engine: Engine, connection_id: str) -> Tokens | None:
    """The pair of tokens to revoke; None when it cannot be read any more."""
    try:
        return vault.read_tokens(engine, connection_id)
    except CorvanaError:
        return None
