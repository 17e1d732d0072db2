"""PagerDuty's rate limit is shared by all runs of a connection, at whatever worker they are.

One run at a time has the lease, so the runs follow each other. What one has used of the limit is
stored with its progress, and the next one goes on from there. Connections are not compared: those
of one account are sealed with different keys, so that nothing tells that it is the same account.
PagerDuty's answers tell each of them what is left.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Engine

from corvana.pagerduty.limiter import Spent
from corvana.store import runs


def spent_before(engine: Engine, connection_id: str, now: datetime) -> Spent:
    """What earlier runs of the connection have used, as of `now` by the database's clock."""
    last_request_at, paused_until = runs.used_of_rate_limit(engine, connection_id)
    return Spent(
        sent_ago=None if last_request_at is None else (now - last_request_at).total_seconds(),
        paused_for=0.0 if paused_until is None else max(0.0, (paused_until - now).total_seconds()),
    )


def used(spent: Spent, now: datetime) -> Mapping[str, datetime | None]:
    """The columns of a run that say what it has used."""
    ago, paused_for = spent
    return {
        "last_request_at": None if ago is None else now - timedelta(seconds=ago),
        "paused_until": now + timedelta(seconds=paused_for) if paused_for else None,
    }
