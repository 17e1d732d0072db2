"""The findings register: what assessors decided about findings, and how that came about."""

from datetime import date, datetime
from typing import ClassVar

from sqlmodel import Field

from corvana.store.instant import Instant
from corvana.store.models.written import Revised, Written


class RegisterEntry(Revised, table=True):
    """What assessors decided about one finding (`analysis.assessment.register.Entry`).

    `key` is that of the finding, or of something seen in interviews, which has a `title`, a `place`
    and an `advice` of its own. No name of the account is stored: names come from its labels.
    """

    words: ClassVar = "entries of the findings register"
    why: ClassVar = (
        "the decision on each finding, with note, owner, effort, dates and the client's answer"
    )
    free: ClassVar = ("reason", "note", "owner", "title", "place", "advice")

    key: str = Field(primary_key=True)
    status: str = "open"
    reason: str = ""
    note: str = ""
    owner: str = ""
    effort: str = ""
    due_on: date | None = None
    done_on: date | None = None
    position: int | None = None
    answer: str = ""
    share: float | None = None
    title: str = ""
    place: str = ""
    advice: str = ""


class RegisterChange(Written, table=True):
    """One changed field of an entry: the history. Rows are only added.

    `revision` is that of the entry after the change; `before` and `after` are texts.
    """

    words: ClassVar = "changes of the findings register"
    why: ClassVar = "who changed which decision, and when"
    free: ClassVar = ("before", "after")

    key: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    field: str = Field(primary_key=True)
    changed_at: datetime = Field(sa_type=Instant)
    changed_by: str
    before: str
    after: str
