"""The privacy page's tables: fields kept, content dropped, rows held."""

import pandas as pd

from corvana.pagerduty import ledger
from corvana.store import connections, purge
from corvana.ui import process
from corvana.ui.access import Access
from corvana.ui.disconnect import counted

_KINDS = {
    "identifier": "identifier",
    "person": "person → pseudonym",
    "timestamp": "time",
    "setting": "setting",
    "state": "state",
    "label": "label (free text)",
}


def kept() -> pd.DataFrame:
    """Return every field on the allowlist."""
    return pd.DataFrame(
        {
            "Object": row.object,
            "Field": row.field,
            "Kind": _KINDS[row.kind],
            "Why it is kept": row.why,
        }
        for row in ledger.kept()
    )


def dropped() -> pd.DataFrame:
    """Return what arrives and is dropped, by endpoint."""
    return pd.DataFrame(
        {"Request": row.endpoint, "Arrives and is dropped": ", ".join(row.what)}
        for row in ledger.DROPPED
    )


def held(access: Access) -> pd.DataFrame | None:
    """Return how many rows each table holds for this connection; None without one."""
    connection = connections.of_engagement(process.engine(), access.engagement_id)
    if connection is None:
        return None
    counts = counted(purge.counts(process.engine(), connection.id))
    return pd.DataFrame({"What": list(counts), "Rows": list(counts.values())})
