"""Business services: what customers know by name, and which team owns it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from corvana.collectors.configuration import load, prune
from corvana.collectors.context import Context, id_of
from corvana.pagerduty import payloads, responses
from corvana.store import models

NOUN: Final = "business_services"
EVERY: Final = timedelta(days=1)


async def extract(context: Context) -> Sequence[payloads.BusinessService]:
    return [
        service
        async for page in context.client.pages("/business_services", responses.BusinessServicesPage)
        for service in page.rows
        if service
    ]


def transform(
    context: Context, services: Sequence[payloads.BusinessService]
) -> list[dict[str, Any]]:
    return [
        {
            "connection_id": context.connection_id,
            "id": service.id,
            "label": service.name,
            "team_id": id_of(service.team),
        }
        for service in services
    ]


async def sync(context: Context, now: datetime) -> int:
    """Collect all business services; return how many."""
    rows = transform(context, await extract(context))
    with context.transaction() as session:
        load(session, context, NOUN, models.BusinessService, rows, now)
        prune(session, context, NOUN, models.BusinessService, rows, now)
    return len(rows)
