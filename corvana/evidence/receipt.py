"""The receipt of a disconnect as a file."""

import json
from typing import Final

from corvana.store.models import Receipt

LEFT: Final = "rows_left"
"""The name among a receipt's counts of what is not deleted yet."""


def receipt_json(last: Receipt) -> str:
    """Return the receipt as JSON: counts and times, no data of the account."""
    return json.dumps(_document(last), indent=2)


def _document(last: Receipt) -> dict[str, object]:
    return {
        "receipt": last.id,
        "engagement": last.engagement_id,
        "requested_at": last.requested_at.isoformat(),
        "completed_at": last.completed_at.isoformat() if last.completed_at else None,
        "access_revoked_at_pagerduty": last.revoked,
        "deleted": {name: n for name, n in last.counts.items() if name != LEFT},
        "rows_left": last.counts.get(LEFT),
    }
