"""Wishes to disconnect, kept as files: they outlive a database that is away and a killed process.

A wish is a file in a folder that all nodes see (`Settings.wishes_dir`), named like its connection,
as old as the wish. It says whose wish it is, for the audit trail. When it has been carried out, an
empty file stays for an hour: a run that was killed meanwhile may have left files of data, and they
are then known to be nobody's.
"""

import os
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

_FOLDER: Final = "deletions"
_DONE: Final = ".done"
_KEPT_SECONDS: Final = 3600.0
_OUR_NAMING: Final = re.compile(r"[0-9a-f]{32}")


class Wish(NamedTuple):
    """When it was made, and by whom: a person or a way, as the audit trail calls them."""

    at: datetime
    by: str


def is_our_naming(name: str) -> bool:
    """Whether the name is one that we give to connections."""
    return _OUR_NAMING.fullmatch(name) is not None


def keep(shared: Path, connection_id: str, by: str) -> Wish | None:
    """Keep the wish on disk; return it, or the first one when it was kept before.

    None when it cannot be kept: the disk is full, or the name is not one of ours.
    """
    if not is_our_naming(connection_id):
        return None
    path = shared / _FOLDER / connection_id
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_once(path, by)
        _sync(path.parent)
        return _read(path)
    except OSError:
        return None


def is_kept(shared: Path, connection_id: str) -> bool:
    """Whether the connection is still to be deleted."""
    return is_our_naming(connection_id) and (shared / _FOLDER / connection_id).exists()


def pending(shared: Path) -> dict[str, Wish]:
    """The connections that are still to be deleted, by id. The oldest wish is first."""
    found = {
        path.name: wish
        for path in (shared / _FOLDER).glob("*")
        if is_our_naming(path.name) and (wish := _read(path)) is not None
    }
    return dict(sorted(found.items(), key=lambda one: one[1].at))


def note_done(shared: Path, connection_id: str) -> None:
    """The connection is deleted; its files are looked for a little longer."""
    if not is_our_naming(connection_id):
        return
    folder = shared / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    done = folder / f"{connection_id}{_DONE}"
    done.touch(0o600)
    (folder / connection_id).unlink(missing_ok=True)


def forget(shared: Path, connection_id: str) -> None:
    """There is no such connection, so there is nothing to delete."""
    if is_our_naming(connection_id):
        (shared / _FOLDER / connection_id).unlink(missing_ok=True)


def lately_done(shared: Path) -> list[str]:
    """The connections deleted within the last hour. Older notes are removed."""
    found = []
    for path in (shared / _FOLDER).glob(f"*{_DONE}"):
        note = _read(path)
        if note is None or not is_our_naming(path.stem):
            continue
        if time.time() - note.at.timestamp() < _KEPT_SECONDS:
            found.append(path.stem)
        else:
            path.unlink(missing_ok=True)
    return found


def _write_once(path: Path, by: str) -> None:
    """Write the file, unless it is there."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(by)
        file.flush()
        os.fsync(descriptor)


def _read(path: Path) -> Wish | None:
    """None when another process has just removed the file."""
    try:
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return Wish(at, path.read_text(encoding="utf-8", errors="replace"))
    except FileNotFoundError:
        return None


def _sync(folder: Path) -> None:
    """Make the folder's entries outlive a crash of the machine."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
