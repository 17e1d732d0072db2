"""The privacy ledger: every field that is kept, why, and what uses it."""

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from corvana.pagerduty import kept_and_dropped
from corvana.store import models
from corvana.store.models.collected import Use
from corvana.store.models.configuration import NOT_USED_YET

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


def written() -> pd.DataFrame:
    """Return what assessors write: what it is, and what it is for."""
    return pd.DataFrame(
        {"What": table.words.capitalize(), "Why it is kept": table.why} for table in models.WRITTEN
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
