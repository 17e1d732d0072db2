"""Maintenance windows: times in which services open no incidents. Past windows are kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session, col, select

from corvana.collectors.context import Context, ids_of
from corvana.collectors.listed import Listed
from corvana.pagerduty import payloads
from corvana.store import configuration_frames, models


def transform(
    context: Context, windows: Sequence[payloads.MaintenanceWindow]
) -> list[dict[str, Any]]:
    return [
        {
            "connection_id": context.connection_id,
            "id": window.id,
            "start": window.start_time,
            "end": window.end_time,
            "service_ids": ids_of(window.services),
        }
        for window in windows
    ]


def ended(session: Session, context: Context, now: datetime) -> list[str]:
    """Ids of the stored windows that have ended. They are kept if PagerDuty lists them no more."""
    query = select(models.MaintenanceWindow.id).where(
        models.MaintenanceWindow.connection_id == context.connection_id,
        col(models.MaintenanceWindow.end) <= now,
    )
    return list(session.exec(query))


NOUN: Final = Listed(
    name="maintenance_windows",
    words="maintenance windows",
    every=timedelta(days=1),
    path="/maintenance_windows",
    payload=payloads.MaintenanceWindow,
    table=models.MaintenanceWindow,
    transform=transform,
    parameters={"filter": "all"},
    also_there=ended,
    frames={"maintenance_windows": configuration_frames.maintenance_windows},
)
