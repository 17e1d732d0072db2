"""Links with which a client's admin connects PagerDuty without an account at Corvana."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, delete, update
from sqlmodel import Session, col

from corvana.store.models import ConnectLink
from corvana.store.people.sign_ins import digest

LIFE: Final = timedelta(hours=24)


def make(engine: Engine, engagement_id: str, made_by: str | None, now: datetime) -> str:
    """Store a link and return its token. Links that are over are deleted."""
    token = secrets.token_urlsafe(32)
    with Session(engine) as session:
        session.connection().execute(
            delete(ConnectLink).where(col(ConnectLink.expires_at) <= now - LIFE)
        )
        session.add(
            ConnectLink(
                token_hash=digest(token),
                engagement_id=engagement_id,
                made_by=made_by,
                expires_at=now + LIFE,
            )
        )
        session.commit()
    return token


def find(engine: Engine, token_hash: str, now: datetime) -> ConnectLink | None:
    """Return the link unless it was used or is over."""
    with Session(engine, expire_on_commit=False) as session:
        link = session.get(ConnectLink, token_hash)
    return link if link and link.used_at is None and now < link.expires_at else None


def use_up(engine: Engine, token_hash: str, now: datetime) -> bool:
    """Mark the link as used; return False when somebody else used it first or it is over."""
    with Session(engine) as session:
        used = session.connection().execute(
            update(ConnectLink)
            .where(
                col(ConnectLink.token_hash) == token_hash,
                col(ConnectLink.used_at).is_(None),
                col(ConnectLink.expires_at) > now,
            )
            .values(used_at=now)
        )
        session.commit()
        return bool(used.rowcount)
