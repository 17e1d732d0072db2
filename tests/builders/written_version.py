"""Write a data version in one call. A run does the same in several steps."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from corvana.snapshot_folder import Folder
from corvana.versions.files import Part, prepared_name
from corvana.versions.manifest import Manifest, publish_manifest


def write_version(
    folder: Folder,
    connection_id: str,
    manifest: Manifest,
    parts: Mapping[str, Mapping[str, pd.DataFrame]],
) -> None:
    """Write `parts` (frame name → part → frame) and publish the version.

    `manifest.files` are the files carried over. A new part replaces the file of the same part.
    """
    written = {
        name: {
            part: Part(folder, connection_id, name, part, manifest.version).write(frame)
            for part, frame in frames.items()
        }
        for name, frames in parts.items()
    }
    publish_manifest(folder, connection_id, manifest, written)


def prepared_file(folder: Path, connection_id: str, version: int, settings: str = "") -> Path:
    """The path of the results prepared of a version, under settings of that digest."""
    return folder / connection_id / prepared_name(version, settings)
