"""From stored rows to a new data version: the touched months are rebuilt, the others kept."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session

from corvana import snapshot
from corvana.collectors import incidents, log_entries, schedules, windows
from corvana.collectors.context import Context
from corvana.collectors.rebuild import Month, rebuild
from corvana.collectors.windows import Window
from corvana.errors import LeaseLost, SnapshotMissing
from corvana.store import queries
from corvana.store.models import Connection
from corvana.store.noun_statuses import has_failed


def months(spans: Iterable[tuple[datetime, datetime]]) -> set[str]:
    """The calendar months (UTC, `2026-11`) the spans touch."""
    touched: set[str] = set()
    for since, until in spans:
        month = _first_of(since) if since < until else until
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
    manifest = snapshot.Manifest(version, as_of, covered, holes, carried.files if carried else {})
    rebuilt = touched | _newly_covered(carried, covered, as_of)
    try:
        written = {
            "incidents": _rebuilt(context, folder, manifest, rebuilt),
            **_small_frames(context, folder, version),
        }
        snapshot.publish_manifest(folder, context.connection_id, manifest, written)
    except FileNotFoundError:
        with context.transaction():  # `LeaseLost` when a deletion took the folder away
            raise
    _announce(context, folder, version, as_of)
    snapshot.prune_versions(folder, context.connection_id, version)
    return version


def _rebuilt(
    context: Context, folder: Path, manifest: snapshot.Manifest, touched: set[str]
) -> dict[str, str]:
    """The touched months' files, written anew."""
    if manifest.covered_since is None:
        return {}
    months = {
        month: Month(
            context.connection_id,
            _visible(month, manifest.covered_since, manifest.as_of),
            manifest.as_of,
            snapshot.Part(folder, context.connection_id, "incidents", month, manifest.version),
        )
        for month in sorted(touched)
    }
    return rebuild(context.engine, months)


def _small_frames(context: Context, folder: Path, version: int) -> dict[str, dict[str, str]]:
    """The frames that are written whole every time."""
    connection_id = context.connection_id
    with context.engine.connect() as connection:
        frames = {
            "labels": queries.labels(connection, connection_id),
            "responders": queries.responders(connection, connection_id),
            "services": queries.services(connection, connection_id),
            "shifts": queries.shifts(connection, connection_id),
        }
    return {
        name: {"all": snapshot.Part(folder, connection_id, name, "all", version).write(frame)}
        for name, frame in frames.items()
    }


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
    """Where all dated nouns reach back to without a hole; None while one has nothing.

    An account whose schedules cannot be had is shown without them.
    """
    reaches = [
        windows.covered_since(until, windows.finished(session, connection_id, noun))
        for noun in (incidents.NOUN, log_entries.NOUN, schedules.NOUN)
        if noun != schedules.NOUN or not has_failed(session, connection_id, noun)
    ]
    known = [reach for reach in reaches if reach is not None]
    return max(known) if len(known) == len(reaches) else None


def _visible(month: str, covered: datetime, as_of: datetime) -> Window:
    since = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    return Window(max(since, covered), min(_next(since), as_of))


def _first_of(instant: datetime) -> datetime:
    return datetime(instant.year, instant.month, 1, tzinfo=UTC)


def _next(month: datetime) -> datetime:
    return datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=UTC)
