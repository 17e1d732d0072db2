"""A connection's frames as Parquet: one immutable version after another, shared by month.

`<folder>/<connection>/versions/<version>.json` lists the files of a version. Files are never
changed; a version that touches one month writes that month anew and refers to the others as they
are. The manifest is published by one rename, so a reader sees a whole version or none.
"""

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from corvana.errors import SnapshotMissing
from corvana.frames import INCIDENTS, LABELS, RESPONDERS, SERVICES, SHIFTS, conform, empty

CONTRACTS: Final[Mapping[str, Mapping[str, str]]] = {
    "incidents": INCIDENTS,
    "labels": LABELS,
    "responders": RESPONDERS,
    "services": SERVICES,
    "shifts": SHIFTS,
}
PARTITIONED: Final = frozenset({"incidents"})
_KEPT_VERSIONS: Final = 3
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version. Its frames are shared and must not be changed."""

    connection_id: str
    version: int
    as_of: datetime
    covered_since: datetime | None
    incomplete: tuple[str, ...]
    frames: Mapping[str, pd.DataFrame]

    def frame(self, name: str) -> pd.DataFrame:
        """One of `CONTRACTS`."""
        return self.frames[name]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a version consists of: frame name → part (a month, or `all`) → file name."""

    version: int
    as_of: datetime
    covered_since: datetime | None
    incomplete: tuple[str, ...]
    files: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a version that is still to be written: one frame, one month (or `all`)."""

    folder: Path
    connection_id: str
    frame: str
    part: str
    version: int

    def write(self, frame: pd.DataFrame) -> str:
        """Write the frame and return the file's name."""
        return self.write_pieces([frame])

    def write_pieces(self, pieces: Iterable[pd.DataFrame]) -> str:
        """Write the frame piece by piece, so that it is never in memory as a whole."""
        home = self.folder / self.connection_id
        home.mkdir(parents=True, exist_ok=True)
        name = f"{self.frame}-{self.part}-v{self.version}.parquet"
        contract = CONTRACTS[self.frame]
        schema = pa.Schema.from_pandas(empty(contract), preserve_index=False)
        with pq.ParquetWriter(home / name, schema) as writer:
            for piece in pieces:
                rows = pa.Table.from_pandas(conform(piece, contract), schema, preserve_index=False)
                writer.write_table(rows)
        return name


def open_snapshot(folder: Path, connection_id: str, version: int) -> Snapshot:
    """Read a version; version 0 is the empty one before anything was published.

    Raises `SnapshotMissing` when it was replaced or deleted meanwhile.
    """
    if version == 0:
        frames = {name: empty(contract) for name, contract in CONTRACTS.items()}
        return Snapshot(connection_id, 0, _NEVER, None, (), frames)
    home = folder / connection_id
    manifest = read_manifest(folder, connection_id, version)
    try:
        frames = {name: _read(home, name, manifest) for name in CONTRACTS}
    except FileNotFoundError as error:
        raise SnapshotMissing("this data version has been replaced") from error
    return Snapshot(
        connection_id,
        version,
        manifest.as_of,
        manifest.covered_since,
        manifest.incomplete,
        frames,
    )


def read_manifest(folder: Path, connection_id: str, version: int) -> Manifest:
    """Raises `SnapshotMissing`."""
    path = _manifest_path(folder / connection_id, version)
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise SnapshotMissing("this data version has been replaced") from error
    since = content["covered_since"]
    return Manifest(
        version=version,
        as_of=datetime.fromisoformat(content["as_of"]),
        covered_since=datetime.fromisoformat(since) if since else None,
        incomplete=tuple(content["incomplete"]),
        files=content["files"],
    )


def write_snapshot(
    folder: Path,
    connection_id: str,
    manifest: Manifest,
    parts: Mapping[str, Mapping[str, pd.DataFrame]],
) -> None:
    """Write `parts` (frame name → part → frame) and publish the version.

    `manifest.files` are those carried over; the new parts replace theirs.
    """
    written = {
        name: {
            part: Part(folder, connection_id, name, part, manifest.version).write(frame)
            for part, frame in frames.items()
        }
        for name, frames in parts.items()
    }
    publish_manifest(folder, connection_id, manifest, written)


def publish_manifest(
    folder: Path,
    connection_id: str,
    manifest: Manifest,
    written: Mapping[str, Mapping[str, str]],
) -> None:
    """Publish a version of files already written (frame name → part → file name).

    `manifest.files` are those carried over; the written ones replace theirs.
    """
    home = folder / connection_id
    (home / "versions").mkdir(parents=True, exist_ok=True)
    content = {
        "as_of": manifest.as_of.isoformat(),
        "covered_since": manifest.covered_since.isoformat() if manifest.covered_since else None,
        "incomplete": list(manifest.incomplete),
        "files": {
            name: {**manifest.files.get(name, {}), **written.get(name, {})} for name in CONTRACTS
        },
    }
    path = _manifest_path(home, manifest.version)
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(content))
    draft.replace(path)


def prune_versions(folder: Path, connection_id: str, current: int) -> None:
    """Drop versions that no page can still be opening, and files nobody refers to."""
    home = folder / connection_id
    kept: set[str] = set()
    for path in (home / "versions").glob("*"):
        version = int(path.stem)
        if path.suffix != ".json" or not current - _KEPT_VERSIONS < version <= current:
            path.unlink(missing_ok=True)
        else:
            files = json.loads(path.read_bytes())["files"]
            kept.update(file for parts in files.values() for file in parts.values())
    for path in home.glob("*.parquet"):
        if path.name not in kept:
            path.unlink(missing_ok=True)


def delete_snapshots(folder: Path, connection_id: str) -> int:
    """Delete every file of the connection; return how many there were."""
    home = folder / connection_id
    count = sum(len(files) for _, _, files in os.walk(home))
    shutil.rmtree(home, ignore_errors=True)
    if home.exists():
        shutil.rmtree(home)
    return count


def _manifest_path(home: Path, version: int) -> Path:
    return home / "versions" / f"{version:08d}.json"


def _read(home: Path, name: str, manifest: Manifest) -> pd.DataFrame:
    files = manifest.files.get(name, {})
    frames = [pd.read_parquet(home / files[part]) for part in sorted(files)]
    if not frames:
        return empty(CONTRACTS[name])
    return conform(pd.concat(frames, ignore_index=True), CONTRACTS[name])
