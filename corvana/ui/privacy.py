"""The privacy page's tables: content dropped, rows held."""

import pandas as pd

from corvana.pagerduty import kept_and_dropped
from corvana.store import connections, purge
from corvana.ui import process
from corvana.ui.access import Access
from corvana.ui.integrations.disconnect import counted


def dropped() -> pd.DataFrame:
    """Return the content that is received and dropped, by endpoint."""
    return pd.DataFrame(
        {"Request": row.endpoint, "Arrives and is dropped": ", ".join(row.what)}
        for row in kept_and_dropped.DROPPED
    )


def held(access: Access) -> pd.DataFrame | None:
    """Return the number of rows of each table for this connection; None without a connection."""
    connection = connections.of_engagement(process.engine(), access.engagement_id)
    if connection is None:
        return None
    counts = counted(purge.counts(process.engine(), connection.id))
    return pd.DataFrame({"What": list(counts), "Rows": list(counts.values())})
