"""Maintenance windows: spans in which services open no incidents. Past ones are history."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session, col, select

from corvana.collectors.configuration import load, prune
from corvana.collectors.context import Context, ids_of
from corvana.collectors.listing import Listing, read
from corvana.pagerduty import payloads, responses
from corvana.store import models

NOUN: Final = "maintenance_windows"
EVERY: Final = timedelta(days=1)


async def extract(context: Context) -> Listing[payloads.MaintenanceWindow]:
    return await read(
        context, "/maintenance_windows", responses.MaintenanceWindowsPage, {"filter": "all"}
    )


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
            "team_ids": ids_of(window.teams),
        }
        for window in windows
    ]


def _ended(session: Session, context: Context, now: datetime) -> list[dict[str, Any]]:
    """The stored windows that are over: they happened, whether PagerDuty lists them or not."""
    found = session.exec(
        select(models.MaintenanceWindow.id).where(
            models.MaintenanceWindow.connection_id == context.connection_id,
            col(models.MaintenanceWindow.end) <= now,
        )
    )
    return [{"id": each} for each in found]


async def sync(context: Context, now: datetime) -> int:
    """Collect all maintenance windows; return how many PagerDuty lists."""
    listing = await extract(context)
    rows = transform(context, listing.rows)
    with context.transaction() as session:
        load(session, context, NOUN, models.MaintenanceWindow, rows, now)
        kept = [*rows, *_ended(session, context, now)]
        prune(session, context, NOUN, models.MaintenanceWindow, kept, now, whole=listing.whole)
    return len(rows)
