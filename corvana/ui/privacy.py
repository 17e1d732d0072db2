"""The privacy page's tables: fields kept, content dropped, rows held."""

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from corvana.pagerduty import kept_and_dropped
from corvana.store import connections, models, purge
from corvana.store.models.collected import Use
from corvana.store.models.configuration import NOT_USED_YET
from corvana.ui import process
from corvana.ui.access import Access
from corvana.ui.integrations.disconnect import counted

_KINDS = {
    "identifier": "identifier",
    "person": "person → pseudonym",
    "timestamp": "time",
    "setting": "setting",
    "state": "state",
    "label": "label (free text)",
}


_USES: Final[Mapping[str, Mapping[str, Use]]] = {
    "connection": models.Connection.used_for,
    **{str(table.__tablename__): table.used_for for table in models.COLLECTED},
}


def kept() -> pd.DataFrame:
    """Return every field on the allowlist, with the uses of the columns that it fills."""
    return pd.DataFrame(
        {
            "Object": row.object,
            "Field": row.field,
            "Kind": _KINDS[row.kind],
            "Why it is kept": row.why,
            "Used for": _used_for(row.columns),
        }
        for row in kept_and_dropped.kept()
    )


def _used_for(columns: Sequence[str]) -> str:
    named = (column.split(".") for column in columns)
    return ", ".join(dict.fromkeys(used_for(table, name) for table, name in named))


def used_for(table: str, column: str) -> str:
    """Return the use of a stored column in words.

    If other columns of the table are used, an unused column is marked as not used yet.
    """
    if table in NOT_USED_YET:
        return "not used yet"
    if f"{table}.{column}" in NOT_USED_YET:
        return f"{column.replace('_', ' ')}: not used yet"
    return _USES[table][column].words


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
