"""The findings register: an entry for each finding that an assessor decided about.

An entry is open until an assessor confirms the finding, dismisses it (with a reason) or accepts the
risk. What was confirmed or accepted can be done, on a date. A wrong decision can be taken back.
Whether the data still show the finding is no decision: `gone_and_back` tells it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from corvana.analysis.findings.kind import Answer, Answered

Status = Literal["open", "confirmed", "accepted risk", "dismissed", "done"]
Effort = Literal["", "S", "M", "L"]

STATUSES: Final[tuple[Status, ...]] = get_args(Status)
EFFORTS: Final[tuple[Effort, ...]] = get_args(Effort)
CHANGES: Final[Mapping[Status, tuple[Status, ...]]] = MappingProxyType(
    {
        "open": ("confirmed", "accepted risk", "dismissed"),
        "confirmed": ("open", "accepted risk", "dismissed", "done"),
        "accepted risk": ("open", "confirmed", "dismissed", "done"),
        "dismissed": ("open", "confirmed", "accepted risk"),
        "done": ("open", "confirmed", "accepted risk"),
    }
)
"""The statuses that may follow each status."""
TOLD: Final[frozenset[Status]] = frozenset({"confirmed", "accepted risk", "done"})
"""The statuses of findings that are told to stakeholders: an assessor reviewed and confirmed
them."""
LONGEST_TEXT: Final = 10_000
LONGEST_LINE: Final = 200
INTERVIEW: Final = "interview:"
"""The beginning of the keys of what was seen in interviews and not found in the data."""
_LONG: Final = frozenset({"note", "reason", "advice"})
_LINES: Final = frozenset({"owner", "title", "place"})
_BOOKKEEPING: Final = frozenset({"key", "revision", "changed_at", "changed_by"})


@dataclass(frozen=True, slots=True)
class Entry:
    """What assessors decided about one finding.

    `reason` says why it was dismissed. `owner` is a team or a role. `position` is its place in the
    assessor's order. `answer` is the client's answer to the question of the finding ("" for none),
    and `share` the part (0 to 1) to which "partly" applies. `title`, `place` and `advice` are only
    of what was seen in interviews. `revision` is 0 for an entry that is not saved yet.
    """

    key: str
    status: Status = "open"
    reason: str = ""
    note: str = ""
    owner: str = ""
    effort: Effort = ""
    due_on: date | None = None
    done_on: date | None = None
    position: int | None = None
    answer: Answer | Literal[""] = ""
    share: float | None = None
    title: str = ""
    place: str = ""
    advice: str = ""
    revision: int = 0
    changed_at: datetime | None = None
    changed_by: str = ""

    @property
    def is_from_interview(self) -> bool:
        """Whether it was seen in interviews, so that no data shows it."""
        return self.key.startswith(INTERVIEW)

    @property
    def is_told(self) -> bool:
        """Whether stakeholders are told of it."""
        return self.status in TOLD


Register = Mapping[str, Entry]
"""Entries by key."""

FIELDS: Final = tuple(field.name for field in fields(Entry) if field.name not in _BOOKKEEPING)
"""The fields of an entry that an assessor writes."""


def register_of(entries: Iterable[Entry]) -> Register:
    """Return the entries by key."""
    return {one.key: one for one in entries}


def answers(register: Register) -> dict[str, Answered]:
    """Return the client's answers by the key of the finding."""
    return {
        key: Answered(one.answer, one.share if one.answer == "partly" else None)
        for key, one in register.items()
        if one.answer
    }


def may_follow(status: Status) -> tuple[Status, ...]:
    """Return the statuses that an entry of this status may have after a change: its own first."""
    return (status, *CHANGES[status])


def problems(before: Entry, after: Entry, today: date) -> list[str]:
    """Return in sentences why an entry cannot be changed so; nothing if it can be."""
    longest = [
        *((name, LONGEST_TEXT) for name in sorted(_LONG)),
        *((name, LONGEST_LINE) for name in sorted(_LINES)),
    ]
    found = {
        f"A finding that is {before.status} cannot become {after.status}: "
        f"confirm it or accept the risk first.": after.status not in may_follow(before.status),
        "A dismissed finding needs a reason.": after.status == "dismissed"
        and not after.reason.strip(),
        "A finding that is done needs the date on which it was done.": after.status == "done"
        and after.done_on is None,
        "The date on which it was done lies in the future.": after.done_on is not None
        and after.done_on > today,
        "What was seen in interviews needs a title.": after.is_from_interview
        and not after.title.strip(),
        "The part must lie between 0 and 100 %.": after.share is not None
        and not 0 <= after.share <= 1,
        **{
            f"The {name} is longer than {most:,} characters.": len(getattr(after, name)) > most
            for name, most in longest
        },
    }
    return [sentence for sentence, is_so in found.items() if is_so]


def changed(before: Entry, after: Entry) -> dict[str, tuple[str, str]]:
    """Return the fields that differ, each with its value before and after, as texts."""
    return {
        name: (as_text(getattr(before, name)), as_text(getattr(after, name)))
        for name in FIELDS
        if getattr(before, name) != getattr(after, name)
    }


def as_text(value: Any) -> str:
    """Return the value of a field as the history keeps it; what is missing is empty."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def in_order(entries: Iterable[Entry], found: Sequence[str]) -> list[Entry]:
    """Return the entries in the assessor's order.

    Those with a position come first, by position. The others follow in the order of the findings
    ledger, whose keys are `found`; last, those that the ledger does not have.
    """
    place = {key: number for number, key in enumerate(found)}
    return sorted(
        entries,
        key=lambda one: (
            one.position is None,
            one.position or 0,
            place.get(one.key, len(place)),
            one.key,
        ),
    )
