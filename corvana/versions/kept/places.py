"""What keeps the files of data versions, whichever kind of folder it is."""

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from corvana.snapshot_folder import Folder, ObjectStore
from corvana.versions.kept.in_store import InStore
from corvana.versions.kept.naming import Check
from corvana.versions.kept.on_disk import OnDisk


class Kept(Protocol):
    """The files of data versions. `home` is a connection's id, or the place of a baseline.

    Every method raises `FileNotFoundError` for what is not there, `OSError` for a disk that fails,
    and `SnapshotsAway` for an object store that cannot be reached.
    """

    @property
    def is_away(self) -> bool:
        """Whether an object store could not be reached when it was last asked."""
        ...

    def look(self) -> None:
        """Ask an object store whether it is there."""
        ...

    def draft(self, home: str, file: str) -> Path:
        """Return where a new file is written on this computer."""
        ...

    def bring(self, home: str, files: Collection[str]) -> Mapping[str, Check]:
        """Bring written files to where everybody reads them; return their checks, if there are
        any."""
        ...

    def announce(self, home: str, version: int, manifest: bytes) -> None:
        """Write the manifest of a version, whole or not at all, once all its files are there."""
        ...

    def manifest(self, home: str, version: int) -> bytes:
        """Return the manifest of a version."""
        ...

    def fetch(self, home: str, files: Mapping[str, Check]) -> None:
        """Have files on this computer, as far as there is room for them."""
        ...

    def source(self, home: str, file: str, check: Check | None) -> Path | pa.BufferReader:
        """Return what pyarrow reads a file of frames from."""
        ...

    def fingerprint(self, home: str, file: str, check: Check | None) -> bytes:
        """Return what is the same exactly if the content of a file is the same."""
        ...

    def prune(self, home: str, current: int, shown: int = 0) -> None:
        """Delete versions that no page can still open, and files that no version refers to."""
        ...

    def are_there(self, home: str, files: Mapping[str, Check | None]) -> bool:
        """Return whether all files are there. What is in them is looked at when they are read."""
        ...

    def count(self, home: str) -> int:
        """Return how many files there are."""
        ...

    def delete(self, home: str) -> int:
        """Delete every file; return how many there were."""
        ...

    def has(self, home: str, name: str) -> bool:
        """Return whether there are prepared results of that name."""
        ...

    def read(self, home: str, name: str) -> bytes:
        """Return prepared results."""
        ...

    def prepared(self, home: str) -> list[str]:
        """Return the names of all prepared results."""
        ...

    def write(self, home: str, name: str, content: bytes) -> None:
        """Write prepared results, whole or not at all."""
        ...

    def freeze(self, home: str, files: Mapping[str, Check | None], baseline: str) -> None:
        """Keep files in the place of a new baseline, too."""
        ...

    def disk(self, home: str) -> tuple[int, int]:
        """Return the bytes of the files, and of those the bytes that no other version uses."""
        ...

    def homes(self) -> set[str]:
        """Return the names of all connections with files."""
        ...

    def baselines(self, home: str) -> Mapping[str, float]:
        """Return the ids of the baselines with files, also of interrupted ones, with the second
        at which each was last written."""
        ...


def kept_in(folder: Folder) -> Kept:
    """Return what keeps the files of a folder of data versions."""
    return _in_store(folder) if isinstance(folder, ObjectStore) else OnDisk(folder)


@cache
def _in_store(store: ObjectStore) -> InStore:
    return InStore(store)
