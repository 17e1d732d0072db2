"""The audit trail: who did what, in which engagement, when. Entries are only ever added.

The database refuses to change or delete an entry (triggers of migration 0006).
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import uuid4

from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from corvana.store.models import AuditEntry

Action = Literal[
    "signed in",
    "signed out",
    "sign-in refused",
    "refused",
    "invited",
    "member changed",
    "member removed",
    "group changed",
    "group removed",
    "engagement created",
    "engagement closed",
    "engagement reopened",
    "settings changed",
    "register changed",
    "targets changed",
    "baseline frozen",
    "baseline deleted",
    "timeline changed",
    "connect link made",
    "connected",
    "connect refused",
    "collected",
    "let time pass",
    "disconnected",
    "exported",
]
THIS_COMPUTER: Final = "this computer"
COMMAND_LINE: Final = "command line"
CONNECT_LINK: Final = "connect link"
RETENTION: Final = "retention"
NOBODY: Final = "nobody"
_OF_NOBODY_A_MINUTE: Final = 60


def record(
    engine: Engine,
    action: Action,
    by: str,
    now: datetime,
    *,
    engagement_id: str | None = None,
    detail: str = "",
    reference: str = "",
) -> str:
    """Add an entry and return its reference id, which a person can quote.

    `reference` is the id of the request that it is about, which the log has, too. At most one entry
    can have it. `detail` is one of the application's own words, such as a role, a reason or the
    kind of file. Of those who are not signed in, 60 entries a minute are kept, so that nobody fills
    the disk from outside; of what is beyond that the id is empty.
    """
    entry = AuditEntry(
        id=reference or uuid4().hex[:12],
        at=now,
        action=action,
        by=by,
        engagement_id=engagement_id,
        detail=detail,
    )
    with Session(engine, expire_on_commit=False) as session:
        if by == NOBODY and _is_flooded(session, now):
            return ""
        session.add(entry)
        session.commit()
    return entry.id


def _is_flooded(session: Session, now: datetime) -> bool:
    since = now - timedelta(minutes=1)
    found = session.exec(
        select(func.count()).where(AuditEntry.by == NOBODY, col(AuditEntry.at) > since)
    ).one()
    return found >= _OF_NOBODY_A_MINUTE


def newest(engine: Engine, limit: int | None = None) -> Sequence[AuditEntry]:
    """Return the entries, the newest first."""
    with Session(engine, expire_on_commit=False) as session:
        query = select(AuditEntry).order_by(col(AuditEntry.at).desc(), col(AuditEntry.id))
        return session.exec(query.limit(limit) if limit else query).all()


def lines(engine: Engine) -> str:
    """Return the whole trail as JSON lines, the oldest entry first."""
    return "".join(f"{json.dumps(_as_document(entry))}\n" for entry in reversed(newest(engine)))


def _as_document(entry: AuditEntry) -> dict[str, str | None]:
    """Return an entry as one line of the exported trail."""
    return {
        "reference": entry.id,
        "at": entry.at.isoformat(),
        "action": entry.action,
        "by": entry.by,
        "engagement": entry.engagement_id,
        "detail": entry.detail,
    }
