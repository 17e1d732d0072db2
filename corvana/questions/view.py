"""The data of a page: the frames of one data version, and the state of its connection."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal, Protocol, Self

import pandas as pd

from corvana.analysis import wording
from corvana.analysis.assessment.gone_and_back import Trace
from corvana.analysis.assessment.register import Register
from corvana.analysis.assessment.targets import Target
from corvana.analysis.assessment.timeline import OwnDate
from corvana.analysis.opening import opened_labels
from corvana.assessment.settings import DEFAULTS, AssessmentSettings
from corvana.errors import NotFound, VersionMissing
from corvana.questions.cache import Cache, Key
from corvana.seal import NOT_SEALED, Seal
from corvana.store.models import Baseline, CollectionRun, Connection
from corvana.versions.files import DataVersion
from corvana.versions.manifest import Manifest

Status = Literal["connected", "collecting", "disconnected"]


class Baselines(Protocol):
    """The baselines of an engagement. They are looked up when they are asked for."""

    def listed(self) -> Sequence[Baseline]:
        """Return all, the oldest data first."""
        ...

    def manifest(self, baseline: Baseline) -> Manifest:
        """Return what is known about the data of a baseline, without reading it. Raises
        `VersionMissing` if its files are gone."""
        ...

    def data(self, baseline_id: str) -> DataVersion:
        """Return the data of a baseline. Raises `NotFound` and `VersionMissing`."""
        ...


class _None:
    def listed(self) -> Sequence[Baseline]:
        return ()

    def manifest(self, baseline: Baseline) -> Manifest:
        raise VersionMissing(f"no baseline {baseline.id}")

    def data(self, baseline_id: str) -> DataVersion:
        raise NotFound(f"no baseline {baseline_id}")


NO_BASELINES: Final[Baselines] = _None()


@dataclass(frozen=True, slots=True)
class View:
    """One data version, the state of its connection, and the cache of its questions.

    `requested_since` is the requested start of the collection. `site` is the address of the account
    in PagerDuty, empty where it is not known; `account` is its subdomain, and `is_partial` says
    whether the role that connected it sees only a part. `targets` are the response targets that the
    client set, `dates` those of the timeline, `settings` those of the assessment, `register` is
    what assessors decided about findings, and `traces` what became of each finding, by key. What
    assessors wrote changes without a new data version, so no kept result may depend on it but by
    its arguments. `is_analysing` says whether new findings are being worked out under the settings.
    `baselines` are the states that an assessor kept. `seal` opens ids, names and codes where they
    leave for a reader; in frames they stay sealed.
    """

    data: DataVersion
    connection_id: str
    version: int
    status: Status
    progress: float | None
    requested_since: datetime
    collected_at: datetime
    site: str = ""
    account: str = ""
    is_partial: bool = False
    register: Register = field(default_factory=dict, repr=False)
    traces: Mapping[str, Trace] = field(default_factory=dict, repr=False)
    targets: tuple[Target, ...] = ()
    dates: tuple[OwnDate, ...] = ()
    settings: AssessmentSettings = DEFAULTS
    is_analysing: bool = False
    baselines: Baselines = field(default=NO_BASELINES, repr=False, compare=False)
    seal: Seal = field(default=NOT_SEALED, repr=False, compare=False)
    cache: Cache = field(default_factory=Cache, repr=False, compare=False)

    @classmethod
    def of_version(
        cls,
        data: DataVersion,
        register: Register = MappingProxyType({}),
        settings: AssessmentSettings = DEFAULTS,
        seal: Seal = NOT_SEALED,
    ) -> Self:
        """Return the view of a data version without a connection, with its own cache."""
        return cls(
            data=data,
            connection_id=data.connection_id,
            version=data.version,
            status="connected",
            progress=None,
            requested_since=data.covered_since or data.as_of,
            collected_at=data.as_of,
            register=register,
            settings=settings,
            seal=seal,
        )

    def key(self, asked: Hashable = None) -> Key:
        """Return the key of something that rests on this data under these settings."""
        return Key(self.connection_id, self.version, asked, self.settings.digest)

    def frame(self, name: str) -> pd.DataFrame:
        """Return a frame of `corvana.frames`; shared between sessions, so never change it.

        LABELS of a sealed connection come with their names opened (`opening.opened_labels`).
        """
        found = self.data.frame(name)
        if name != "labels" or self.seal is NOT_SEALED:
            return found
        incidents = self.data.frame("incidents")
        return self.cache.labels.get(
            self.key("labels"), lambda: opened_labels(found, incidents, self.seal)
        )

    def code_of(self, responder: str) -> str:
        """Return the code that stands for a responder."""
        return wording.responder(self.seal.opened(responder))

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

    def is_recognisable(self, people: int) -> bool:
        """Whether a group is smaller than the smallest about whose members anything is shown."""
        return people < self.settings.smallest_group

    @property
    def rests_on_other_settings(self) -> bool:
        """Whether findings and scorecard were made under other settings than the present ones."""
        return self.data.rests_on.digest != self.settings.basis.digest

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
    seal: Seal = NOT_SEALED,
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
        account=seal.opened(connection.account_label),
        is_partial=connection.partial,
        seal=seal,
        is_analysing=connection.analyse_at is not None,
        cache=cache,
    )


def status_of(connection: Connection, run: CollectionRun | None) -> Status:
    """Return the state: `collecting` from the request of a run until its end, queued or running.

    While the data at hand is analysed anew, nothing is collected, although the lease is held.
    """
    if connection.status != "connected":
        return "disconnected"
    running = run is not None and run.status == "running"
    is_held = connection.lease_holder is not None and connection.analyse_at is None
    waiting = connection.requested_at is not None or is_held
    return "collecting" if running or waiting else "connected"


def progress_of(run: CollectionRun | None) -> float | None:
    """Return the finished share of the running run's windows; None when none is running."""
    if run is None or run.status != "running" or run.windows_total <= 0:
        return None
    return min(1.0, run.windows_done / run.windows_total)
