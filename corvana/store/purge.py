"""Disconnect: delete the tokens and the key first, then every row, then complete the receipt.

The bytes are deleted too: SQLite overwrites deleted content (`secure_delete`), and its write-ahead
log is emptied. Only a receipt with counts and times stays.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

import structlog
from sqlalchemy import Engine, delete, func, select, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, SQLModel, col

from corvana.errors import NotFound
from corvana.store.models import COLLECTED, Connection, OAuthState, Receipt, Secret

_ATTEMPTS = 5
_PAUSE_SECONDS = 0.5
_log = structlog.get_logger()


def counts(engine: Engine, connection_id: str) -> dict[str, int]:
    """Number of the connection's rows by table name."""
    with Session(engine) as session:
        return {_name(model): _count(session, model, connection_id) for model in _TABLES}


def begin(engine: Engine, connection_id: str, now: datetime) -> str:
    """Delete tokens and pseudonym key, forbid every further write, and open a receipt.

    Returns the receipt's id. When a deletion is tried again, it is the id of the open receipt.
    Raises `NotFound`.
    """
    found = counts(engine, connection_id)
    with Session(engine) as session:
        connection = session.get(Connection, connection_id)
        if connection is None:
            raise NotFound("no such connection")
        session.connection().execute(
            delete(Secret).where(col(Secret.connection_id) == connection_id)
        )
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


def finish(
    engine: Engine,
    connection_id: str,
    receipt_id: str,
    *,
    snapshot_files: int,
    now: datetime,
) -> None:
    """Delete every row, check that none is left, and complete the receipt, once."""
    with Session(engine) as session:
        for model in _TABLES:
            table = model.__table__  # type: ignore[attr-defined]
            session.connection().execute(
                delete(table).where(table.c.connection_id == connection_id)
            )
        connection = session.get(Connection, connection_id)
        receipt = session.get_one(Receipt, receipt_id)
        if connection:
            session.connection().execute(
                delete(OAuthState).where(col(OAuthState.engagement_id) == connection.engagement_id)
            )
            session.delete(connection)
        left = sum(_count(session, model, connection_id) for model in _TABLES)
        if receipt.completed_at is None:
            receipt.counts = {**receipt.counts, "snapshot_files": snapshot_files, "rows_left": left}
            receipt.completed_at = now
            session.add(receipt)
        session.commit()
    empty_write_ahead_log(engine)


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


_TABLES: tuple[type[SQLModel], ...] = (Secret, *COLLECTED)


def _name(model: type[SQLModel]) -> str:
    return str(model.__tablename__)


def _count(session: Session, model: type[SQLModel], connection_id: str) -> int:
    table = model.__table__  # type: ignore[attr-defined]
    query = select(func.count()).select_from(table).where(table.c.connection_id == connection_id)
    return int(session.scalar(query) or 0)
