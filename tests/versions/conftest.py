"""What tests of data versions share."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from corvana.snapshot_folder import ObjectStore
from corvana.versions import announcing, publish
from corvana.versions.manifest import Manifest, read_manifest
from tests.builders.object_store.server import TestBucket
from tests.builders.stored.held_alone import HeldAlone
from tests.conftest import Connected

LARGE = 2**30
Later = Callable[[float], Manifest]


@pytest.fixture
def node(bucket: TestBucket, tmp_path: Path) -> Callable[..., ObjectStore]:
    """A function that returns the store as a node of that name sees it."""

    def named(name: str, most_bytes: int = LARGE) -> ObjectStore:
        return ObjectStore(bucket.url, tmp_path / name, most_bytes)

    return named


@pytest.fixture
def folder(concluded: Connected) -> Path:
    return concluded.settings.versions_dir


@pytest.fixture
def first(concluded: Connected) -> int:
    """The version whose results are prepared."""
    version = concluded.connection.data_version
    announcing.note_prepared(concluded.engine, concluded.id, version)
    return version


@pytest.fixture
def later(concluded: Connected, folder: Path, first: int) -> Later:
    """The manifest of a run so many hours after that version."""
    found = read_manifest(folder, concluded.id, first)
    return lambda hours: replace(
        found, version=first + 1, as_of=found.as_of + timedelta(hours=hours)
    )


@pytest.fixture
def announce(concluded: Connected, folder: Path) -> Callable[[Manifest], int]:
    """Publish a version with the files of the one before; return what pages then show."""

    def announce(manifest: Manifest) -> int:
        publish._publish(HeldAlone(concluded), folder, manifest, dict)
        return concluded.connection.shown_version

    return announce
