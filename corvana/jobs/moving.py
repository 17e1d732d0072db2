"""Moving data versions and baselines from the folder they lay in into an object store."""

import shutil
from dataclasses import replace
from pathlib import Path

from corvana.config import load_settings
from corvana.errors import ConfigError, VersionMissing
from corvana.snapshot_folder import Folder, ObjectStore
from corvana.store import connections
from corvana.store.engine import open_database
from corvana.store.written import baselines as written
from corvana.versions import baselines
from corvana.versions.kept.places import kept_in
from corvana.versions.manifest import publish_manifest, read_manifest


def move_snapshots() -> dict[str, int]:
    """Copy the versions that pages show, and all baselines, from the folder to the object store.

    What is there already is left alone, so it can be begun again. The folder stays as it is. Return
    how many of each are in the store now.

    Raises
    ------
    ConfigError
        No object store is set.
    SnapshotsAway
        The object store cannot be reached.
    """
    settings = load_settings()
    source, to = settings.versions_dir, settings.versions
    if not isinstance(to, ObjectStore):
        raise ConfigError("CORVANA_SNAPSHOT_URL is not set: there is nowhere to move data to")
    engine = open_database(settings.database_url)
    moved = {"versions": 0, "baselines": 0}
    for connection in connections.listed(engine):
        for version in {connection.data_version, connection.shown_version} - {0}:
            moved["versions"] += _is_moved(source, to, connection.id, version)
        for baseline in written.listed(engine, connection.engagement_id):
            place = baselines.place_of(connection.id, baseline.id)
            moved["baselines"] += _is_moved(source, to, place, baseline.version)
    return moved


def _is_moved(source: Path, to: Folder, home: str, version: int) -> bool:
    """Copy a version, the manifest last. False when it is in neither place."""
    if _is_there(to, home, version):
        return True
    if not _is_there(source, home, version):
        return False
    manifest, kept = read_manifest(source, home, version), kept_in(to)
    for parts in manifest.files.values():
        for file in parts.values():
            shutil.copyfile(source / home / file, kept.draft(home, file))
    publish_manifest(to, home, replace(manifest, files={}), manifest.files)
    return True


def _is_there(folder: Folder, home: str, version: int) -> bool:
    try:
        read_manifest(folder, home, version)
    except VersionMissing:
        return False
    return True
