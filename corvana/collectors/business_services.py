"""Business services: the services that customers know by name."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from corvana.collectors.context import Context
from corvana.collectors.listed import Listed
from corvana.pagerduty import payloads
from corvana.store import models


def transform(
    context: Context, services: Sequence[payloads.BusinessService]
) -> list[dict[str, Any]]:
    return [
        {
            "connection_id": context.connection_id,
            "id": service.id,
            "label": service.name,
        }
        for service in services
    ]


NOUN: Final = Listed(
    name="business_services",
    words="business services",
    every=timedelta(days=1),
    path="/business_services",
    payload=payloads.BusinessService,
    table=models.BusinessService,
    transform=transform,
)
