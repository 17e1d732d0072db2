"""Priorities and their severity. For an account without this ability PagerDuty returns 402."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from corvana.collectors.context import Context
from corvana.collectors.listed import Listed
from corvana.collectors.listing import Listing
from corvana.pagerduty import payloads
from corvana.pagerduty.responses import page_of
from corvana.store import models


async def extract(context: Context) -> Listing[payloads.Priority | None]:
    """Priorities in PagerDuty's order. An unreadable priority keeps its place as None."""
    page = page_of("priorities", payloads.Priority)
    rows = [row async for each in context.client.pages("/priorities", page) for row in each.rows]
    return Listing(rows, whole=None not in rows)


def transform(
    context: Context, priorities: Sequence[payloads.Priority | None]
) -> list[dict[str, Any]]:
    """PagerDuty lists the most severe priority first. A priority listed twice counts once."""
    return [
        {
            "connection_id": context.connection_id,
            "id": priority.id,
            "label": priority.name,
            "severity": severity,
        }
        for severity, priority in enumerate(_unique(priorities), start=1)
        if priority
    ]


def _unique(priorities: Sequence[payloads.Priority | None]) -> list[payloads.Priority | None]:
    by_id = {
        priority.id if priority else place: priority for place, priority in enumerate(priorities)
    }
    return list(by_id.values())


NOUN: Final = Listed(
    name="priorities",
    words="priorities",
    every=timedelta(days=1),
    turn="first",
    path="/priorities",
    payload=payloads.Priority,
    table=models.Priority,
    transform=transform,
    extract=extract,
)
