"""The role of whoever connected: without owner or admin PagerDuty silently shows only a part."""

from corvana.collectors.context import Context
from corvana.errors import WITHHELD
from corvana.pagerduty import responses
from corvana.store import connections


async def sync(context: Context) -> None:
    """Note the role as it is now. Asked first of all, it also tells PagerDuty's clock."""
    try:
        response = await context.client.get("/users/me", responses.UserResponse)
    except WITHHELD:
        return  # the token belongs to nobody; what was known stays
    with context.transaction() as session:
        connections.set_role(session, context.connection_id, response.user.role)
