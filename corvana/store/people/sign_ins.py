"""Sessions of people who signed in. A session ends for every tab and on every node at once."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, delete, or_, update
from sqlmodel import Session, col

from corvana.store.models import SignIn

_SEEN_EVERY: Final = timedelta(seconds=30)
"""A session that is in use is written at most so often."""


def digest(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(
    engine: Engine,
    person_id: str,
    groups: Sequence[str],
    now: datetime,
    *,
    lifetime: timedelta,
    idle: timedelta,
) -> str:
    """Start a session and return its token, which nobody can read in the database.

    Sessions that are over are deleted.
    """
    token = secrets.token_urlsafe(32)
    with Session(engine) as session:
        session.connection().execute(
            delete(SignIn).where(
                or_(
                    col(SignIn.started_at) <= now - lifetime,
                    col(SignIn.seen_at) <= now - idle,
                )
            )
        )
        session.add(
            SignIn(
                token_hash=digest(token),
                person_id=person_id,
                groups=list(groups),
                started_at=now,
                seen_at=now,
            )
        )
        session.commit()
    return token


def current(
    engine: Engine, token: str, now: datetime, *, lifetime: timedelta, idle: timedelta
) -> SignIn | None:
    """Return the session unless it ended, is too old or was idle for too long."""
    with Session(engine, expire_on_commit=False) as session:
        found = session.get(SignIn, digest(token))
    if found is None or now >= found.started_at + lifetime or now >= found.seen_at + idle:
        return None
    return found


def seen(engine: Engine, token: str, now: datetime) -> None:
    """Note that somebody used the session; written at most every 30 seconds."""
    with Session(engine) as session:
        session.connection().execute(
            update(SignIn)
            .where(col(SignIn.token_hash) == digest(token), col(SignIn.seen_at) < now - _SEEN_EVERY)
            .values(seen_at=now)
        )
        session.commit()


def end(engine: Engine, token: str) -> None:
    """End the session."""
    with Session(engine) as session:
        session.connection().execute(delete(SignIn).where(col(SignIn.token_hash) == digest(token)))
        session.commit()


def end_all_of(engine: Engine, person_id: str) -> None:
    """End every session of a person."""
    with Session(engine) as session:
        session.connection().execute(delete(SignIn).where(col(SignIn.person_id) == person_id))
        session.commit()
