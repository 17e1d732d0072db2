"""Whether findings and scorecard have to be made anew, or still hold.

They rest on months of data, and those of a large account take half a minute. A run that adds a
hundred incidents to a million changes none of them. So they are made anew when what they rest on
changed: 1 % more incidents, other policies, services or schedules, other settings of the
assessment, or another method; and once a day whatever happened. Those of a small account take a
second or two and are made anew every hour. Pages say of which instant they are.
"""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Final

from corvana.assessment.settings import Basis
from corvana.errors import VersionMissing
from corvana.snapshot_folder import Folder
from corvana.versions.code_digest import CONCLUDING, code_digest
from corvana.versions.files import count_rows
from corvana.versions.kept.places import kept_in
from corvana.versions.manifest import Manifest

LARGE: Final = 20_000
"""Incidents from which on an account is large."""

SMALL_EVERY: Final = timedelta(hours=1)
LARGE_EVERY: Final = timedelta(hours=24)
MORE: Final = 0.01
"""The share of incidents that were added since."""

CONFIGURATION: Final = (
    "alert_grouping",
    "dependencies",
    "repeats",
    "rules",
    "schedules",
    "services",
    "support_hours",
    "urgency_rules",
)
"""The frames of the configuration that findings rest on. Labels are read when they are shown."""


def is_behind(manifest: Manifest) -> bool:
    """Return whether the version has data that its conclusions were not made from."""
    return manifest.analysed_as_of != manifest.as_of


def is_fresh(folder: Folder, connection_id: str, manifest: Manifest, basis: Basis) -> bool:
    """Return whether the conclusions of this version still hold under these settings."""
    analysed = manifest.analysed_as_of
    if analysed is None or manifest.rests_on.digest != basis.digest:
        return False
    age = abs(manifest.as_of - analysed)
    incidents = _incidents(folder, connection_id, manifest)
    if incidents < LARGE:
        return age < SMALL_EVERY
    return (
        age < LARGE_EVERY
        and manifest.concluded_by == code_digest(*CONCLUDING)
        and incidents - manifest.analysed_incidents < MORE * manifest.analysed_incidents
        and _configuration(folder, connection_id, manifest) == manifest.analysed_configuration
    )


def concluded(folder: Folder, connection_id: str, manifest: Manifest, basis: Basis) -> Manifest:
    """Return the manifest with what conclusions that are made from this version rest on."""
    return replace(
        manifest,
        analysed_as_of=manifest.as_of,
        analysed_incidents=_incidents(folder, connection_id, manifest),
        analysed_configuration=_configuration(folder, connection_id, manifest),
        concluded_by=code_digest(*CONCLUDING),
        rests_on=basis,
    )


def _incidents(folder: Folder, connection_id: str, manifest: Manifest) -> int:
    return count_rows(folder, connection_id, manifest.version, "incidents")


def _configuration(folder: Folder, connection_id: str, manifest: Manifest) -> str:
    """A digest of the files of the configuration: equal rows make equal files."""
    digest, kept = hashlib.sha256(), kept_in(folder)
    for name in CONFIGURATION:
        for file in manifest.files.get(name, {}).values():
            try:
                digest.update(kept.fingerprint(connection_id, file, manifest.checks.get(file)))
            except FileNotFoundError as error:
                raise VersionMissing("this data version has been replaced") from error
        digest.update(name.encode())
    return digest.hexdigest()
