"""Pointers to other objects. Their `summary` (often a title or a name) is not declared."""

from typing import Annotated

from corvana.pagerduty.payloads.allowlist import Id, IfFits, Kept, Payload, Word


class Reference(Payload):
    """A pointer to anything but a person."""

    id: Annotated[Id, Kept("identifier", "joins rows")]


class TypedReference(Reference):
    type: Annotated[Word, Kept("state", "tells apart what is pointed to")]


class PersonReference(Payload):
    """A pointer to a person. Becomes a pseudonym before anything is stored."""

    id: Annotated[Id, Kept("person", "stored as a keyed pseudonym, to tell responders apart")]


class Actor(Payload):
    """Only the kind of who or what acted. The id is not declared."""

    type: Annotated[Word, Kept("state", "tells people from timers and integrations")]


class Agent(Payload):
    """The author of an entry: a person, or a service or integration (whose id is not kept)."""

    id: Annotated[
        IfFits[Id], Kept("person", "pseudonym of the acting responder; others dropped")
    ] = None
    type: Annotated[Word, Kept("state", "tells people from timers and integrations")]
