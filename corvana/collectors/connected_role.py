"""The connected user's role. Without owner or admin, PagerDuty shows only a part, silently."""

from corvana.collectors.context import Context
from corvana.errors import WITHHELD
from corvana.pagerduty import responses
from corvana.store import connections


async def sync(context: Context) -> None:
    """Store the present role. As the run's first request, it also gives PagerDuty's time."""
    try:
        response = await context.client.get("/users/me", responses.UserResponse)
    except WITHHELD:
        return  # the token belongs to no user; the stored role stays
    with context.transaction() as session:
        connections.set_role(session, context.connection_id, response.user.role)
