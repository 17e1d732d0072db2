"""Files of data that belong to no connection or baseline any more."""

import time
from functools import partial
from typing import Final

from sqlalchemy import Engine

from corvana.config import Settings, load_settings
from corvana.jobs import freezing, wishes
from corvana.jobs.forgetting import is_going
from corvana.jobs.one_by_one import each
from corvana.snapshot_folder import Folder, ObjectStore
from corvana.store import connections, purge
from corvana.store.engine import open_database
from corvana.versions.files import delete_versions
from corvana.versions.kept.places import kept_in

STORE_EVERY: Final = 600.0
"""Seconds between looks at an object store, where every look costs requests."""


class Looks:
    """When this process looked at which object store."""

    def __init__(self) -> None:
        self._next_at: dict[ObjectStore, float] = {}

    def is_due(self, folder: Folder) -> bool:
        """Return whether to look now; a folder on a disk always is."""
        now = time.monotonic()
        if not isinstance(folder, ObjectStore):
            return True
        if now < self._next_at.get(folder, 0.0):
            return False
        self._next_at[folder] = now + STORE_EVERY
        return True

    def clear(self) -> None:
        """Look at the next opportunity."""
        self._next_at.clear()


looks: Final = Looks()
"""Of this process."""


def remove_orphans() -> None:
    """Delete the files of data that belong to no connection or baseline any more.

    Only folders with a name that we give are touched. A database that knows no connection at all
    may be the wrong one; then only the files of connections deleted within the last hour go.
    """
    settings = load_settings()
    engine = open_database(settings.database_url)
    due = [folder for folder in settings.every_folder if looks.is_due(folder)]
    each([remove_copies, *(partial(_remove, settings, engine, folder) for folder in due)])


def remove_copies() -> None:
    """Delete this node's copies of what is deleted, or is to be: its processes may never have read
    it. Nothing is asked of the object store, and for a wish nothing of the database."""
    settings = load_settings()
    folder = settings.copies_dir
    found = {home for home in kept_in(folder).homes() if wishes.is_our_naming(home)}
    wished = {home for home in found if wishes.is_kept(settings.wishes_dir, home)}
    for home in sorted(wished):
        delete_versions(folder, home)
    copied = found - wished
    if not copied:
        return
    engine = open_database(settings.database_url)
    known = connections.listed(engine)
    if not known and not purge.has_known_any(engine):
        return  # it may be the wrong database
    staying = {one.id for one in known if not is_going(settings, one)}
    for home in sorted(copied - staying):
        delete_versions(folder, home)
    freezing.delete_interrupted(engine, folder)


def look_at_store() -> None:
    """Ask an object store whether it is there, so that pages can say so. Raises `SnapshotsAway`."""
    kept_in(load_settings().versions).look()


def _remove(settings: Settings, engine: Engine, folder: Folder) -> None:
    there = {home for home in kept_in(folder).homes() if wishes.is_our_naming(home)}
    deleted = set(wishes.lately_done(settings.wishes_dir))
    if not there:
        return
    known = {connection.id for connection in connections.listed(engine)}
    orphans = there - known if known else there & deleted
    steps = [partial(delete_versions, folder, name) for name in sorted(orphans)]
    each([*steps, partial(freezing.delete_interrupted, engine, folder)])
