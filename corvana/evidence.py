"""The evidence pack: tables for the assessor's own tools. Columns are a public interface."""

from pathlib import Path

import pandas as pd

from corvana.frames import INCIDENTS
from corvana.snapshot import Snapshot

INSTANT_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def write_evidence(snapshot: Snapshot, folder: Path) -> list[Path]:
    """Write `incidents.csv` into `folder` and return what was written.

    Instants are ISO 8601 UTC with `Z`, durations seconds, missing values empty.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "incidents.csv"
    incidents_csv(snapshot.frame("incidents")).to_csv(path, index=False)
    return [path]


def incidents_csv(incidents: pd.DataFrame) -> pd.DataFrame:
    """The lifecycle with instants as text, ready for CSV."""
    instants = [name for name, dtype in INCIDENTS.items() if dtype.startswith("datetime")]
    return incidents.assign(
        **{name: incidents[name].dt.strftime(INSTANT_FORMAT) for name in instants}
    )
