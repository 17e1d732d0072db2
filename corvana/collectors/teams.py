"""Teams. An account without the teams ability answers 402."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from corvana.collectors.configuration import load, prune
from corvana.collectors.context import Context
from corvana.collectors.listing import Listing, read
from corvana.pagerduty import payloads, responses
from corvana.store import models

NOUN: Final = "teams"
EVERY: Final = timedelta(hours=1)


async def extract(context: Context) -> Listing[payloads.Team]:
    return await read(context, "/teams", responses.TeamsPage)


def transform(context: Context, teams: Sequence[payloads.Team]) -> list[dict[str, Any]]:
    return [
        {"connection_id": context.connection_id, "id": team.id, "label": team.name}
        for team in teams
    ]


async def sync(context: Context, now: datetime) -> int:
    """Collect all teams; return how many."""
    listing = await extract(context)
    rows = transform(context, listing.rows)
    with context.transaction() as session:
        load(session, context, NOUN, models.Team, rows, now)
        prune(session, context, NOUN, models.Team, rows, now, whole=listing.whole)
    return len(rows)
