"""Which data version pages show: the newest, or an older one whose usual results are prepared.

A run that adds a hundred incidents to a million changes no figure that anybody could tell apart.
But every question about the new version would have to be worked out anew, a second or more each,
or all usual ones beforehand, a minute after every run. So pages stay with the version whose results
are prepared, and say how old its figures are. Conclusions and results are made anew together, when
`freshness` says so; then pages show that version.
"""

from datetime import timedelta
from typing import Final

from corvana.errors import VersionMissing
from corvana.snapshot_folder import Folder
from corvana.versions.freshness import LARGE_EVERY
from corvana.versions.manifest import Manifest, read_manifest

LONGEST: Final = LARGE_EVERY + timedelta(hours=2)
"""The greatest age of what pages show. Preparing it anew begins before and takes its time."""


def still_holds(folder: Folder, connection_id: str, prepared: int, newest: Manifest) -> bool:
    """Return whether pages may go on showing the version `prepared` beside a newer one.

    They may not if the newer one reaches further back, has other holes, or was built by other code:
    then pages would say something about the data that is no longer so.
    """
    if not prepared:
        return False
    try:
        shown = read_manifest(folder, connection_id, prepared)
    except VersionMissing:
        return False
    return (
        _is_whole_alike(shown, newest)
        and shown.built_by == newest.built_by
        and newest.as_of - shown.as_of < LONGEST
    )


def _is_whole_alike(shown: Manifest, newest: Manifest) -> bool:
    if shown.covered_since is None or newest.covered_since is None:
        return False
    # What is older than the requested time is forgotten little by little.
    moved = newest.covered_since - shown.covered_since
    return timedelta(0) <= moved < LONGEST and shown.incomplete == newest.incomplete
