"""From stored rows to a new data version: the touched months are rebuilt, the others kept."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from sqlmodel import Session

from corvana import snapshot
from corvana.analysis.lifecycle import build_lifecycle
from corvana.collectors import incidents, log_entries, schedules, windows
from corvana.collectors.context import Context
from corvana.errors import LeaseLost, SnapshotMissing
from corvana.store import queries
from corvana.store.models import Connection


def months(spans: Iterable[tuple[datetime, datetime]]) -> set[str]:
    """The calendar months (UTC, `2026-11`) the spans touch."""
    touched: set[str] = set()
    for since, until in spans:
        month = _first_of(since)
        while month < until:
            touched.add(f"{month:%Y-%m}")
            month = _next(month)
    return touched


def publish(context: Context, folder: Path, touched: set[str], as_of: datetime) -> int:
    """Write and announce a new version; return its number.

    Only incidents whose whole life lies in collected windows are in it. Raises `LeaseLost` when the
    connection is no longer ours; what was written is then taken away again.
    """
    with Session(context.engine) as session:
        connection = session.get(Connection, context.connection_id)
        if connection is None:
            raise LeaseLost("the connection was deleted while publishing")
        version = connection.data_version + 1
        covered = _covered_since(session, context.connection_id, as_of)
        holes = tuple(
            f"{row.noun} {row.since:%Y-%m-%d %H:%M}–{row.until:%Y-%m-%d %H:%M}"
            for row in windows.incomplete(session, context.connection_id)
        )
        carried = _carried(folder, context.connection_id, version - 1)
        rebuilt = touched | _newly_covered(carried, covered, as_of)
        parts = {
            "incidents": {
                month: _month(session, context.connection_id, month, covered, as_of)
                for month in sorted(rebuilt)
                if covered
            },
            "labels": {"all": queries.labels(session.connection(), context.connection_id)},
            "responders": {"all": queries.responders(session.connection(), context.connection_id)},
            "services": {"all": queries.services(session.connection(), context.connection_id)},
            "shifts": {"all": queries.shifts(session.connection(), context.connection_id)},
        }
    manifest = snapshot.Manifest(version, as_of, covered, holes, carried.files if carried else {})
    try:
        snapshot.write_snapshot(folder, context.connection_id, manifest, parts)
    except FileNotFoundError:
        with context.transaction():  # `LeaseLost` when a deletion took the folder away
            raise
    _announce(context, folder, version, as_of)
    snapshot.prune_versions(folder, context.connection_id, version)
    return version


def _newly_covered(
    carried: snapshot.Manifest | None, covered: datetime | None, as_of: datetime
) -> set[str]:
    """Months that come into view, in whole or in part, because coverage reaches further back."""
    if covered is None:
        return set()
    before = (carried and carried.covered_since) or as_of
    return months([(min(covered, before), max(covered, before))])


def _announce(context: Context, folder: Path, version: int, as_of: datetime) -> None:
    try:
        with context.transaction() as session:
            connection = session.get_one(Connection, context.connection_id)
            connection.data_version, connection.collected_at = version, as_of
            session.add(connection)
    except LeaseLost:
        with Session(context.engine) as session:
            if session.get(Connection, context.connection_id) is None:
                snapshot.delete_snapshots(folder, context.connection_id)
        raise


def _carried(folder: Path, connection_id: str, version: int) -> snapshot.Manifest | None:
    if version == 0:
        return None
    try:
        return snapshot.read_manifest(folder, connection_id, version)
    except SnapshotMissing:
        return None


def _covered_since(session: Session, connection_id: str, until: datetime) -> datetime | None:
    """Where all dated nouns reach back to without a hole; None while one has nothing."""
    reaches = [
        windows.covered_since(until, windows.finished(session, connection_id, noun))
        for noun in (incidents.NOUN, log_entries.NOUN, schedules.NOUN)
    ]
    known = [reach for reach in reaches if reach is not None]
    return max(known) if len(known) == len(reaches) else None


def _month(
    session: Session, connection_id: str, month: str, covered: datetime, as_of: datetime
) -> pd.DataFrame:
    since = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    span = (max(since, covered), min(_next(since), as_of))
    connection = session.connection()
    return build_lifecycle(
        queries.incident_rows(connection, connection_id, *span),
        queries.log_entries(connection, connection_id, *span),
        queries.joined(connection, connection_id, *span),
        queries.rules(connection, connection_id),
        queries.shifts(connection, connection_id),
        queries.services(connection, connection_id),
        as_of=pd.Timestamp(as_of),
    )


def _first_of(instant: datetime) -> datetime:
    return datetime(instant.year, instant.month, 1, tzinfo=UTC)


def _next(month: datetime) -> datetime:
    return datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=UTC)
