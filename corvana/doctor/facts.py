"""The doctor's facts and checks. They are plain values, so that judging them is pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["ok", "waiting", "problem", "skipped"]
Part = Literal["access", "reading", "collection"]
Answer = Literal["answered", "fault", "dns", "refused", "timeout", "tls", "dropped", "unreachable"]
Access = Literal["accepted", "refused", "forbidden", "closed", "unanswered"]


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check. `next_step` says what to do, if anything is needed."""

    key: str
    part: Part
    name: str
    state: State
    sentence: str
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A fact that could not be read; `error` is the name of the error's class."""

    error: str


@dataclass(frozen=True, slots=True)
class ConnectionFacts:
    """The connection as stored. `api_url` is None when its audience is not one of PagerDuty's."""

    status: str
    reason: str | None
    engagement_active: bool
    role: str
    region: str
    audience: str
    api_url: str | None
    connected_at: datetime
    collected_at: datetime | None
    has_data: bool


@dataclass(frozen=True, slots=True)
class RunFacts:
    """The latest collection."""

    status: str
    activity: str
    error: str | None
    finished_at: datetime | None
    steps: int
    done: int
    unreadable: int
    duplicates: int
    without_incident: int
    unknown_types: int
    odd_parts: int = 0
    reference: str = ""
    """What finds the run in the log."""


@dataclass(frozen=True, slots=True)
class NounFacts:
    """When one noun was last read; `error` is the name of the last error's class."""

    noun: str
    attempted_at: datetime
    succeeded_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class StoredFacts:
    """All facts that need no network. None when the object does not exist."""

    now: datetime
    connection: ConnectionFacts | Unread | None
    token_expires_at: datetime | Unread | None
    worker_seen_at: datetime | Unread | None
    run: RunFacts | Unread | None
    nouns: tuple[NounFacts, ...] | Unread
    incomplete: tuple[tuple[str, int], ...] | Unread
    """(noun, number of its windows for which PagerDuty did not give every row)."""
    has_incidents: bool | Unread


@dataclass(frozen=True, slots=True)
class Host:
    """A server and the outcome of a request to it."""

    name: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class LiveFacts:
    """PagerDuty's responses just now. `api` and `access` are None without a usable connection."""

    identity: Host
    api: Host | None = None
    access: Access | None = None
    role: str | None = None
