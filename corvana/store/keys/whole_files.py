"""Small private files of keys: written whole or not at all, changed in place, destroyed."""

import os
import secrets
from pathlib import Path

Stamp = tuple[int, int, int]


def stamp(path: Path) -> Stamp | None:
    """Return what is different when the file is another one; None when it is gone."""
    try:
        told = path.stat()
    except FileNotFoundError:
        return None
    return told.st_ino, told.st_mtime_ns, told.st_size


def write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet, for its owner alone, and have the disk keep it."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def exchange(path: Path, old: bytes, new: bytes) -> bool:
    """Write `new` in the place of `old`, which is as long; False when the file has other content
    or is gone.

    The bytes are changed where they lie: nothing of the old content stays on the disk, and a file
    that somebody destroys at this moment does not come back. Its time of change stays.
    """
    if len(old) != len(new):
        raise ValueError("only a content of the same length can be exchanged")
    try:
        with path.open("r+b", buffering=0) as file:
            told = os.fstat(file.fileno())
            if file.read() != old:
                return False
            os.pwrite(file.fileno(), new, 0)
            os.utime(file.fileno(), ns=(told.st_atime_ns, told.st_mtime_ns))
            os.fsync(file.fileno())
            if os.fstat(file.fileno()).st_nlink == 0:
                _overwrite(file.fileno(), len(new))
                return False
    except FileNotFoundError:
        return False
    return True


def destroy(path: Path) -> None:
    """Overwrite the bytes and remove the file. Nothing happens if it is gone.

    They are overwritten again when no name is left: `exchange` may have written in between.
    """
    try:
        with path.open("r+b", buffering=0) as file:
            length = os.fstat(file.fileno()).st_size
            _overwrite(file.fileno(), length)
            path.unlink(missing_ok=True)
            _overwrite(file.fileno(), length)
    except FileNotFoundError:
        return
    keep_on_disk(path.parent)


def keep_on_disk(folder: Path) -> None:
    """Have the disk write what the folder lists now, so that a power cut changes nothing of it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _overwrite(descriptor: int, length: int) -> None:
    os.pwrite(descriptor, secrets.token_bytes(length), 0)
    os.fsync(descriptor)
