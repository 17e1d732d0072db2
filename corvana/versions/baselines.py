"""Baselines: data versions that are kept whole until somebody deletes them.

`<folder>/<connection>/baselines/<baseline>` is laid out like the folder of a connection that has
one version. So every function that reads a version reads a baseline, too: its *place* stands for
the connection's id. The files of a version are never changed. On a disk a baseline therefore shares
them by hard links, and takes disk of its own only for what later versions no longer use. Where the
disk knows no hard links, and in an object store, the files are copied.

The manifest is written last: a baseline without one was interrupted, and is no baseline.
"""

import time
from collections.abc import Collection
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from corvana.errors import VersionMissing
from corvana.snapshot_folder import Folder
from corvana.versions.files import delete_versions
from corvana.versions.kept.naming import BASELINES
from corvana.versions.kept.places import kept_in
from corvana.versions.manifest import publish_manifest, read_manifest

_UNDER_WAY_SECONDS: Final = 3600.0
"""So long a folder may be one that is still being written."""


class Disk(NamedTuple):
    """The bytes of a baseline's files, and of those the bytes that no other version uses."""

    every: int
    own: int


def place_of(connection_id: str, baseline_id: str) -> str:
    """Return what stands for a connection's id where a baseline is read instead."""
    return str(PurePosixPath(connection_id, BASELINES, baseline_id))


def freeze(folder: Folder, connection_id: str, version: int, baseline_id: str) -> None:
    """Keep a version under the id of a new baseline, whole or not at all.

    Raises `VersionMissing` if the version was replaced or the connection deleted meanwhile, and
    `OSError` if the disk is full; nothing is left then.
    """
    manifest = read_manifest(folder, connection_id, version)
    place = place_of(connection_id, baseline_id)
    files = [file for parts in manifest.files.values() for file in parts.values()]
    try:
        kept_in(folder).freeze(
            connection_id, {file: manifest.checks.get(file) for file in files}, place
        )
        publish_manifest(folder, place, manifest, {})
    except FileNotFoundError as error:
        delete_versions(folder, place)
        raise VersionMissing("this data version has been replaced") from error
    except BaseException:
        delete_versions(folder, place)
        raise


def delete(folder: Folder, connection_id: str, baseline_id: str) -> int:
    """Delete the files of a baseline; return how many there were."""
    return delete_versions(folder, place_of(connection_id, baseline_id))


def disk(folder: Folder, connection_id: str, baseline_id: str) -> Disk:
    """Return how much disk a baseline takes; nothing if it is not there."""
    return Disk(*kept_in(folder).disk(place_of(connection_id, baseline_id)))


def has_any(folder: Folder, connection_id: str) -> bool:
    """Return whether a connection has files of a baseline, also of an interrupted one."""
    return bool(kept_in(folder).baselines(connection_id))


def delete_unknown(folder: Folder, connection_id: str, known: Collection[str]) -> int:
    """Delete what an interrupted freeze or deletion left; return how many folders there were.

    `known` are the ids of the connection's baselines. A folder of the last hour may still be under
    way, and stays.
    """
    left = [
        baseline
        for baseline, written_at in kept_in(folder).baselines(connection_id).items()
        if baseline not in known and time.time() - written_at > _UNDER_WAY_SECONDS
    ]
    for baseline in left:
        delete(folder, connection_id, baseline)
    return len(left)
