"""The findings register as it is stored: read as entries, and saved as rows."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Engine

from corvana.analysis.assessment.register import Entry, Register, register_of
from corvana.errors import ChangedMeanwhile
from corvana.store.models import RegisterEntry
from corvana.store.written import register as stored


def kept_register(engine: Engine, engagement_id: str) -> Register:
    """Return all entries of the engagement by key; one small query."""
    return register_of(map(_entry, stored.entries(engine, engagement_id)))


def save(
    engine: Engine,
    engagement_id: str,
    entry: Entry,
    *,
    connection_id: str,
    by: str,
    now: datetime,
) -> int:
    """Save an entry that was read with `entry.revision`; return its new revision.

    Raises
    ------
    ChangedMeanwhile
        Somebody else changed the entry since. `theirs` is the present `Entry`; None if it was
        deleted.
    NotFound
        The connection was deleted.
    """
    row = RegisterEntry(engagement_id=engagement_id, **asdict(entry))
    try:
        return stored.save(engine, row, by=by, now=now, connection_id=connection_id)
    except ChangedMeanwhile as error:
        theirs = error.theirs
        raise ChangedMeanwhile(
            _entry(theirs) if isinstance(theirs, RegisterEntry) else None
        ) from None


def _entry(row: RegisterEntry) -> Entry:
    return Entry(**row.model_dump(exclude={"engagement_id"}))
