"""Disconnect: delete the tokens and the key first, then every row, then complete the receipt.

The bytes are deleted too: SQLite overwrites deleted content (`secure_delete`), and its write-ahead
log is emptied. Only a receipt with counts and times stays.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

import structlog
from sqlalchemy import ColumnElement, Engine, Table, delete, func, select, text, tuple_
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, SQLModel, col

from corvana.errors import NotFound
from corvana.store.models import COLLECTED, WRITTEN, Connection, OAuthState, Receipt, Secret

_ATTEMPTS = 5
_PAUSE_SECONDS = 0.5
_CHUNK = 10_000
_FILES = "snapshot_files"
_log = structlog.get_logger()


def counts(engine: Engine, connection_id: str) -> dict[str, int]:
    """Number of rows by table name: of the connection, and of what assessors wrote about it."""
    with Session(engine) as session:
        return {_name(model): _count(session, model, connection_id) for model in _TABLES}


def begin(
    engine: Engine, connection_id: str, now: datetime, *, snapshot_files: int | None = None
) -> str:
    """Delete tokens and pseudonym key, forbid every further write, and open a receipt.

    Returns the receipt's id. When a deletion is tried again, also by another process at the same
    time, it is the id of the open receipt. `snapshot_files`: how many files there are to delete.
    Raises `NotFound`.
    """
    found = counts(engine, connection_id)
    if snapshot_files is not None:
        found = {**found, _FILES: snapshot_files}
    with Session(engine) as session:
        # The first write: whoever else begins the same deletion waits here.
        session.connection().execute(
            delete(Secret).where(col(Secret.connection_id) == connection_id)
        )
        connection = session.get(Connection, connection_id, with_for_update=True)
        if connection is None:
            raise NotFound("no such connection")
        if connection.status == "deleting" and connection.status_reason:
            session.commit()
            return connection.status_reason
        receipt = Receipt(
            id=uuid4().hex,
            engagement_id=connection.engagement_id,
            requested_at=now,
            counts=found,
        )
        connection.status, connection.status_reason = "deleting", receipt.id
        session.add_all([receipt, connection])
        session.commit()
        return receipt.id


def delete_rows(engine: Engine, connection_id: str) -> None:
    """Delete every collected row, a few thousand in a transaction, so that others can write, too.

    Several processes may do this at the same time.
    """
    for model in _TABLES:
        table = model.__table__  # type: ignore[attr-defined]
        keys = list(table.primary_key)
        some = select(*keys).where(_belongs_to(table, connection_id)).limit(_CHUNK)
        chunk = delete(table).where(tuple_(*keys).in_(some))
        with Session(engine) as session:
            while session.connection().execute(chunk).rowcount or _count(
                session, model, connection_id
            ):
                session.commit()


def finish(
    engine: Engine,
    connection_id: str,
    receipt_id: str,
    *,
    snapshot_files: int,
    now: datetime,
) -> bool:
    """Delete every row, check that none is left, and complete the receipt, once.

    Returns whether it was this call that completed it.
    """
    delete_rows(engine, connection_id)
    with Session(engine) as session:
        receipt = session.get_one(Receipt, receipt_id, with_for_update=True)
        connection = session.get(Connection, connection_id)
        left = sum(_count(session, model, connection_id) for model in _TABLES)
        if connection:
            session.connection().execute(
                delete(OAuthState).where(col(OAuthState.engagement_id) == connection.engagement_id)
            )
            session.connection().execute(
                delete(Connection).where(col(Connection.id) == connection_id)
            )
        completes = receipt.completed_at is None
        if completes:
            files = max(snapshot_files, receipt.counts.get(_FILES, 0))
            receipt.counts = {**receipt.counts, _FILES: files, "rows_left": left}
            receipt.completed_at = now
            session.add(receipt)
        session.commit()
    empty_write_ahead_log(engine)
    return completes


def note_revocation(engine: Engine, receipt_id: str, *, revoked: bool) -> None:
    """Note on the receipt whether PagerDuty confirmed that the access was revoked."""
    with Session(engine) as session:
        session.get_one(Receipt, receipt_id).revoked = revoked
        session.commit()


def pending(engine: Engine) -> Sequence[str]:
    """Ids of the connections whose deletion was begun but not finished."""
    with Session(engine) as session:
        return session.scalars(
            select(col(Connection.id)).where(col(Connection.status) == "deleting")
        ).all()


def has_known_any(engine: Engine) -> bool:
    """Whether the database has a connection, or the receipt of one."""
    with Session(engine) as session:
        found = [session.scalar(select(col(model.id)).limit(1)) for model in (Connection, Receipt)]
    return any(one is not None for one in found)


def oldest(engine: Engine) -> datetime | None:
    """When the oldest deletion that is not finished was requested; None when all are."""
    with Session(engine) as session:
        requested_at: datetime | None = session.scalar(
            select(func.min(col(Receipt.requested_at))).where(
                col(Receipt.id).in_(
                    select(col(Connection.status_reason)).where(
                        col(Connection.status) == "deleting"
                    )
                )
            )
        )
    return requested_at


def empty_write_ahead_log(engine: Engine) -> None:
    """Empty SQLite's write-ahead log, which still has deleted rows. Other databases: do nothing."""
    if engine.dialect.name != "sqlite":
        return
    for _ in range(_ATTEMPTS):
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            try:
                connection.execute(text("VACUUM"))
                busy = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).scalar()
            except OperationalError:
                busy = 1
        if not busy:
            return
        time.sleep(_PAUSE_SECONDS)
    _log.warning("the write-ahead log could not be emptied: a reader holds it")


_TABLES: tuple[type[SQLModel], ...] = (Secret, *COLLECTED, *WRITTEN)


def _name(model: type[SQLModel]) -> str:
    return str(model.__tablename__)


def _count(session: Session, model: type[SQLModel], connection_id: str) -> int:
    table = model.__table__  # type: ignore[attr-defined]
    query = select(func.count()).select_from(table).where(_belongs_to(table, connection_id))
    return int(session.scalar(query) or 0)


def _belongs_to(table: Table, connection_id: str) -> ColumnElement[bool]:
    """Whether a row is deleted with the connection."""
    if "connection_id" in table.columns:
        return table.columns["connection_id"] == connection_id
    engagement = select(col(Connection.engagement_id)).where(col(Connection.id) == connection_id)
    return table.columns["engagement_id"] == engagement.scalar_subquery()
