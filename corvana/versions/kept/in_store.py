"""Data versions in an object store that all nodes share, with copies on this node.

Objects are named like files on a disk: `<connection>/<file>`, in pieces. The manifest of a version
is written last and has the digest of each file. It is always read from the store, so a node never
shows what is deleted there; files of frames come from this node's copies, if they are intact.
"""

import json
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

import pyarrow as pa

from corvana.snapshot_folder import ObjectStore
from corvana.versions.kept.bucket import Bucket, pieces
from corvana.versions.kept.copies import Copies
from corvana.versions.kept.naming import (
    BASELINES,
    MANIFESTS,
    PREPARED,
    Check,
    kept_manifests,
    manifest_name,
    outdated,
    path,
    top_of,
)
from corvana.versions.kept.on_disk import OnDisk

_KNOWN_SECONDS: Final = 5.0
"""So long it is known whether there are prepared results: pages ask for each question anew."""
_FETCHED_AT_ONCE: Final = 64 * 1024**2
"""Bytes that are in memory until they are kept as copies."""


class InStore:
    """The files in an object store. `home` is a connection's id, or the place of a baseline."""

    def __init__(self, store: ObjectStore) -> None:
        self._bucket = Bucket(store.url)
        self._copies = Copies(store.copies, store.most_bytes)
        self._copied = OnDisk(store.copies)
        self._most_bytes = store.most_bytes
        self._known: dict[str, tuple[bool, float]] = {}

    @property
    def is_away(self) -> bool:
        return self._bucket.is_away

    def look(self) -> None:
        self._bucket.look()

    def draft(self, home: str, file: str) -> Path:
        return self._copies.draft(home, file)

    def bring(self, home: str, files: Collection[str]) -> Mapping[str, Check]:
        """Upload written files, several at the same time. They become this node's copies."""

        def upload(file: str) -> Check:
            return self._bucket.put_file(path(home, file), self._copies.draft_of(home, file))

        checks = dict(zip(files, self._bucket.at_once(upload, files), strict=True))
        self._copies.adopt(home, files)
        return checks

    def announce(self, home: str, version: int, manifest: bytes) -> None:
        self._bucket.put(path(home, manifest_name(version)), manifest)

    def manifest(self, home: str, version: int) -> bytes:
        return self._bucket.get(path(home, manifest_name(version)))

    def fetch(self, home: str, files: Mapping[str, Check]) -> None:
        """Fetch what is no copy yet, many files at the same time, unless not all of it fits."""
        lacking = {one: it for one, it in files.items() if not self._copies.has(home, one)}
        if sum(check.size for check in files.values()) > self._most_bytes:
            return
        for some in _in_batches(lacking):
            contents = self._bucket.at_once(
                lambda one: self._bucket.get_checked(path(home, one), files[one]), some
            )
            self._copies.keep(home, dict(zip(some, contents, strict=True)))

    def source(self, home: str, file: str, check: Check | None) -> pa.BufferReader:
        if check is None:
            raise FileNotFoundError("the manifest does not say what this file has to be")
        content = self._copies.find(home, file, check)
        if content is None:
            content = self._bucket.get_checked(path(home, file), check)
            self._copies.keep(home, {file: content})
        return pa.BufferReader(content)

    def fingerprint(self, home: str, file: str, check: Check | None) -> bytes:  # noqa: ARG002
        return check.digest.encode() if check else b""

    def prune(self, home: str, current: int, shown: int = 0) -> None:
        every = [one.key for one in self._bucket.listed(home)]
        names = [name for name in every if top_of(name) != BASELINES]
        manifests = [name for name in names if top_of(name) == MANIFESTS]
        kept, used = kept_manifests(manifests, current, shown), set[str]()
        for content in self._bucket.at_once(self._bucket.get, [path(home, one) for one in kept]):
            files = json.loads(content)["files"]
            used.update(file for parts in files.values() for file in parts.values())
        gone = outdated(names, current, used, kept)
        self._bucket.delete(path(home, name) for name in gone)
        self._copied.remove(home, outdated(self._copied.names(home), current, used, kept))

    def are_there(self, home: str, files: Mapping[str, Check | None]) -> bool:
        listed = {one.key for one in self._bucket.listed(home)}
        return all(check and listed.issuperset(pieces(f, check)) for f, check in files.items())

    def count(self, home: str) -> int:
        return len(self._bucket.listed(home))

    def delete(self, home: str) -> int:
        """Delete this node's copies first, also while the store is away. Other nodes look for
        copies of what is deleted by themselves."""
        self._copied.delete(home)
        count = self.count(home)
        self._bucket.delete_below(home)
        return count

    def has(self, home: str, name: str) -> bool:
        key, now = path(home, name), time.monotonic()
        is_there, known_at = self._known.get(key, (False, -_KNOWN_SECONDS))
        if now - known_at >= _KNOWN_SECONDS:
            is_there = self._bucket.has(key)
            self._known = {
                one: it for one, it in self._known.items() if now - it[1] < _KNOWN_SECONDS
            }
            self._known[key] = is_there, now
        return is_there

    def read(self, home: str, name: str) -> bytes:
        check = Check(*json.loads(self._bucket.get(path(home, name))))
        return self._bucket.get_checked(path(home, name), check)

    def prepared(self, home: str) -> list[str]:
        return [one.key for one in self._bucket.listed(home) if one.key.endswith(PREPARED)]

    def write(self, home: str, name: str, content: bytes) -> None:
        """Write the pieces first, and then what tells of them."""
        check = self._bucket.put_checked(path(home, name), content)
        self._bucket.put(path(home, name), json.dumps(check).encode())
        self._known.pop(path(home, name), None)

    def freeze(self, home: str, files: Mapping[str, Check | None], baseline: str) -> None:
        """Copy the files within the store."""
        names = [piece for file, check in files.items() if check for piece in pieces(file, check)]
        self._bucket.at_once(
            lambda name: self._bucket.copy(path(home, name), path(baseline, name)), names
        )

    def disk(self, home: str) -> tuple[int, int]:
        every = sum(one.size for one in self._bucket.listed(home))
        return every, every

    def homes(self) -> set[str]:
        return self._bucket.folders()

    def baselines(self, home: str) -> Mapping[str, float]:
        written: dict[str, float] = {}
        for one in self._bucket.listed(path(home, BASELINES)):
            name = top_of(one.key)
            written[name] = max(one.at, written.get(name, 0.0))
        return written


def _in_batches(files: Mapping[str, Check]) -> Iterator[list[str]]:
    some: list[str] = []
    size = 0
    for name, check in files.items():
        if some and size + check.size > _FETCHED_AT_ONCE:
            yield some
            some, size = [], 0
        some.append(name)
        size += check.size
    if some:
        yield some
