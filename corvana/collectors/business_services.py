"""Business services: what customers know by name, and which team owns it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from corvana.collectors.configuration import load, prune
from corvana.collectors.context import Context, id_of
from corvana.collectors.listing import Listing, read
from corvana.pagerduty import payloads, responses
from corvana.store import models

NOUN: Final = "business_services"
EVERY: Final = timedelta(days=1)


async def extract(context: Context) -> Listing[payloads.BusinessService]:
    return await read(context, "/business_services", responses.BusinessServicesPage)


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
    listing = await extract(context)
    rows = transform(context, listing.rows)
    with context.transaction() as session:
        load(session, context, NOUN, models.BusinessService, rows, now)
        prune(session, context, NOUN, models.BusinessService, rows, now, whole=listing.whole)
    return len(rows)
