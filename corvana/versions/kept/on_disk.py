"""Data versions in a folder that every process sees.

Files of frames lie in `<folder>/<connection>`, manifests in its folder `versions`, baselines in its
folder `baselines`. A rename makes a file visible, whole.
"""

import json
import os
import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final
from uuid import uuid4

from corvana.versions.kept.naming import (
    BASELINES,
    MANIFESTS,
    PREPARED,
    Check,
    kept_manifests,
    manifest_name,
    outdated,
    path,
)

_KINDS: Final = ("*.parquet", f"*{PREPARED}", "*.draft")


class OnDisk:
    """The files below a folder. `home` is a connection's id, or the place of a baseline."""

    is_away = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def look(self) -> None:
        """Do nothing: a disk answers, or raises where it is used."""

    def draft(self, home: str, file: str) -> Path:
        """Return the place of the file itself: nobody reads it before the manifest names it."""
        (self._folder / home).mkdir(parents=True, exist_ok=True)
        return self._folder / home / file

    def bring(self, home: str, files: Collection[str]) -> Mapping[str, Check]:  # noqa: ARG002
        """Do nothing: the files are where everybody reads them."""
        return {}

    def announce(self, home: str, version: int, manifest: bytes) -> None:
        """Write the manifest beside its place, and rename it."""
        to = self._folder / home / manifest_name(version)
        to.parent.mkdir(parents=True, exist_ok=True)
        _write(to, manifest)

    def manifest(self, home: str, version: int) -> bytes:
        return (self._folder / home / manifest_name(version)).read_bytes()

    def fetch(self, home: str, files: Mapping[str, Check]) -> None:
        """Do nothing: the files are here."""

    def source(self, home: str, file: str, check: Check | None) -> Path:  # noqa: ARG002
        return self._folder / home / file

    def fingerprint(self, home: str, file: str, check: Check | None) -> bytes:  # noqa: ARG002
        return (self._folder / home / file).read_bytes()

    def prune(self, home: str, current: int, shown: int = 0) -> None:
        top = self._folder / home
        listed = {path(MANIFESTS, one.name) for one in (top / MANIFESTS).glob("*")}
        kept, used = kept_manifests(listed, current, shown), set[str]()
        for name in kept:
            files = json.loads((top / name).read_bytes())["files"]
            used.update(file for parts in files.values() for file in parts.values())
        found = {one.name for kind in _KINDS for one in top.glob(kind)}
        self.remove(home, outdated(listed | found, current, used, kept))

    def names(self, home: str) -> list[str]:
        """Return the names of the files beside the folders of manifests and baselines."""
        return [one.name for one in (self._folder / home).glob("*") if one.is_file()]

    def remove(self, home: str, names: Iterable[str]) -> None:
        """Delete files by name."""
        for name in names:
            (self._folder / home / name).unlink(missing_ok=True)

    def are_there(self, home: str, files: Mapping[str, Check | None]) -> bool:
        return all((self._folder / home / file).exists() for file in files)

    def count(self, home: str) -> int:
        return sum(len(files) for _, _, files in os.walk(self._folder / home))

    def delete(self, home: str) -> int:
        top, count = self._folder / home, self.count(home)
        shutil.rmtree(top, ignore_errors=True)
        if top.exists():
            shutil.rmtree(top)
        return count

    def has(self, home: str, name: str) -> bool:
        return (self._folder / home / name).exists()

    def read(self, home: str, name: str) -> bytes:
        return (self._folder / home / name).read_bytes()

    def prepared(self, home: str) -> list[str]:
        return sorted(one.name for one in (self._folder / home).glob(f"*{PREPARED}"))

    def write(self, home: str, name: str, content: bytes) -> None:
        _write(self._folder / home / name, content)

    def freeze(self, home: str, files: Mapping[str, Check | None], baseline: str) -> None:
        """Share the files by hard links; copy them where the disk knows none."""
        to = self._folder / baseline
        to.parent.mkdir(exist_ok=True)
        to.mkdir()
        for file in files:
            _link(self._folder / home / file, to / file)

    def disk(self, home: str) -> tuple[int, int]:
        paths = (self._folder / home).rglob("*")
        found = [one.stat() for one in paths if one.is_file()]
        every = sum(each.st_size for each in found)
        return every, sum(each.st_size for each in found if each.st_nlink == 1)

    def homes(self) -> set[str]:
        return {one.name for one in self._folder.glob("*")}

    def baselines(self, home: str) -> Mapping[str, float]:
        found = (self._folder / home / BASELINES).glob("*")
        return {one.name: one.stat().st_mtime for one in found if one.is_dir()}


def _write(to: Path, content: bytes) -> None:
    """Write a file whole. Each writer has a draft of its own, which `prune` finds if it is left."""
    draft = to.with_suffix(f".{uuid4().hex}.draft")
    try:
        draft.write_bytes(content)
        draft.replace(to)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _link(file: Path, to: Path) -> None:
    try:
        os.link(file, to)
    except FileNotFoundError:
        raise
    except OSError:  # another file system, or one without hard links
        shutil.copyfile(file, to)
