"""The baselines of an engagement, opened like data versions and kept in the same cache."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine

from corvana.questions.cache import Cache, Key
from corvana.questions.view import View
from corvana.snapshot_folder import Folder
from corvana.store.models import Baseline
from corvana.store.written import baselines as written
from corvana.versions import baselines
from corvana.versions.code_digest import BUILDING, CONCLUDING, code_digest
from corvana.versions.files import DataVersion, open_version
from corvana.versions.manifest import Manifest, read_manifest


@dataclass(frozen=True, slots=True)
class KeptBaselines:
    """The baselines of a connection, in the folder of data versions."""

    folder: Folder
    engine: Engine
    cache: Cache
    connection_id: str
    engagement_id: str

    def listed(self) -> Sequence[Baseline]:
        """Return all, the oldest data first."""
        return written.listed(self.engine, self.engagement_id)

    def manifest(self, baseline: Baseline) -> Manifest:
        """Return what is known about the data of a baseline, without reading it. Raises
        `VersionMissing` if its files are gone."""
        place = baselines.place_of(self.connection_id, baseline.id)
        return read_manifest(self.folder, place, baseline.version)

    def data(self, baseline_id: str) -> DataVersion:
        """Return the data of a baseline. Raises `NotFound` and `VersionMissing`."""
        version = written.get(self.engine, self.engagement_id, baseline_id).version
        place = baselines.place_of(self.connection_id, baseline_id)
        return self.cache.versions.get(
            Key(place, version), lambda: open_version(self.folder, place, version)
        )


def view_of(view: View, baseline_id: str) -> View:
    """Return the view of a baseline under the present settings.

    Raises `NotFound` for one that was deleted, and `VersionMissing` if its files are gone.
    """
    data = view.baselines.data(baseline_id)
    return replace(
        view,
        data=data,
        connection_id=data.connection_id,
        version=data.version,
        requested_since=data.covered_since or data.as_of,
        collected_at=data.as_of,
    )


def is_of_another_method(manifest: Manifest) -> bool:
    """Return whether other code than the present one drew the conclusions of a data version."""
    return manifest.concluded_by != code_digest(*CONCLUDING)


def is_built_otherwise(built_by: str) -> bool:
    """Return whether other code than the present one made the incidents from the log."""
    return built_by != code_digest(*BUILDING)


def is_under_other_settings(view: View, manifest: Manifest) -> bool:
    """Return whether conclusions rest on other settings than the present ones."""
    return manifest.rests_on.digest != view.settings.basis.digest
