"""Retention: what an engagement has collected is deleted so many days after it was closed."""

from datetime import UTC, datetime

from corvana.config import load_settings
from corvana.errors import NotFound
from corvana.jobs.deleting import disconnect
from corvana.store import engagements
from corvana.store.engine import open_database
from corvana.store.people import audit


def delete_past_retention(now: datetime | None = None) -> list[str]:
    """Disconnect what is past its day, and return the ids of these connections.

    The audit trail names the retention as who did it. One that fails is tried again by whoever
    finishes deletions. Raises `DeletionDelayed` when database or disk do not take it now.
    """
    engine = open_database(load_settings().database_url)
    due = engagements.past_retention(engine, now or datetime.now(UTC))
    for connection_id in due:
        try:
            disconnect(connection_id, audit.RETENTION)
        except NotFound:  # another worker was faster
            continue
    return list(due)
