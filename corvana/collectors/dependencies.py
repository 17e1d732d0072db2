"""Which service needs which. There is no list of all: every service is asked for its own edges.

Technical services know every edge that touches one of them; business services add those that join
two of their own kind. Both lists are taken from the store, so they have to be collected before.
One failed request keeps all that was known.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Final

from sqlmodel import Session, col, select

from corvana.collectors.context import Context
from corvana.collectors.listed import Listed
from corvana.collectors.listing import Listing, gathered
from corvana.errors import Gone
from corvana.pagerduty import payloads, responses
from corvana.store import configuration_frames, models

_TECHNICAL: Final = "technical_service"
_BUSINESS: Final = "business_service"


async def extract(context: Context) -> Listing[payloads.Relationship]:
    """Every edge of every live service.

    Raises
    ------
    Gone
        Not one of the services was found: that says nothing about their edges.
    """
    answers: list[Sequence[payloads.Relationship] | None] = []
    for folder, model in (
        ("technical_services", models.Service),
        ("business_services", models.BusinessService),
    ):
        answers += await gathered(partial(_edges, context, folder), _live(context, model))
    if answers and all(answer is None for answer in answers):
        raise Gone("PagerDuty found none of the services asked for", status=404)
    return Listing([edge for answer in answers if answer is not None for edge in answer])


def _live(context: Context, model: type[models.Service | models.BusinessService]) -> list[str]:
    with Session(context.engine) as session:
        found = session.exec(
            select(model.id).where(
                col(model.connection_id) == context.connection_id, col(model.deleted_at).is_(None)
            )
        )
        return sorted(found)


async def _edges(
    context: Context, folder: str, service_id: str
) -> Sequence[payloads.Relationship] | None:
    """The edges of one service; None when it was deleted since it was listed."""
    path = f"/service_dependencies/{folder}/{service_id}"
    try:
        response = await context.client.get(path, responses.RelationshipsResponse)
    except Gone:
        return None
    return [edge for edge in response.rows if edge]


def transform(context: Context, edges: Iterable[payloads.Relationship]) -> list[dict[str, Any]]:
    """One row an edge, though both its ends tell of it."""
    rows = {
        edge.id: {
            "connection_id": context.connection_id,
            "id": edge.id,
            "supporting_id": edge.supporting_service.id,
            "supporting_type": _type(edge.supporting_service),
            "dependent_id": edge.dependent_service.id,
            "dependent_type": _type(edge.dependent_service),
        }
        for edge in edges
    }
    return list(rows.values())


def _type(service: payloads.TypedReference) -> str:
    """`business_service`, `business_service_reference` → business; `service`, … → technical."""
    return _BUSINESS if service.type.startswith(_BUSINESS) else _TECHNICAL


NOUN: Final = Listed(
    name="service_dependencies",
    words="service dependencies",
    every=timedelta(days=1),
    turn="last",
    path="/service_dependencies",
    payload=payloads.Relationship,
    table=models.ServiceDependency,
    transform=transform,
    extract=extract,
    frames={"dependencies": configuration_frames.dependencies},
)
