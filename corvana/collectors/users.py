"""Users: their time zone under a pseudonym. Names and e-mail addresses are never kept."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from corvana.collectors.context import Context
from corvana.collectors.listed import Listed
from corvana.pagerduty import payloads
from corvana.store import models, queries


def transform(context: Context, users: Sequence[payloads.User]) -> list[dict[str, Any]]:
    return [
        {
            "connection_id": context.connection_id,
            "responder": context.pseudonyms.of(user.id),
            "time_zone": user.time_zone,
        }
        for user in users
    ]


NOUN: Final = Listed(
    name="users",
    words="users (time zone)",
    every=timedelta(days=1),
    turn="first",
    path="/users",
    payload=payloads.User,
    table=models.Responder,
    transform=transform,
    frames={"responders": queries.responders},
)
