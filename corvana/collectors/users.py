"""People: role and time zone under a pseudonym. Names and addresses never pass the door."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from corvana.collectors.configuration import load, prune
from corvana.collectors.context import Context
from corvana.collectors.listing import Listing, read
from corvana.pagerduty import payloads, responses
from corvana.store import models

NOUN: Final = "users"
EVERY: Final = timedelta(days=1)


async def extract(context: Context) -> Listing[payloads.User]:
    return await read(context, "/users", responses.UsersPage)


def transform(context: Context, users: Sequence[payloads.User]) -> list[dict[str, Any]]:
    return [
        {
            "connection_id": context.connection_id,
            "responder": context.pseudonyms.of(user.id),
            "role": user.role,
            "time_zone": user.time_zone,
        }
        for user in users
    ]


async def sync(context: Context, now: datetime) -> int:
    """Collect all responders; return how many."""
    listing = await extract(context)
    rows = transform(context, listing.rows)
    with context.transaction() as session:
        load(session, context, NOUN, models.Responder, rows, now)
        prune(session, context, NOUN, models.Responder, rows, now, whole=listing.whole)
    return len(rows)
