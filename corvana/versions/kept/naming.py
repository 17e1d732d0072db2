"""Names of the files of a data version, and which of them are out of date."""

import re
from collections.abc import Iterable, Set
from pathlib import PurePosixPath
from typing import Final, NamedTuple

BASELINES: Final = "baselines"
MANIFESTS: Final = "versions"
"""The folders of a connection's baselines and manifests."""
PREPARED: Final = ".prepared"
"""How the names of prepared results end."""
_KEPT_VERSIONS: Final = 3
_OF_VERSION: Final = re.compile(r"-v(\d+)\.parquet|^(\d{8})[-.]")
"""A file of frames ends with the version that wrote it; a manifest and prepared results begin with
the version they belong to."""


class Check(NamedTuple):
    """What a file in an object store has to be: its SHA-256, its bytes, and of how many pieces."""

    digest: str
    size: int
    pieces: int


def path(*parts: str) -> str:
    """Return the path of names, one in the other."""
    return str(PurePosixPath(*parts))


def top_of(name: str) -> str:
    """Return the first of the names in a path."""
    return PurePosixPath(name).parts[0]


def manifest_name(version: int) -> str:
    """Return the name of a version's manifest."""
    return path(MANIFESTS, f"{version:08d}.json")


def version_in(name: str) -> int | None:
    """Return the version that a file's name tells; None for a name that is not one of ours."""
    found = _OF_VERSION.search(PurePosixPath(name).name)
    return int(found[1] or found[2]) if found else None


def kept_manifests(names: Iterable[str], current: int, shown: int) -> set[str]:
    """Return the names of the manifests that pages may still open: of the last three numbers, and
    of the version that pages show.

    A later one stays, too: another worker may be publishing it.
    """
    oldest = current - _KEPT_VERSIONS + 1
    return {
        name
        for name in names
        if name.endswith(".json") and (version := version_in(name)) is not None
        if version >= oldest or version == shown
    }


def outdated(names: Iterable[str], current: int, used: Set[str], kept: Set[str]) -> list[str]:
    """Return the files that no page can open any more.

    `used` are the files of frames in the manifests that are `kept`. What belongs to a later version
    stays, and so does a file whose name is not one of ours.
    """
    versions = {version_in(name) for name in kept}

    def is_needed(name: str) -> bool:
        version = version_in(name)
        if version is None or version > current:
            return True
        if top_of(name) == MANIFESTS:
            return name in kept
        whole, is_frames, _ = name.partition(".parquet")
        if is_frames:
            return f"{whole}.parquet" in used
        return version in versions

    return [name for name in names if not is_needed(name)]
