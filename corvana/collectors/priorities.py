"""Priorities and how severe they are. An account without the ability answers 402."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from corvana.collectors.configuration import load, prune
from corvana.collectors.context import Context
from corvana.pagerduty import payloads, responses
from corvana.store import models

NOUN: Final = "priorities"
EVERY: Final = timedelta(days=1)


async def extract(context: Context) -> Sequence[payloads.Priority | None]:
    """In PagerDuty's order; what could not be read keeps its place, as None."""
    return [
        priority
        async for page in context.client.pages("/priorities", responses.PrioritiesPage)
        for priority in page.rows
    ]


def transform(
    context: Context, priorities: Sequence[payloads.Priority | None]
) -> list[dict[str, Any]]:
    """PagerDuty lists the most severe first; one that is listed twice counts once."""
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


async def sync(context: Context, now: datetime) -> int:
    """Collect all priorities; return how many."""
    priorities = await extract(context)
    rows = transform(context, priorities)
    with context.transaction() as session:
        load(session, context, NOUN, models.Priority, rows, now)
        prune(session, context, NOUN, models.Priority, rows, now, whole=None not in priorities)
    return len(rows)
