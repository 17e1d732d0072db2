"""The progress of a run, as the PagerDuty card shows it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from corvana.metrics import rows_stored


@dataclass(slots=True)
class Progress:
    """Counts of one run. The fields have the names of `CollectionRun`'s columns."""

    windows_total: int = 0
    windows_done: int = 0
    rows: int = 0
    unreadable: int = 0
    duplicates: int = 0
    without_incident: int = 0
    unknown_types: int = 0
    activity: str = "Reading services, policies and teams"

    def note_rows(self, stored: int) -> None:
        """Count rows that were stored, of this run and of this process."""
        self.rows += stored
        rows_stored.inc(stored)

    def values(self) -> Mapping[str, int | str]:
        return asdict(self)
