"""Teams. An account without the teams ability answers 402 and simply has none."""

from collections.abc import Sequence
from typing import Any

from corvana.collectors.configuration import load, prune
from corvana.collectors.context import Context
from corvana.errors import NotOnPlan
from corvana.pagerduty import payloads, responses
from corvana.store import models


async def extract(context: Context) -> Sequence[payloads.Team]:
    try:
        return [
            team
            async for page in context.client.pages("/teams", responses.TeamsPage)
            for team in page.rows
            if team
        ]
    except NotOnPlan:
        return []


def transform(context: Context, teams: Sequence[payloads.Team]) -> list[dict[str, Any]]:
    return [
        {"connection_id": context.connection_id, "id": team.id, "label": team.name}
        for team in teams
    ]


async def sync(context: Context) -> int:
    """Collect all teams; return how many."""
    rows = transform(context, await extract(context))
    with context.transaction() as session:
        load(session, models.Team, rows)
        prune(session, models.Team, context.connection_id, rows)
    return len(rows)
