"""A small disk for one node, so that it can be full."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.stack.programs import Missing

_FILLS: Final = "what fills the disk"
_PIECE: Final = bytes(1 << 16)


def is_possible() -> bool:
    """Whether this user may mount a file system of its own."""
    return os.geteuid() == 0


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """The folder is a disk of its own of this size, in memory, while the `with` block runs.

    Raises `Missing` when this user may not mount one.
    """
    if not is_possible():
        raise Missing("A small disk needs root, who may mount one")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "corvana-stack", folder],
        check=True,
    )
    try:
        yield
    finally:
        # Lazily: a process that was killed just now may still be in it.
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder: Path) -> None:
    """Leave no room on the disk of the folder."""
    with (folder / _FILLS).open("wb", buffering=0) as file:
        try:
            while file.write(_PIECE) == len(_PIECE):
                pass
        except OSError:
            return  # the disk is full, which was wanted


def make_room(folder: Path) -> None:
    """Take away what `fill` wrote."""
    (folder / _FILLS).unlink(missing_ok=True)
