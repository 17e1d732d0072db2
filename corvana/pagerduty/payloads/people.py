"""Teams and people."""

from typing import Annotated

from corvana.pagerduty.payloads.allowlist import Id, Kept, Label, Payload, TimeZone, Word


class Team(Payload):
    """`GET /teams`."""

    id: Annotated[Id, Kept("identifier", "compare teams")]
    name: Annotated[Label, Kept("label", "so that a finding can be acted on")]


class User(Payload):
    """`GET /users` and `/users/me`. Names and addresses arrive in every row; none is declared."""

    id: Annotated[Id, Kept("person", "stored as a keyed pseudonym")]
    role: Annotated[Word, Kept("state", "whether the connecting person sees everything")]
    time_zone: Annotated[TimeZone, Kept("setting", "local night and working hours")] = None
