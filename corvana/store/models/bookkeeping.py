"""The application's own tables: engagements, connections and the progress of collection."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import JSON, BigInteger, Column, LargeBinary
from sqlmodel import Field, SQLModel

from corvana.store.instant import Instant
from corvana.store.models.collected import Collected, Use


class Engagement(SQLModel, table=True):
    """One assessment of one client.

    `viewers_take_report`: viewers may download the report, and nothing else.
    `delete_after_days`: so many days after closing, what was collected is deleted; None: by nobody.
    """

    id: str = Field(primary_key=True)
    name: str
    status: str = "active"
    created_at: datetime = Field(sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    viewers_take_report: bool = False
    delete_after_days: int | None = None


class OAuthState(SQLModel, table=True):
    """A connection attempt that waits for PagerDuty's redirect; used once, valid ten minutes.

    `begun_by` is a person's id, or one of the names of `people.audit` for nobody signed in.
    `link_hash` is the connect link that the attempt was begun with.
    """

    state_hash: str = Field(primary_key=True)
    browser_hash: str
    engagement_id: str
    verifier: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    expires_at: datetime = Field(sa_type=Instant)
    begun_by: str
    link_hash: str | None = None


class Connection(SQLModel, table=True):
    """One PagerDuty account connected to an engagement.

    `is_sealed`: ids, names and pseudonyms of the account are stored sealed with a key of its own
    (`store.keys`), here `account_id` and `account_label`.
    `analyse_at`: when somebody changed the settings that findings and figures rest on, until they
    are worked out again.
    `data_version`: the newest. `prepared_version`: the newest whose usual results were worked out
    and still hold for the newest one (`versions.shown`); 0 for none.
    `last_version_begun`: the highest number that a data version was begun with. No number is used
    twice, so that a worker that lost its lease overwrites nothing of the one that has it.
    """

    used_for: ClassVar = {
        "connected_role": Use("whether all is seen", "corvana.doctor.gathering._connection")
    }

    id: str = Field(primary_key=True)
    engagement_id: str = Field(index=True)
    account_id: str
    account_label: str
    region: str
    audience: str
    connected_role: str
    partial: bool = False
    is_sealed: bool = False
    status: str = "connected"
    status_reason: str | None = None
    connected_at: datetime = Field(sa_type=Instant)
    collected_at: datetime | None = Field(default=None, sa_type=Instant)
    requested_at: datetime | None = Field(default=None, sa_type=Instant)
    next_run_at: datetime | None = Field(default=None, sa_type=Instant)
    analyse_at: datetime | None = Field(default=None, sa_type=Instant)
    data_version: int = 0
    prepared_version: int = 0
    last_version_begun: int = 0
    lease_holder: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=Instant)

    @property
    def shown_version(self) -> int:
        """The data version that pages show."""
        return self.prepared_version or self.data_version


class Secret(SQLModel, table=True):
    """Encrypted tokens and pseudonym key of a connection. A purge deletes them first.

    A sealed connection has no `pseudonym_key` here, and its tokens are encrypted with a key of its
    own: both keys lie in `store.keys`.
    """

    connection_id: str = Field(primary_key=True)
    tokens: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    pseudonym_key: bytes | None = Field(sa_column=Column(LargeBinary, nullable=True))
    expires_at: datetime = Field(sa_type=Instant)


class NounStatus(Collected, table=True):
    """When a noun was last read, and the error of the last failed reading.

    `error` is the name of an error class, never its message.
    """

    words: ClassVar = "when each kind of data was last read"

    connection_id: str = Field(primary_key=True)
    noun: str = Field(primary_key=True)
    attempted_at: datetime = Field(sa_type=Instant)
    succeeded_at: datetime | None = Field(default=None, sa_type=Instant)
    rows: int = 0
    error: str | None = None


class CollectionWindow(Collected, table=True):
    """A span of time of one noun that was collected, in full or `incomplete`."""

    words: ClassVar = "collected windows"

    connection_id: str = Field(primary_key=True)
    noun: str = Field(primary_key=True)
    since: datetime = Field(primary_key=True, sa_type=Instant)
    until: datetime = Field(primary_key=True, sa_type=Instant)
    rows: int
    incomplete: bool = False
    finished_at: datetime = Field(sa_type=Instant)


class CollectionRun(Collected, table=True):
    """One run of the collectors over one connection, and its progress.

    `last_request_at` and `paused_until` are what the run has used of PagerDuty's rate limit, by the
    database's clock: the next run of the connection heeds them, at whatever worker.
    """

    words: ClassVar = "collection runs"

    id: str = Field(primary_key=True)
    connection_id: str = Field(index=True)
    status: str = "running"
    trigger: str = "schedule"
    started_at: datetime = Field(sa_type=Instant)
    finished_at: datetime | None = Field(default=None, sa_type=Instant)
    until: datetime = Field(sa_type=Instant)
    windows_total: int = 0
    windows_done: int = 0
    rows: int = 0
    requests: int = 0
    unreadable: int = 0
    duplicates: int = 0
    without_incident: int = 0
    unknown_types: int = 0
    odd_parts: int = 0
    last_request_at: datetime | None = Field(default=None, sa_type=Instant)
    paused_until: datetime | None = Field(default=None, sa_type=Instant)
    activity: str = ""
    error: str | None = None


class OddShape(Collected, table=True):
    """Something that did not fit the contract: where, the problem and the kind of value, no value.

    `times` counts over all runs of the connection.
    """

    words: ClassVar = "shapes of what could not be read"

    connection_id: str = Field(primary_key=True)
    path: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    problem: str = Field(primary_key=True)
    given: str = Field(primary_key=True)
    times: int = Field(sa_type=BigInteger)


class FindingSeen(Collected, table=True):
    """What analyses one after the other saw of a finding (FINDING_SEEN).

    One row for each stretch in which they saw the same, from the first analysis of the stretch
    (`since`) to the last one (`until`).
    """

    words: ClassVar = "what the analyses saw of each finding"

    connection_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    since: datetime = Field(primary_key=True, sa_type=Instant)
    until: datetime = Field(sa_type=Instant)
    seen: str
    effect: float
    is_read_off: bool


class WorkerHeartbeat(SQLModel, table=True):
    """When a worker was last alive."""

    worker_id: str = Field(primary_key=True)
    started_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)


class Receipt(SQLModel, table=True):
    """The record of a disconnect: counts of deleted rows and times, no metadata of the account."""

    id: str = Field(primary_key=True)
    engagement_id: str = Field(index=True)
    requested_at: datetime = Field(sa_type=Instant)
    completed_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked: bool | None = None
    counts: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
