"""Failures of services, by the minute."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pandas as pd

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
TWO_WEEKS = MONDAY + timedelta(weeks=2)


def failed(**hours: Sequence[float]) -> pd.DataFrame:
    """Incidents of each service at hours since Monday."""
    rows = [
        {"service_id": name, "created_at": MONDAY + timedelta(hours=hour)}
        for name, times in hours.items()
        for hour in times
    ]
    table = pd.DataFrame(rows, columns=["service_id", "created_at"])
    return table.astype({"service_id": "str", "created_at": "datetime64[us, UTC]"})
