"""Connection attempts that wait for PagerDuty's redirect. Each is stored once and used once."""

from datetime import datetime
from typing import Final

from sqlalchemy import Engine, delete
from sqlmodel import Session, col, select

from corvana.store.models import OAuthState

_AT_ONCE: Final = 20


def remember(engine: Engine, attempt: OAuthState) -> None:
    """Store the attempt until it is taken or expires.

    An engagement has at most 20 attempts: of more, the oldest are forgotten.
    """
    with Session(engine, expire_on_commit=False) as session:
        others = session.exec(
            select(OAuthState.state_hash)
            .where(OAuthState.engagement_id == attempt.engagement_id)
            .order_by(col(OAuthState.expires_at).desc())
            .offset(_AT_ONCE - 1)
        ).all()
        session.connection().execute(
            delete(OAuthState).where(col(OAuthState.state_hash).in_(others))
        )
        session.add(attempt)
        session.commit()


def take(engine: Engine, state_hash: str, now: datetime) -> OAuthState | None:
    """Return the attempt and delete it in the same transaction; None when unknown or expired.

    Other expired attempts are deleted too.
    """
    columns = OAuthState.__table__.columns  # type: ignore[attr-defined]
    with Session(engine) as session:
        connection = session.connection()
        row = connection.execute(
            delete(OAuthState).where(col(OAuthState.state_hash) == state_hash).returning(*columns)
        ).first()
        connection.execute(delete(OAuthState).where(col(OAuthState.expires_at) <= now))
        session.commit()
    if row is None or row.expires_at <= now:
        return None
    return OAuthState(**row._asdict())
