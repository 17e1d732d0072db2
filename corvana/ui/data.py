"""What pages read: the frames of a connection."""

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import pandas as pd
import streamlit as st

from corvana.errors import SnapshotMissing
from corvana.snapshot import Snapshot, open_snapshot
from corvana.store import connections
from corvana.store.models import CollectionRun, Connection
from corvana.ui.access import Access
from corvana.ui.process import engine, settings

Status = Literal["connected", "collecting", "disconnected"]
_OLDER_VERSIONS: Final = 20
"""How many versions a page may be behind and still have its frames dropped by the newest one."""


@dataclass(frozen=True, slots=True)
class SnapshotView:
    """One data version's frames, and how the connection behind it is doing right now."""

    snapshot: Snapshot
    connection_id: str
    version: int
    status: Status
    progress: float | None
    requested_since: datetime
    collected_at: datetime

    def frame(self, name: str) -> pd.DataFrame:
        """Return a frame of `corvana.frames`; shared between sessions, so never change it."""
        return self.snapshot.frame(name)

    @property
    def as_of(self) -> datetime:
        return self.snapshot.as_of

    @property
    def covered_since(self) -> datetime | None:
        """From here on every incident is complete; None while nothing is."""
        return self.snapshot.covered_since

    @property
    def incomplete(self) -> tuple[str, ...]:
        """What PagerDuty did not give, in plain words."""
        return tuple(self.snapshot.incomplete)


@st.cache_resource(max_entries=4, show_spinner=False)
def _frames(connection_id: str, version: int) -> Snapshot:
    for older in range(max(1, version - _OLDER_VERSIONS), version):
        _frames.clear(connection_id, older)
    return open_snapshot(settings().snapshot_dir, connection_id, version)


def forget_frames() -> None:
    """Drop every frame and result held in memory; nothing of a deleted account may stay."""
    st.cache_resource.clear()
    st.cache_data.clear()


def current_connection(access: Access) -> Connection | None:
    """Return the engagement's connection unless it is being deleted; one small query."""
    connection = connections.of_engagement(engine(), access.engagement_id)
    return None if connection is None or connection.status == "deleting" else connection


def current_version(access: Access) -> int | None:
    """Return the newest data version of the engagement's connection."""
    connection = current_connection(access)
    return None if connection is None else connection.data_version


def current_snapshot(access: Access) -> SnapshotView | None:
    """Return the newest frames, or None when the engagement has no connection."""
    for _ in range(3):
        connection = current_connection(access)
        if connection is None:
            return None
        with contextlib.suppress(SnapshotMissing):  # replaced by a newer version in between
            return snapshot_of(connection)
    return None


def snapshot_of(connection: Connection) -> SnapshotView:
    """Return a connection's newest frames. Raises `SnapshotMissing`."""
    frames = _frames(connection.id, connection.data_version)
    return _view(frames, connection, connections.latest_run(engine(), connection.id))


def _view(frames: Snapshot, connection: Connection, run: CollectionRun | None) -> SnapshotView:
    now = datetime.now(UTC)
    until = run.until if run else now
    return SnapshotView(
        snapshot=frames,
        connection_id=connection.id,
        version=connection.data_version,
        status=status_of(connection, run),
        progress=progress_of(run),
        requested_since=until - timedelta(days=settings().backfill_days),
        collected_at=connection.collected_at or connection.connected_at,
    )


def status_of(connection: Connection, run: CollectionRun | None) -> Status:
    """Collecting from the moment a run is asked for, also while it is queued, until it ends."""
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
