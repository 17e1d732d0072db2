"""What assessors write is noted in the audit trail: who changed what, never the text itself."""

from datetime import UTC, datetime

from corvana.store.people import audit
from corvana.ui import process
from corvana.ui.access import Access


def note(access: Access, action: audit.Action, detail: str = "") -> None:
    """Add an entry for the engagement to the audit trail."""
    audit.record(
        process.engine(),
        action,
        access.by,
        datetime.now(UTC),
        engagement_id=access.engagement_id,
        detail=detail,
    )
