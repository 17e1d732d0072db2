"""The data of a page: the frames of one data version, and the state of its connection."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Self

import pandas as pd

from corvana.questions.cache import Cache
from corvana.store.models import CollectionRun, Connection
from corvana.versions.files import DataVersion

Status = Literal["connected", "collecting", "disconnected"]


@dataclass(frozen=True, slots=True)
class View:
    """One data version, the state of its connection, and the cache of its questions.

    `requested_since` is the requested start of the collection.
    """

    data: DataVersion
    connection_id: str
    version: int
    status: Status
    progress: float | None
    requested_since: datetime
    collected_at: datetime
    cache: Cache = field(default_factory=Cache, repr=False, compare=False)

    @classmethod
    def of_version(cls, data: DataVersion) -> Self:
        """Return the view of a data version without a connection, with its own cache."""
        return cls(
            data=data,
            connection_id=data.connection_id,
            version=data.version,
            status="connected",
            progress=None,
            requested_since=data.covered_since or data.as_of,
            collected_at=data.as_of,
        )

    def frame(self, name: str) -> pd.DataFrame:
        """Return a frame of `corvana.frames`; shared between sessions, so never change it."""
        return self.data.frame(name)

    @property
    def as_of(self) -> datetime:
        return self.data.as_of

    @property
    def covered_since(self) -> datetime | None:
        """The instant from which all incidents are complete; None if none are."""
        return self.data.covered_since

    @property
    def since(self) -> datetime:
        """The earliest start of a period: the start of complete collection, if there is any."""
        return self.covered_since or self.requested_since

    @property
    def analysed_as_of(self) -> datetime | None:
        """The `as_of` of the version the findings were made from; None while there are none."""
        return self.data.analysed_as_of

    @property
    def incomplete(self) -> tuple[str, ...]:
        """The parts of the data that PagerDuty did not give, in plain words."""
        return tuple(self.data.incomplete)

    @property
    def unknown_zones(self) -> int:
        """How many responders, schedules and services have a time zone that is not known."""
        return self.data.unknown_zones

    @property
    def status_without_log(self) -> int:
        """The number of incidents whose present status no log entry tells."""
        return int(self.frame("incidents")["status_without_log"].sum())


def view_of(
    data: DataVersion,
    connection: Connection,
    run: CollectionRun | None,
    *,
    backfill: timedelta,
    now: datetime,
    cache: Cache,
) -> View:
    """Return the view of a connection's newest frames. `run` is its latest run."""
    until = run.until if run else now
    return View(
        data=data,
        connection_id=connection.id,
        version=data.version,
        status=status_of(connection, run),
        progress=progress_of(run),
        requested_since=until - backfill,
        collected_at=connection.collected_at or connection.connected_at,
        cache=cache,
    )


def status_of(connection: Connection, run: CollectionRun | None) -> Status:
    """Return the state: `collecting` from the request of a run until its end, queued or running."""
    if connection.status != "connected":
        return "disconnected"
    running = run is not None and run.status == "running"
    waiting = connection.requested_at is not None or connection.lease_holder is not None
    return "collecting" if running or waiting else "connected"


def progress_of(run: CollectionRun | None) -> float | None:
    """Return the finished share of the running run's windows; None when none is running."""
    if run is None or run.status != "running" or run.windows_total <= 0:
        return None
    return min(1.0, run.windows_done / run.windows_total)
