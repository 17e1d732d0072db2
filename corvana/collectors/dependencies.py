"""Service dependencies: which service needs which other service.

PagerDuty has no list of all dependencies, so each service is asked for its own edges. Technical
services give every edge that touches a technical service; business services add the edges between
two business services. The ids of both come from the store, so services are collected before. When
one request fails, nothing is stored and the stored edges stay.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Final

from sqlmodel import Session, col, select

from corvana.collectors.context import Context
from corvana.collectors.listed import Listed
from corvana.collectors.listing import Listing, gathered, readable
from corvana.errors import Gone
from corvana.pagerduty import payloads, responses
from corvana.store import configuration_frames, models, noun_statuses

_TECHNICAL: Final = "technical_service"
_BUSINESS: Final = "business_service"
_ENDS: Final = ("services", "business_services")
"""The nouns whose objects have edges."""


async def extract(context: Context) -> Listing[payloads.Relationship]:
    """Every edge of every live service.

    Raises
    ------
    Gone
        PagerDuty found none of the services, or the services themselves could not be read yet. This
        does not mean that they have no edges.
    """
    with Session(context.engine) as session:
        if any(noun_statuses.is_awaited(session, context.connection_id, noun) for noun in _ENDS):
            raise Gone("the services whose edges are wanted could not be read yet")
    answers: list[Sequence[payloads.Relationship | None] | None] = []
    for folder, model in (
        ("technical_services", models.Service),
        ("business_services", models.BusinessService),
    ):
        answers += await gathered(partial(_edges, context, folder), _live(context, model))
    if answers and all(answer is None for answer in answers):
        raise Gone("PagerDuty found none of the services asked for", status=404)
    return readable(edge for answer in answers if answer is not None for edge in answer)


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
) -> Sequence[payloads.Relationship | None] | None:
    """The edges of one service, None for one that cannot be read; None when the service was deleted
    after it was listed."""
    path = f"/service_dependencies/{folder}/{service_id}"
    try:
        response = await context.client.get(path, responses.RelationshipsResponse)
    except Gone:
        return None
    return response.rows


def transform(context: Context, edges: Iterable[payloads.Relationship]) -> list[dict[str, Any]]:
    """One row per edge, although PagerDuty gives the edge for both of its services."""
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
