"""Columns that are encrypted with the application's key, to encrypt them anew.

A value is exchanged only while it is the one that was read. So tokens that a worker renews at the
same time are never replaced by those before them, and nobody waits for a lock.
"""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Engine, Table, select, update
from sqlmodel import Session, SQLModel, col

from corvana.store.keys.encrypted import Encrypted
from corvana.store.models import OAuthState, Secret


def rows(engine: Engine) -> Iterator[Encrypted]:
    """Yield each encrypted value. Tokens of a sealed connection have a key of their own, which is
    a file (`keys.encrypted`)."""
    with Session(engine) as session:
        unsealed = select(col(Secret.connection_id)).where(col(Secret.pseudonym_key).is_not(None))
        of_connections = session.scalars(unsealed.order_by(col(Secret.connection_id))).all()
        attempts = session.scalars(select(col(OAuthState.state_hash))).all()
    for one in of_connections:
        yield _value(engine, Secret, one, "tokens", "tokens")
        yield _value(engine, Secret, one, "pseudonym_key", "keys of pseudonyms")
    for one in attempts:
        yield _value(engine, OAuthState, one, "verifier", "attempts to connect")


def _value(engine: Engine, model: type[SQLModel], identity: str, name: str, kind: str) -> Encrypted:
    table: Table = model.__table__  # type: ignore[attr-defined]
    column: ColumnElement[bytes] = table.columns[name]
    (key,) = table.primary_key

    def read() -> bytes | None:
        with Session(engine) as session:
            found: bytes | None = session.scalar(select(column).where(key == identity))
            return found

    def exchange(old: bytes, new: bytes) -> bool:
        with Session(engine) as session:
            changed = session.connection().execute(
                update(table).where(key == identity, column == old).values({name: new})
            )
            session.commit()
            return changed.rowcount == 1

    return Encrypted(kind, identity, read, exchange)
