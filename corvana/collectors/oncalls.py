"""Who is on call now, for which policy and at which level. Stored once a day, never deleted.

PagerDuty computes on-calls from today's policies and schedules, so it cannot give past on-calls.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from corvana.collectors.context import Context
from corvana.collectors.listing import Listing, read
from corvana.collectors.noun import ReadItsOwnWay
from corvana.pagerduty import payloads
from corvana.pagerduty.responses import page_of
from corvana.store import models, noun_statuses, on_call_frames
from corvana.store.upsert import upsert


async def extract(context: Context) -> Listing[payloads.OnCall]:
    """Without `since` and `until`, PagerDuty lists who is on call at the present moment."""
    return await read(context, "/oncalls", page_of("oncalls", payloads.OnCall))


def transform(
    context: Context, on_calls: Sequence[payloads.OnCall], now: datetime
) -> list[dict[str, Any]]:
    """One row per person, policy, level and schedule. Entries have no id and can be repeated."""
    rows = [
        {
            "connection_id": context.connection_id,
            "taken_at": now,
            "escalation_policy_id": on_call.escalation_policy.id,
            "level": on_call.escalation_level,
            "responder": context.pseudonyms.of(on_call.user.id),
            "schedule_id": on_call.schedule.id if on_call.schedule else "",
            "start": on_call.start,
            "end": on_call.end,
        }
        for on_call in on_calls
    ]
    keys = ("escalation_policy_id", "level", "responder", "schedule_id")
    return list({tuple(row[key] for key in keys): row for row in rows}.values())


async def sync(context: Context, now: datetime) -> int:
    """Store who is on call; return the number of rows."""
    listing = await extract(context)
    rows = transform(context, listing.rows, now)
    with context.transaction() as session:
        upsert(session, models.OnCall, rows)
        noun_statuses.succeeded(session, context.connection_id, NOUN.name, rows=len(rows), now=now)
        if not listing.whole:
            noun_statuses.incomplete(session, context.connection_id, NOUN.name)
    return len(rows)


NOUN: Final = ReadItsOwnWay(
    name="oncalls",
    words="who is on call now",
    every=timedelta(days=1),
    collect=sync,
    frames={"on_call_snapshot": on_call_frames.on_call_snapshot},
)
