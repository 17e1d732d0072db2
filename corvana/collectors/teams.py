"""Teams. For an account without the teams ability PagerDuty returns 402."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from corvana.collectors.context import Context
from corvana.collectors.listed import Listed
from corvana.pagerduty import payloads
from corvana.store import models


def transform(context: Context, teams: Sequence[payloads.Team]) -> list[dict[str, Any]]:
    return [
        {"connection_id": context.connection_id, "id": team.id, "label": team.name}
        for team in teams
    ]


NOUN: Final = Listed(
    name="teams",
    words="teams",
    every=timedelta(hours=1),
    turn="first",
    path="/teams",
    payload=payloads.Team,
    table=models.Team,
    transform=transform,
)
