"""A connection's frames as Parquet files: immutable data versions that share files by month.

`<folder>/<connection>/versions/<version>.json`, the manifest, lists the files of a version. Files
are never changed. A version in which one month changed writes new files for that month and refers
to the existing files of the other months. The manifest is written last and at once, so a reader
sees a whole version or none. The folder may be an object store (`corvana.versions.kept`).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from corvana.analysis.account.incidents import as_read
from corvana.assessment.settings import DEFAULT_BASIS, Basis
from corvana.errors import VersionMissing
from corvana.frames import (
    ALERT_GROUPING,
    CONFIGURATION_CHANGES,
    COUNT,
    DEPENDENCIES,
    ESCALATION_STEPS,
    FINDINGS,
    FLAG,
    INTERRUPTIONS,
    LABELS,
    LIFECYCLES,
    MAINTENANCE_WINDOWS,
    OVERRIDES,
    PARTICIPATIONS,
    POLICY_HISTORY,
    REPEATS,
    RESPONDERS,
    RULES,
    SCHEDULE_COVERAGE,
    SCHEDULES,
    SCORECARD,
    SERVICE_HISTORY,
    SERVICES,
    SHIFTS,
    SNAPSHOT,
    SUPPORT_HOURS,
    TESTED,
    URGENCY_RULES,
    WORD,
    conform,
    empty,
)
from corvana.snapshot_folder import Folder
from corvana.versions.categories import REPEATED, in_memory
from corvana.versions.code_digest import ANSWERING, code_digest
from corvana.versions.kept.places import kept_in
from corvana.versions.manifest import Manifest, read_manifest

CONTRACTS: Final[Mapping[str, Mapping[str, str]]] = {
    "incidents": LIFECYCLES,
    "escalation_steps": ESCALATION_STEPS,
    "arrivals": INTERRUPTIONS,
    "participations": PARTICIPATIONS,
    "alert_grouping": ALERT_GROUPING,
    "configuration_changes": CONFIGURATION_CHANGES,
    "dependencies": DEPENDENCIES,
    "findings": FINDINGS,
    "labels": LABELS,
    "maintenance_windows": MAINTENANCE_WINDOWS,
    "on_call_snapshot": SNAPSHOT,
    "overrides": OVERRIDES,
    "policy_history": POLICY_HISTORY,
    "repeats": REPEATS,
    "responders": RESPONDERS,
    "rules": RULES,
    "schedule_coverage": SCHEDULE_COVERAGE,
    "schedules": SCHEDULES,
    "scorecard": SCORECARD,
    "service_history": SERVICE_HISTORY,
    "services": SERVICES,
    "shifts": SHIFTS,
    "support_hours": SUPPORT_HOURS,
    "tested": TESTED,
    "urgency_rules": URGENCY_RULES,
}
PARTITIONED: Final = ("incidents", "escalation_steps", "arrivals", "participations")
"""The frames that are kept by month. `arrivals` are INTERRUPTIONS before merging. They are merged
when they are read, because an interruption may cross a month's border."""
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DataVersion:
    """One version. Its frames are shared and must not be changed.

    `analysed_as_of` is the `as_of` of the version from which the findings were computed. It may be
    an earlier version. It is None before the first analysis. `rests_on` is what they were computed
    with; `concluded_by` and `built_by` are digests of the code that made the findings and the
    incidents.
    """

    connection_id: str
    version: int
    as_of: datetime
    covered_since: datetime | None
    incomplete: tuple[str, ...]
    frames: Mapping[str, pd.DataFrame]
    analysed_as_of: datetime | None = None
    unknown_zones: int = 0
    rests_on: Basis = DEFAULT_BASIS
    concluded_by: str = ""
    built_by: str = ""

    def frame(self, name: str) -> pd.DataFrame:
        """Read the frame `name`, a key of `CONTRACTS`."""
        return self.frames[name]


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a version that is not yet written: one frame, one month (or `all`)."""

    folder: Folder
    connection_id: str
    frame: str
    part: str
    version: int

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.frame}-{self.part}-v{self.version}.parquet"

    def write(self, frame: pd.DataFrame) -> str:
        """Write the frame and return the file's name."""
        with self.in_pieces() as write:
            write(frame)
        return self.file

    @contextmanager
    def in_pieces(self) -> Iterator[Callable[[pd.DataFrame], None]]:
        """Write the frame piece by piece, so that the whole frame is never in memory.

        Yields the function that writes one piece. Several parts can be written at the same time.
        """
        path = kept_in(self.folder).draft(self.connection_id, self.file)
        contract, schema = CONTRACTS[self.frame], _schema(self.frame)
        with pq.ParquetWriter(path, schema) as writer:

            def write(piece: pd.DataFrame) -> None:
                rows = pa.Table.from_pandas(conform(piece, contract), schema, preserve_index=False)
                writer.write_table(rows)

            yield write


@cache
def _schema(frame: str) -> pa.Schema:
    return pa.Schema.from_pandas(empty(CONTRACTS[frame]), preserve_index=False)


def prepared_name(version: int, settings: str = "") -> str:
    """Return the name of the version's results that were prepared under settings of that digest by
    this release; the file is deleted with the version."""
    release = code_digest(*ANSWERING)[:12]
    return "-".join((f"{version:08d}", *filter(None, (settings, release)))) + ".prepared"


def month_parts(folder: Folder, connection_id: str, month: str, version: int) -> dict[str, Part]:
    """The parts of one month, by frame name."""
    return {name: Part(folder, connection_id, name, month, version) for name in PARTITIONED}


def open_version(folder: Folder, connection_id: str, version: int) -> DataVersion:
    """Read a version. Version 0 is the empty version before the first publication.

    Raises `VersionMissing` when the version was replaced or deleted in the meantime, and
    `SnapshotsAway`.
    """
    if version == 0:
        frames = {name: in_memory(empty(contract), name) for name, contract in CONTRACTS.items()}
        return DataVersion(connection_id, 0, _NEVER, None, (), _as_read(frames))
    manifest = read_manifest(folder, connection_id, version)
    try:
        kept_in(folder).fetch(connection_id, manifest.checks)
        frames = {name: _read(folder, connection_id, name, manifest) for name in CONTRACTS}
    except FileNotFoundError as error:
        raise VersionMissing("this data version has been replaced") from error
    return DataVersion(
        connection_id,
        version,
        manifest.as_of,
        manifest.covered_since,
        manifest.incomplete,
        _as_read(frames),
        manifest.analysed_as_of,
        manifest.unknown_zones,
        manifest.rests_on,
        manifest.concluded_by,
        manifest.built_by,
    )


def count_rows(folder: Folder, connection_id: str, version: int, name: str) -> int:
    """How many rows a frame has, without reading them. Raises like `open_version`."""
    kept, manifest = kept_in(folder), read_manifest(folder, connection_id, version)
    try:
        return sum(
            pq.read_metadata(kept.source(connection_id, file, manifest.checks.get(file))).num_rows
            for file in manifest.files.get(name, {}).values()
        )
    except FileNotFoundError as error:
        raise VersionMissing("this data version has been replaced") from error


def prune_versions(folder: Folder, connection_id: str, current: int, shown: int = 0) -> None:
    """Delete versions that no page can still open, and files that no version refers to.

    `shown` is the version that pages show, if it is another than `current`.
    """
    kept_in(folder).prune(connection_id, current, shown)


def count_files(folder: Folder, connection_id: str) -> int:
    """How many files the connection has."""
    return kept_in(folder).count(connection_id)


def delete_versions(folder: Folder, connection_id: str) -> int:
    """Delete every file of the connection; return how many there were."""
    return kept_in(folder).delete(connection_id)


def _as_read(frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The frames as the analysis reads them: INCIDENTS, where the files hold LIFECYCLES."""
    incidents = as_read(frames["incidents"], frames["maintenance_windows"], frames["dependencies"])
    return {**frames, "incidents": incidents}


def _read(folder: Folder, connection_id: str, name: str, manifest: Manifest) -> pd.DataFrame:
    kept, files = kept_in(folder), manifest.files.get(name, {})
    if not files:
        return in_memory(empty(CONTRACTS[name]), name)
    repeated = REPEATED.get(name, ())
    tables = [
        pq.read_table(
            kept.source(connection_id, files[part], manifest.checks.get(files[part])),
            read_dictionary=list(repeated),
            partitioning=None,
        )
        for part in sorted(files)
    ]
    whole = pa.concat_tables(tables).unify_dictionaries()
    tables.clear()
    frame = whole.to_pandas(split_blocks=True, self_destruct=True)
    del whole
    contract = {**CONTRACTS[name], **dict.fromkeys(repeated, WORD)}
    return in_memory(conform(_completed(frame, contract), contract), name)


def _completed(frame: pd.DataFrame, contract: Mapping[str, str]) -> pd.DataFrame:
    """The frame with the columns that an earlier release did not write: nothing is known there."""
    unknown = {FLAG: False, COUNT: 0}
    missing = {
        column: unknown.get(dtype) for column, dtype in contract.items() if column not in frame
    }
    return frame.assign(**missing)
