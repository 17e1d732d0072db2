"""Teams. An account without the teams ability answers 402."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from corvana.collectors.configuration import load, prune
from corvana.collectors.context import Context
from corvana.pagerduty import payloads, responses
from corvana.store import models

NOUN: Final = "teams"
EVERY: Final = timedelta(hours=1)


async def extract(context: Context) -> Sequence[payloads.Team]:
    return [
        team
        async for page in context.client.pages("/teams", responses.TeamsPage)
        for team in page.rows
        if team
    ]


def transform(context: Context, teams: Sequence[payloads.Team]) -> list[dict[str, Any]]:
    return [
        {"connection_id": context.connection_id, "id": team.id, "label": team.name}
        for team in teams
    ]


async def sync(context: Context, now: datetime) -> int:
    """Collect all teams; return how many."""
    rows = transform(context, await extract(context))
    with context.transaction() as session:
        load(session, context, NOUN, models.Team, rows, now)
        prune(session, context, NOUN, models.Team, rows, now)
    return len(rows)
