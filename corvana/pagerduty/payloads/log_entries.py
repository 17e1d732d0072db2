"""The account's log: what happened to which incident."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from corvana.pagerduty.payloads.allowlist import (
    UNKNOWN,
    Dropped,
    Each,
    Id,
    IfFits,
    Instant,
    Kept,
    Object,
    Payload,
    Word,
)
from corvana.pagerduty.payloads.incidents import Incident
from corvana.pagerduty.payloads.references import Agent, PersonReference, Reference


def _log_entry_type(word: str) -> str:
    """`acknowledge_log_entry`, and the schema's variant `acknowledgement_…`, → `acknowledge`."""
    word = word.removesuffix("_log_entry")
    return "acknowledge" if word == "acknowledgement" else word


class Notification(Payload):
    """How a responder was notified. The address is not declared."""

    type: Annotated[Word, Kept("state", "push, phone and SMS interrupt; e-mail does not")]


class Channel(Payload):
    """Only the kind of channel. Subject, summary, details and address are not declared."""

    type: Annotated[Word, Kept("state", "tells a timeout from a human escalation")] = UNKNOWN
    notification: Annotated[
        IfFits[Notification], Kept("state", "kind of notification", "notification_type")
    ] = None


class ChangedAction(Payload):
    type: Annotated[Word, Kept("state", "which timer was set")]
    at: Annotated[Instant, Kept("timestamp", "when a snooze ends")]


class LogEntryBase(Payload):
    """The fields of an entry apart from its incident."""

    id: Annotated[Id, Kept("identifier", "one row an event")]
    type: Annotated[
        Word, AfterValidator(_log_entry_type), Kept("state", "what happened to the incident")
    ]
    created_at: Annotated[Instant, Kept("timestamp", "when it happened", "at")]
    agent: Annotated[IfFits[Agent], Kept("person", "who or what did it", "agent agent_type")] = None
    channel: Annotated[IfFits[Channel], Kept("state", "through what")] = None
    assignees: Annotated[Each[PersonReference], Kept("person", "who was paged next", "assignees")]
    user: Annotated[IfFits[PersonReference], Kept("person", "who was notified", "responder")] = None
    changed_actions: Annotated[
        Each[ChangedAction], Kept("timestamp", "when a snooze ends", "until")
    ]


class LogEntry(LogEntryBase):
    """`GET /log_entries`: the record of acks and escalations."""

    incident: Annotated[
        IfFits[Reference], Kept("identifier", "joins the event to its incident")
    ] = None


class LogEntryWithIncident(LogEntryBase):
    """`GET /log_entries?include[]=incidents`: an entry with its incident in the present state."""

    incident: Annotated[
        Incident | Reference | None,
        Field(union_mode="left_to_right"),
        Kept("identifier", "refreshes the incident that was touched"),
    ] = None


AnyLogEntry = LogEntry | LogEntryWithIncident


OBJECTS: Final = (Object("log entry", LogEntry, "logentry"),)
DROPPED: Final = (
    Dropped(
        "GET /log_entries",
        (
            "subjects, details and contexts of the channel",
            "notes and changed values",
            "e-mail addresses and phone numbers of notifications",
            "summaries, links and names of people",
        ),
    ),
)
