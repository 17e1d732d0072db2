"""The manifest of a data version: which files hold its frames, and what is known about them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from corvana.assessment.settings import DEFAULT_BASIS, Basis
from corvana.errors import VersionMissing
from corvana.snapshot_folder import Folder
from corvana.versions.kept.naming import Check
from corvana.versions.kept.places import kept_in

_RENAMED: Final = {"engagements": "participations"}
"""Old frame name → new frame name, for versions written by an earlier release."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of a version: frame name → part (a month, or `all`) → file name."""

    version: int
    as_of: datetime
    covered_since: datetime | None
    incomplete: tuple[str, ...]
    files: Mapping[str, Mapping[str, str]]
    analysed_as_of: datetime | None = None
    built_by: str = ""
    """A digest of the code that built the months. Empty in versions of an earlier release."""
    known: tuple[str, ...] = ()
    """The nouns of the configuration that the months were built with."""
    unknown_zones: int = 0
    """How many responders, schedules and services have a time zone that is not known."""
    concluded_by: str = ""
    """A digest of the code that drew the conclusions. Empty before any, and in versions of an
    earlier release."""
    rests_on: Basis = DEFAULT_BASIS
    """The hours, days off and norms that the findings were made with."""
    analysed_incidents: int = 0
    """How many incidents the conclusions were made from."""
    analysed_configuration: str = ""
    """A digest of the configuration that the conclusions were made from."""
    checks: Mapping[str, Check] = field(default_factory=dict)
    """What each file has to be, by its name. Empty where files lie in a folder."""


def read_manifest(folder: Folder, connection_id: str, version: int) -> Manifest:
    """Read the manifest of a version. Raises `VersionMissing` and `SnapshotsAway`."""
    try:
        content = json.loads(kept_in(folder).manifest(connection_id, version))
    except FileNotFoundError as error:
        raise VersionMissing("this data version has been replaced") from error
    return Manifest(
        version=version,
        as_of=datetime.fromisoformat(content["as_of"]),
        covered_since=_instant(content["covered_since"]),
        incomplete=tuple(content["incomplete"]),
        files={_RENAMED.get(name, name): parts for name, parts in content["files"].items()},
        analysed_as_of=_instant(content.get("analysed_as_of")),
        built_by=content.get("built_by", ""),
        known=tuple(content.get("known", ())),
        unknown_zones=content.get("unknown_zones", 0),
        concluded_by=content.get("concluded_by", ""),
        rests_on=Basis.stored(content.get("rests_on", {})),
        analysed_incidents=content.get("analysed_incidents", 0),
        analysed_configuration=content.get("analysed_configuration", ""),
        checks={file: Check(*check) for file, check in content.get("checks", {}).items()},
    )


def publish_manifest(
    folder: Folder,
    connection_id: str,
    manifest: Manifest,
    written: Mapping[str, Mapping[str, str]],
) -> None:
    """Publish a version of files already written (frame name → part → file name).

    `manifest.files` are the files carried over. A written file replaces the file of the same part.
    Every file is where all nodes read it before the manifest is, so nobody sees half a version.
    """
    kept = kept_in(folder)
    files = {
        name: {**manifest.files.get(name, {}), **written.get(name, {})}
        for name in sorted({*manifest.files, *written})
    }
    brought = kept.bring(connection_id, [file for one in written.values() for file in one.values()])
    checks = {**manifest.checks, **brought}
    used = {file for parts in files.values() for file in parts.values()}
    content = {
        "as_of": manifest.as_of.isoformat(),
        "covered_since": _text(manifest.covered_since),
        "analysed_as_of": _text(manifest.analysed_as_of),
        "built_by": manifest.built_by,
        "known": list(manifest.known),
        "unknown_zones": manifest.unknown_zones,
        "concluded_by": manifest.concluded_by,
        "analysed_incidents": manifest.analysed_incidents,
        "analysed_configuration": manifest.analysed_configuration,
        "incomplete": list(manifest.incomplete),
        "rests_on": manifest.rests_on.to_store(),
        "files": files,
        "checks": {file: check for file, check in checks.items() if file in used},
    }
    kept.announce(connection_id, manifest.version, json.dumps(content).encode())


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
