"""A process of its own that reads a data version, for tests of copies that several share."""

from corvana.snapshot_folder import ObjectStore
from corvana.versions.files import open_version


def incidents(store: ObjectStore, connection_id: str, version: int, times: int) -> list[int]:
    """The number of incidents, read so many times."""
    return [
        len(open_version(store, connection_id, version).frame("incidents")) for _ in range(times)
    ]
