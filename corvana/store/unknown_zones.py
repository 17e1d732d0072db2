"""Time zones that PagerDuty gave and that are not known: `unknown` in the database."""

from typing import Final

import pandas as pd
from sqlalchemy import Connection, func, select

from corvana.store import models

_UNKNOWN: Final = "unknown"
_COLUMNS: Final = (
    (models.Responder, "time_zone"),
    (models.Schedule, "time_zone"),
    (models.Service, "support_time_zone"),
)


def count(connection: Connection, connection_id: str) -> int:
    """How many present responders, schedules and services have a zone that is not known."""
    counts = []
    for model, column in _COLUMNS:
        table = model.__table__  # type: ignore[union-attr]
        mine = (
            table.c.connection_id == connection_id,
            table.c[column] == _UNKNOWN,
            table.c.deleted_at.is_(None),
        )
        counts.append(connection.scalar(select(func.count()).select_from(table).where(*mine)))
    return sum(number or 0 for number in counts)


def known_zones(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with null for zones that are not known. Their readers then use another clock."""
    zones = [name for name in ("time_zone", "support_time_zone") if name in frame]
    return frame.assign(**{name: frame[name].mask(frame[name].eq(_UNKNOWN)) for name in zones})
