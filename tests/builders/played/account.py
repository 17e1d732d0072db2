"""A simulated account with bottlenecks planted, and ways to look at it."""

from datetime import UTC, datetime

from corvana.sandbox.world.model import World
from corvana.sandbox.world.truth import Truth

END = datetime(2026, 6, 1, 13, 17, 5, tzinfo=UTC)


def truths(world: World) -> list[Truth]:
    return [world.truth[incident.id] for incident in world.incidents]
