"""When the disk was last found full. The database may have no room to note it."""

import shutil
import time
from pathlib import Path
from typing import Final

TRY_AGAIN_AFTER: Final = 60.0
"""Seconds."""

_ENOUGH: Final = 10 * 1024**2
"""Bytes. Less than this cannot take the files of one data version."""


class FullDisk:
    """Remembers for a minute that the disk was full, so that runs are not begun in vain."""

    def __init__(self) -> None:
        self._noted_at: float | None = None

    def note(self) -> None:
        """The disk is full now."""
        self._noted_at = time.monotonic()

    @property
    def is_recent(self) -> bool:
        """Whether the disk was full within the last minute."""
        noted_at = self._noted_at
        return noted_at is not None and time.monotonic() - noted_at < TRY_AGAIN_AFTER


full_disk: Final = FullDisk()
"""The disk as this process found it."""


def has_room(folder: Path) -> bool:
    """Whether the disk of the data folder has room. A missing folder is no full disk."""
    try:
        return shutil.disk_usage(folder).free >= _ENOUGH
    except OSError:
        return True
