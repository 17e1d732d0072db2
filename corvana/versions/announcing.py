"""Numbers of data versions, and the transaction that makes a version the newest one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import ColumnElement, Engine, update
from sqlmodel import Session, col

from corvana.collectors.context import Held
from corvana.errors import LeaseLost
from corvana.snapshot_folder import Folder
from corvana.store.models import Connection
from corvana.versions import files, shown
from corvana.versions.manifest import Manifest


def nothing_else(_session: Session, _connection_id: str) -> None:
    """Do nothing else in the transaction that announces a version."""


def newest(session: Session, context: Held) -> int:
    """Return the number of the newest version. Raises `LeaseLost`."""
    connection = session.get(Connection, context.connection_id)
    if connection is None:
        raise LeaseLost("the connection was deleted while publishing")
    return connection.data_version


def begin(context: Held) -> tuple[int, int]:
    """Return the number of the newest version, and one for a new version that nobody else uses.

    A worker that is slow may lose its lease while it writes. Whatever it still writes then bears
    another number than what the next worker writes.
    """
    with context.transaction() as session:
        version = newest(session, context)
        connection = session.get_one(Connection, context.connection_id)
        connection.last_version_begun = max(version, connection.last_version_begun) + 1
        session.add(connection)
        return version, connection.last_version_begun


def announce(
    context: Held, folder: Folder, manifest: Manifest, also: Callable[[Session, str], None]
) -> int:
    """Make a version the newest one; return the version that pages show from now on.

    `also` is done in the same transaction. Raises `LeaseLost`.
    """
    with deleting_when_lost(context, folder), context.transaction() as session:
        connection = session.get_one(Connection, context.connection_id)
        connection.data_version = manifest.version
        prepared = connection.prepared_version
        if not shown.still_holds(folder, context.connection_id, prepared, manifest):
            connection.prepared_version = 0
        connection.collected_at = manifest.as_of
        session.add(connection)
        also(session, context.connection_id)
        return connection.shown_version


def note_prepared(engine: Engine, connection_id: str, version: int) -> None:
    """Note that the usual results of the newest version are worked out, so that pages show it from
    now on. Nothing is noted if another version was announced meanwhile."""
    _set_prepared(engine, connection_id, version, col(Connection.data_version) == version)


def drop_prepared(engine: Engine, connection_id: str, version: int) -> None:
    """Let pages show the newest version instead of this one, whose results are no longer good or
    whose files are gone."""
    if version:
        _set_prepared(engine, connection_id, 0, col(Connection.prepared_version) == version)


def _set_prepared(
    engine: Engine, connection_id: str, version: int, condition: ColumnElement[bool]
) -> None:
    with Session(engine) as session:
        session.connection().execute(
            update(Connection)
            .where(col(Connection.id) == connection_id, condition)
            .values(prepared_version=version)
        )
        session.commit()


@contextmanager
def deleting_when_lost(context: Held, folder: Folder) -> Iterator[None]:
    """Delete the files when the lease is lost because the connection was deleted."""
    try:
        yield
    except LeaseLost:
        with Session(context.engine) as session:
            is_deleted = session.get(Connection, context.connection_id) is None
        if is_deleted:
            files.delete_versions(folder, context.connection_id)
        raise
