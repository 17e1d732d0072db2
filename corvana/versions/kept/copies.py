"""This node's copies of files that lie in an object store: bounded in bytes, and checked.

All processes of a computer share the folder `<copies>/<connection>`. A copy is used only if it is
what the manifest says, so it does no harm if it is damaged, half written or gone. Whoever adds one
holds a lock and first deletes those that were used the longest time ago.

A file that a run has written and not yet brought to the store (`.draft`) lies there, too. It is no
copy, and does not count.
"""

import fcntl
import os
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from corvana.versions.kept.bucket import is_intact
from corvana.versions.kept.naming import Check

_DRAFT: Final = ".draft"
_HALF: Final = ".half"
_LOCK: Final = ".lock"
_ABANDONED_SECONDS: Final = 24 * 3600.0
"""After so long a draft is one of a run that was killed: a run ends after 12 hours."""


class Copies:
    """The copies below a folder, which together take at most `most_bytes`."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._most = most_bytes

    def draft(self, home: str, file: str) -> Path:
        """Return where a new file is written, readable for nobody else."""
        path = self._folder / home / f"{file}{_DRAFT}"
        _make_private(path.parent, self._folder)
        path.touch(0o600)
        return path

    def draft_of(self, home: str, file: str) -> Path:
        """Return where a new file was written."""
        return self._folder / home / f"{file}{_DRAFT}"

    def find(self, home: str, file: str, check: Check) -> bytes | None:
        """Return the content of a copy; None if there is none, or if it is damaged."""
        path = self._folder / home / file
        try:
            content = path.read_bytes()
        except OSError:
            return None
        if not is_intact(content, check):
            path.unlink(missing_ok=True)
            return None
        with suppress(OSError):
            os.utime(path)
        return content

    def has(self, home: str, file: str) -> bool:
        """Return whether there is a copy, intact or not."""
        return (self._folder / home / file).exists()

    def keep(self, home: str, contents: Mapping[str, bytes]) -> None:
        """Keep copies by file name, if they fit. A disk that does not take them is no error: they
        are only copies."""
        top = self._folder / home
        with suppress(OSError):
            _make_private(top, self._folder)
            with self._room_for(sum(map(len, contents.values()))) as has_room:
                for file, content in contents.items() if has_room else ():
                    half = top / f".{file}{_HALF}"
                    with open(half, "wb", opener=_private) as out:
                        out.write(content)
                    half.replace(top / file)

    def adopt(self, home: str, files: Collection[str]) -> None:
        """Make copies of drafts that are in the store by now."""
        if not files:
            return
        drafts = {file: self.draft_of(home, file) for file in files}
        try:
            with self._room_for(sum(one.stat().st_size for one in drafts.values())) as has_room:
                for file, draft in drafts.items() if has_room else ():
                    draft.replace(self._folder / home / file)
        finally:
            for draft in drafts.values():
                draft.unlink(missing_ok=True)

    @contextmanager
    def _room_for(self, size: int) -> Iterator[bool]:
        """Hold the lock; delete copies until one of this size fits. False if it never does."""
        if size > self._most:
            yield False
            return
        with open(self._folder / _LOCK, "ab", opener=_private) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            found = []
            for path in self._files():
                with suppress(FileNotFoundError):
                    told = path.stat()
                    if path.name == _LOCK:
                        continue
                    if path.name.endswith(_HALF) or _is_abandoned(path, told.st_mtime):
                        path.unlink(missing_ok=True)
                    elif not path.name.endswith(_DRAFT):
                        found.append((told.st_mtime, told.st_size, path))
            taken = sum(one[1] for one in found)
            for _, bytes_, path in sorted(found):
                if taken + size <= self._most:
                    break
                path.unlink(missing_ok=True)
                taken -= bytes_
            yield taken + size <= self._most

    def _files(self) -> Iterator[Path]:
        """Every file. A folder that is deleted meanwhile is no error."""
        for folder, _, names in os.walk(self._folder):
            yield from (Path(folder, name) for name in names)


def _is_abandoned(path: Path, written_at: float) -> bool:
    return path.name.endswith(_DRAFT) and time.time() - written_at > _ABANDONED_SECONDS


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _make_private(folder: Path, top: Path) -> None:
    """Make a folder, with those up to `top`, for nobody else."""
    for each in (top, *reversed([one for one in folder.parents if top in one.parents]), folder):
        each.mkdir(mode=0o700, parents=each == top, exist_ok=True)
