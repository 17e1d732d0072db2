"""The findings register: reading it, and saving an entry together with its history."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from corvana.store.models import RegisterChange, RegisterEntry
from corvana.store.models.written import Revised
from corvana.store.written import revised, sealing

_KEY: Final = ("engagement_id", "key")
_DECIDED: Final = tuple(
    name for name in RegisterEntry.model_fields if name not in (*_KEY, *Revised.model_fields)
)


def entries(engine: Engine, engagement_id: str) -> Sequence[RegisterEntry]:
    """Return all entries of the engagement, in the order of their keys."""
    query = (
        select(RegisterEntry)
        .where(RegisterEntry.engagement_id == engagement_id)
        .order_by(RegisterEntry.key)
    )
    with Session(engine, expire_on_commit=False) as session:
        return sealing.opened(engine, session.exec(query).all())


def history(engine: Engine, engagement_id: str, key: str) -> Sequence[RegisterChange]:
    """Return the changes of an entry, the newest first."""
    query = (
        select(RegisterChange)
        .where(RegisterChange.engagement_id == engagement_id, RegisterChange.key == key)
        .order_by(col(RegisterChange.revision).desc(), RegisterChange.field)
    )
    with Session(engine, expire_on_commit=False) as session:
        return sealing.opened(engine, session.exec(query).all())


def save(engine: Engine, row: RegisterEntry, *, by: str, now: datetime, connection_id: str) -> int:
    """Save an entry with its history; return its new revision. Without any change, save nothing.

    Raises `ChangedMeanwhile` if somebody else changed the entry since it was read, and `NotFound`
    if the connection was deleted.
    """
    before = _present(engine, row)
    changes = {
        name: (getattr(before, name), getattr(row, name))
        for name in _DECIDED
        if getattr(before, name) != getattr(row, name)
    }
    if before.revision == row.revision and not changes:
        return row.revision
    told = [
        RegisterChange(
            engagement_id=row.engagement_id,
            key=row.key,
            revision=row.revision + 1,
            field=name,
            changed_at=now,
            changed_by=by,
            before=_text(old),
            after=_text(new),
        )
        for name, (old, new) in changes.items()
    ]
    return revised.save(engine, row, by=by, now=now, connection_id=connection_id, also=told)


def _present(engine: Engine, row: RegisterEntry) -> RegisterEntry:
    """The entry as it is stored; an empty one if there is none."""
    with Session(engine, expire_on_commit=False) as session:
        found = session.get(RegisterEntry, (row.engagement_id, row.key))
    return sealing.opened_one(engine, found) or RegisterEntry(
        engagement_id=row.engagement_id, key=row.key
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
