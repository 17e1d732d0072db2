"""The privacy page's tables: fields kept, content dropped, rows held."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from corvana.pagerduty import ledger
from corvana.store import connections, models, purge
from corvana.store.models.collected import words_of
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


_USES: Final = {
    "connection": models.Connection.used_for,
    **{str(table.__tablename__): table.used_for for table in models.COLLECTED},
}


def kept() -> pd.DataFrame:
    """Return every field on the allowlist, and what the columns are used for that it fills."""
    return pd.DataFrame(
        {
            "Object": row.object,
            "Field": row.field,
            "Kind": _KINDS[row.kind],
            "Why it is kept": row.why,
            "Used for": _used_for(row.columns),
        }
        for row in ledger.kept()
    )


def _used_for(columns: Sequence[str]) -> str:
    named = (column.split(".") for column in columns)
    words = (words_of(table, name, _USES[table]) for table, name in named)
    return ", ".join(dict.fromkeys(words))


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
