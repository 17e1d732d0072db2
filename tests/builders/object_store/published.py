"""Small data versions of a connection `c`, published into any folder, and read."""

from datetime import UTC, datetime

import pandas as pd

from corvana.frames import LABELS, conform, empty
from corvana.snapshot_folder import Folder
from corvana.versions.files import CONTRACTS, open_version
from corvana.versions.manifest import Manifest, read_manifest
from tests.builders.written_version import write_version

AS_OF = datetime(2026, 3, 9, 12, tzinfo=UTC)
SINCE = datetime(2026, 1, 5, tzinfo=UTC)


def labels(*names: str) -> pd.DataFrame:
    rows = pd.DataFrame({"kind": "team", "id": list(names), "label": list(names)})
    return conform(rows, LABELS)


def incidents(*numbers: int) -> pd.DataFrame:
    rows = empty(CONTRACTS["incidents"]).reindex(range(len(numbers)))
    filled = {
        name: False if dtype == "bool" else 0
        for name, dtype in CONTRACTS["incidents"].items()
        if dtype in {"bool", "int32", "int64"}
    }
    return rows.assign(**filled).assign(number=list(numbers))


def publish(folder: Folder, version: int, parts: dict[str, dict[str, pd.DataFrame]]) -> None:
    before = None if version == 1 else read_manifest(folder, "c", version - 1)
    manifest = Manifest(
        version,
        AS_OF,
        SINCE,
        (),
        before.files if before else {},
        checks=before.checks if before else {},
    )
    write_version(folder, "c", manifest, parts)


def names(folder: Folder, version: int) -> list[str]:
    return list(open_version(folder, "c", version).frame("labels")["label"])
