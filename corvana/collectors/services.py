"""Technical services: which policy responds, and the timers that act without people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from corvana.collectors.configuration import load, prune
from corvana.collectors.context import Context, id_of, ids_of
from corvana.pagerduty import payloads, responses
from corvana.store import models

NOUN = "services"


async def extract(context: Context) -> Sequence[payloads.Service]:
    return [
        service
        async for page in context.client.pages("/services", responses.ServicesPage)
        for service in page.rows
        if service
    ]


def transform(context: Context, services: Sequence[payloads.Service]) -> list[dict[str, Any]]:
    return [
        {
            "connection_id": context.connection_id,
            "id": service.id,
            "label": service.name,
            "status": service.status,
            "created_at": service.created_at,
            "escalation_policy_id": id_of(service.escalation_policy),
            "team_ids": ids_of(service.teams),
            "auto_resolve_timeout": service.auto_resolve_timeout,
            "acknowledgement_timeout": service.acknowledgement_timeout,
        }
        for service in services
    ]


async def sync(context: Context, now: datetime) -> int:
    """Collect all services; return how many."""
    rows = transform(context, await extract(context))
    with context.transaction() as session:
        load(session, context, NOUN, models.Service, rows, now)
        prune(session, context, NOUN, models.Service, rows, now)
    return len(rows)
