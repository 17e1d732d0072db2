"""What assessors write: settings, decisions, notes. It belongs to an engagement.

It is deleted with the engagement's connection, because most of it is about the collected account.
"""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import JSON, Column, LargeBinary
from sqlmodel import Field, SQLModel

from corvana.store.instant import Instant


class Written(SQLModel):
    """A table of what assessors wrote. A disconnect deletes the rows of the engagement.

    `words` names the rows on the receipt and the privacy page, where `why` says what they are for.
    `free` names the columns with what assessors wrote in their own words. They are sealed in other
    databases than SQLite (`store.written.sealing`). The others have ids, figures, dates, choices.
    """

    words: ClassVar[str]
    why: ClassVar[str]
    free: ClassVar[tuple[str, ...]] = ()

    engagement_id: str = Field(primary_key=True)


class Revised(Written):
    """A row that two assessors may change at once. See `store.written.revised`.

    `revision` counts the changes from 1 on. `changed_by` is a person's id, or says that nobody was
    signed in (see `AuditEntry`).
    """

    revision: int = 0
    changed_at: datetime | None = Field(default=None, sa_type=Instant)
    changed_by: str = ""


class AssessmentSettings(Revised, table=True):
    """What an assessor set for the engagement. `chosen` has only what differs from the defaults."""

    words: ClassVar = "settings of the assessment"
    why: ClassVar = "client, scope, working hours, holidays and norms that figures rest on"
    free: ClassVar = ("chosen",)

    chosen: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class Baseline(Revised, table=True):
    """A data version that is kept whole, under a name. Its files are in `versions.baselines`.

    `changed_at` and `changed_by` say when and by whom it was kept. `concluded_by` and `built_by`
    are digests of the code that made its findings and its incidents; `settings` are those that were
    chosen then.
    """

    words: ClassVar = "baselines"
    why: ClassVar = "a name for the state of the data at a time, to compare later states with"
    free: ClassVar = ("name", "settings")

    id: str = Field(primary_key=True)
    name: str
    version: int
    as_of: datetime = Field(sa_type=Instant)
    covered_since: datetime = Field(sa_type=Instant)
    incidents: int
    release: str
    concluded_by: str
    built_by: str
    settings: dict[str, object] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False)
    )


class ResponseTarget(Revised, table=True):
    """Within how many seconds incidents of a priority are to be acknowledged and resolved.

    `by` is `priority` or `urgency`, and `level` the id of a priority, `none`, or an urgency.
    `service_id` is empty, or the service that has these times of its own.
    """

    words: ClassVar = "response targets"
    why: ClassVar = "the client's times within which incidents are acknowledged and resolved"

    by: str = Field(primary_key=True)
    level: str = Field(primary_key=True)
    service_id: str = Field(default="", primary_key=True)
    acknowledge_seconds: int | None = None
    resolve_seconds: int | None = None


class TimelineDate(Revised, table=True):
    """Something that happened on a day, such as a reorganisation or a release.

    `subject_type` is empty, or `service` or `escalation_policy`, of which `subject_id` is the one
    that it concerns.
    """

    words: ClassVar = "dates of the timeline"
    why: ClassVar = "what happened when, to compare figures before and after it"
    free: ClassVar = ("name",)

    id: str = Field(primary_key=True)
    happened_on: date
    name: str
    kind: str
    subject_type: str = ""
    subject_id: str = ""


class Logo(Revised, table=True):
    """The client's logo, as a picture that Corvana wrote itself (`assessment.logo`).

    It is apart from the settings, which every page reads.
    """

    words: ClassVar = "the client's logo"
    why: ClassVar = "the first page of the report and the deck"
    free: ClassVar = ("content",)

    media_type: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
