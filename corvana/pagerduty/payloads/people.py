"""Teams and people."""

from typing import Annotated, Final

from corvana.pagerduty.payloads.allowlist import (
    Dropped,
    Id,
    Kept,
    Label,
    Named,
    Object,
    Payload,
    TimeZone,
    Word,
)


class Team(Named):
    """`GET /teams`."""

    called = "team"

    id: Annotated[Id, Kept("identifier", "compare teams")]
    name: Annotated[Label, Kept("label", "so that a finding can be acted on", "label")]


class User(Payload):
    """`GET /users` and `/users/me`. Names and addresses are in every row but are not declared."""

    id: Annotated[Id, Kept("person", "stored as a keyed pseudonym", "responder")]
    role: Annotated[
        Word,
        Kept(
            "state",
            "whether the connecting person sees everything",
            "connected_role",
            table="connection",
        ),
    ]
    time_zone: Annotated[TimeZone, Kept("setting", "local night and working hours")] = None


OBJECTS: Final = (
    Object("team", Team, "team"),
    Object("person", User, "responder"),
)
DROPPED: Final = (
    Dropped("GET /teams", ("descriptions", "links")),
    Dropped(
        "GET /users, /users/me",
        (
            "names",
            "e-mail addresses",
            "phone numbers and other contact methods",
            "notification rules",
            "pictures, job titles and descriptions",
            "calendar feed addresses, which are secrets",
        ),
    ),
)
