"""Connections: one PagerDuty account connected to one engagement, and the worker's lease on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import Engine, case, or_, update
from sqlmodel import Session, col, select

from corvana.errors import ConnectRefused, KeyMissing, LeaseLost, NotFound
from corvana.seal import Seal
from corvana.store import clock
from corvana.store.models import CollectionRun, Connection, Engagement, Receipt, WorkerHeartbeat
from corvana.store.vault import Vault
from corvana.tokens import Tokens

LEASE = timedelta(seconds=20)
WORKER_SILENT_AFTER = timedelta(seconds=30)
STALE_AFTER = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class PagerDutyAccount:
    """The connected account, from the verified id_token and `/users/me`."""

    account_id: str
    label: str
    region: str
    audience: str
    role: str

    @property
    def partial(self) -> bool:
        return is_partial(self.role)


def is_partial(role: str) -> bool:
    """Whether the role sees only a part. Owners and admins see every incident and schedule."""
    return role not in {"owner", "admin"}


def is_stale(collected_at: datetime, now: datetime) -> bool:
    """Whether the last collection is so old that a fault is likely."""
    return now - collected_at >= STALE_AFTER


def connect(
    engine: Engine,
    vault: Vault,
    *,
    engagement_id: str,
    account: PagerDutyAccount,
    tokens: Tokens,
    now: datetime,
) -> str:
    """Connect the account to the engagement and return the connection id.

    Connecting the same account again renews its tokens and keeps the collected data. A new
    connection is sealed unless the database is SQLite, which overwrites what is deleted. Raises
    `ConnectRefused`: "other_account" when the engagement already has another account, "key_missing"
    when the keys of a sealed connection are not here.
    """
    # Runs are timed by the database's clock: a clock of ours that is ahead must not date the
    # request after the run that answers it.
    now = min(now, clock.now(engine))
    with Session(engine) as session:
        _lock_engagement(session, engagement_id)
        existing = session.exec(
            select(Connection).where(Connection.engagement_id == engagement_id)
        ).first()
        if existing and existing.status == "deleting":
            raise ConnectRefused("deleting")
        connection = existing or Connection(
            id=uuid4().hex,
            engagement_id=engagement_id,
            account_id="",
            account_label="",
            region=account.region,
            audience=account.audience,
            connected_role=account.role,
            connected_at=now,
            is_sealed=engine.dialect.name != "sqlite",
        )
        seal = _seal(vault, connection, is_new=existing is None)
        account_id = seal.text(account.account_id)
        if existing and existing.account_id != account_id:
            raise ConnectRefused("other_account")
        connection.account_id = account_id
        connection.connected_role, connection.partial = account.role, account.partial
        connection.audience, connection.region = account.audience, account.region
        # A customer can rename the subdomain.
        connection.account_label = seal.text(account.label)
        connection.status, connection.status_reason = "connected", None
        connection.requested_at = connection.connected_at = now
        session.add(connection)
        vault.save(session, connection, tokens)
        session.commit()
        return connection.id


def _seal(vault: Vault, connection: Connection, *, is_new: bool) -> Seal:
    """The connection's seal; a new connection gets its keys. They are made before the connection,
    so that there is none without them. Keys that a killed process left open nothing.

    Whose engagement it is, is noted beside them: what assessors write there is sealed, too."""
    if is_new and connection.is_sealed:
        vault.keys.make(connection.id)
        vault.keys.note_engagement(connection.id, connection.engagement_id)
    try:
        return vault.seal_of(connection)
    except KeyMissing as error:
        raise ConnectRefused("key_missing") from error


def _lock_engagement(session: Session, engagement_id: str) -> None:
    """Serialise connection attempts per engagement."""
    session.connection().execute(
        update(Engagement).where(col(Engagement.id) == engagement_id).values(id=engagement_id)
    )


def of_engagement(engine: Engine, engagement_id: str) -> Connection | None:
    """The engagement's connection, even while it is being deleted; None without one."""
    with Session(engine, expire_on_commit=False) as session:
        return session.exec(
            select(Connection).where(Connection.engagement_id == engagement_id)
        ).first()


def get(engine: Engine, connection_id: str) -> Connection:
    """Return the connection. Raises `NotFound`."""
    with Session(engine, expire_on_commit=False) as session:
        connection = session.get(Connection, connection_id)
    if connection is None:
        raise NotFound("no such connection")
    return connection


def there(engine: Engine, ids: Iterable[str]) -> dict[str, Connection]:
    """Those of the connections that exist and are not being deleted, by id; one small query."""
    with Session(engine, expire_on_commit=False) as session:
        found = session.exec(
            select(Connection).where(
                col(Connection.id).in_(ids), col(Connection.status) != "deleting"
            )
        ).all()
    return {connection.id: connection for connection in found}


def listed(engine: Engine) -> Sequence[Connection]:
    """Every connection."""
    with Session(engine, expire_on_commit=False) as session:
        return session.exec(select(Connection).order_by(col(Connection.connected_at))).all()


def exist(engine: Engine) -> bool:
    """Whether there is any connection."""
    with Session(engine) as session:
        return session.exec(select(Connection.id).limit(1)).first() is not None


def request_run(engine: Engine, connection_id: str, now: datetime) -> None:
    """Request a run at once."""
    _update(engine, connection_id, requested_at=now)


def set_role(session: Session, connection_id: str, role: str) -> None:
    """Note the connected user's present role, and whether it sees only a part of the account."""
    session.connection().execute(
        update(Connection)
        .where(col(Connection.id) == connection_id)
        .values(connected_role=role, partial=is_partial(role))
    )


def is_partial_now(session: Session, connection_id: str) -> bool:
    """Whether the connected user may see only a part of the account."""
    return bool(session.get_one(Connection, connection_id).partial)


def mark_disconnected(engine: Engine, connection_id: str, reason: str) -> None:
    """Store the reason why no more data can be collected until the account is reconnected."""
    _update(engine, connection_id, status="disconnected", status_reason=reason)


def _update(engine: Engine, connection_id: str, **values: object) -> None:
    with Session(engine) as session:
        session.connection().execute(
            update(Connection)
            .where(col(Connection.id) == connection_id, col(Connection.status) != "deleting")
            .values(**values)
        )
        session.commit()


def acquire(engine: Engine, connection_id: str, holder: str, now: datetime) -> bool:
    """Take or extend the lease; False when another worker holds it or a purge has begun."""
    with Session(engine) as session:
        result = session.connection().execute(
            update(Connection)
            .where(
                col(Connection.id) == connection_id,
                col(Connection.status) == "connected",
                or_(
                    col(Connection.lease_holder) == holder,
                    col(Connection.lease_until).is_(None),
                    col(Connection.lease_until) < now,
                ),
            )
            .values(lease_holder=holder, lease_until=now + LEASE)
        )
        session.commit()
        return result.rowcount == 1


def fence(session: Session, connection_id: str, holder: str) -> None:
    """Lock the connection for this transaction, so that no row is written without the lease.

    Raises `LeaseLost` when another worker has it or the connection is being deleted.
    """
    result = session.connection().execute(
        update(Connection)
        .where(
            col(Connection.id) == connection_id,
            col(Connection.lease_holder) == holder,
            col(Connection.status) == "connected",
        )
        .values(lease_holder=holder)
    )
    if result.rowcount != 1:
        raise LeaseLost("the connection is not ours to write to any more")


def release(
    engine: Engine,
    connection_id: str,
    holder: str,
    *,
    started_at: datetime,
    next_run_at: datetime | None = None,
) -> None:
    """Give the lease back and set the time of the next run. Do nothing when the lease was lost.

    A request made until `started_at` is fulfilled by this run. A later request stays due.
    """
    requested_at = col(Connection.requested_at)
    with Session(engine) as session:
        session.connection().execute(
            update(Connection)
            .where(col(Connection.id) == connection_id, col(Connection.lease_holder) == holder)
            .values(
                lease_holder=None,
                lease_until=None,
                next_run_at=next_run_at,
                requested_at=case((requested_at > started_at, requested_at), else_=None),
            )
        )
        session.commit()


def latest_run(engine: Engine, connection_id: str) -> CollectionRun | None:
    """The run in progress, or the last one."""
    with Session(engine, expire_on_commit=False) as session:
        return session.exec(
            select(CollectionRun)
            .where(CollectionRun.connection_id == connection_id)
            .order_by(col(CollectionRun.started_at).desc())
            .limit(1)
        ).first()


def latest_receipt(engine: Engine, engagement_id: str) -> Receipt | None:
    """The receipt of the engagement's last disconnect."""
    with Session(engine, expire_on_commit=False) as session:
        return session.exec(
            select(Receipt)
            .where(Receipt.engagement_id == engagement_id)
            .order_by(col(Receipt.requested_at).desc())
            .limit(1)
        ).first()


def worker_alive(engine: Engine, now: datetime) -> bool:
    """Whether any worker was seen recently."""
    with Session(engine) as session:
        seen = session.exec(
            select(WorkerHeartbeat.seen_at).order_by(col(WorkerHeartbeat.seen_at).desc()).limit(1)
        ).first()
    return seen is not None and now - seen < WORKER_SILENT_AFTER
