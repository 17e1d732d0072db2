"""Who may use Corvana, and who did what. These are people of the consultancy and its clients.

They are not people of a PagerDuty account, who are kept as pseudonyms only.
"""

from datetime import datetime

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from corvana.store.instant import Instant


class Person(SQLModel, table=True):
    """Somebody who may sign in.

    `issuer` and `subject` name the person at the sign-in provider. They are empty until an invited
    person signs in for the first time with the e-mail address of the invitation.
    """

    __table_args__ = (UniqueConstraint("issuer", "subject", name="uq_person_issuer_subject"),)

    id: str = Field(primary_key=True)
    email: str = Field(index=True)
    issuer: str | None = None
    subject: str | None = None
    is_administrator: bool = False
    invited_at: datetime = Field(sa_type=Instant)


class Membership(SQLModel, table=True):
    """The role of a person in one engagement."""

    engagement_id: str = Field(primary_key=True)
    person_id: str = Field(primary_key=True, index=True)
    role: str


class GroupRole(SQLModel, table=True):
    """The role in one engagement of everybody in a group of the sign-in provider."""

    engagement_id: str = Field(primary_key=True)
    group: str = Field(primary_key=True)
    role: str


class SignIn(SQLModel, table=True):
    """A session of a signed-in person. Only a digest of its token is stored.

    `groups` are the groups that the provider named at this sign-in.
    """

    token_hash: str = Field(primary_key=True)
    person_id: str = Field(index=True)
    groups: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    started_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)


class ConnectLink(SQLModel, table=True):
    """A link with which a client's admin connects PagerDuty to one engagement, once."""

    token_hash: str = Field(primary_key=True)
    engagement_id: str = Field(index=True)
    made_by: str | None = None
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)


class AuditEntry(SQLModel, table=True):
    """Something that somebody did or was refused. Rows are only ever added.

    `by` is a person's id, or says that nobody was signed in: `this computer` without sign-in,
    `command line`, `connect link`, `nobody`. `detail` is a word of the application, never a text
    that somebody wrote.
    """

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant, index=True)
    action: str
    by: str
    engagement_id: str | None = None
    detail: str = ""
