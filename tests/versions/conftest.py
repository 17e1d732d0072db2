"""What tests of data versions share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from corvana.snapshot_folder import ObjectStore
from tests.builders.object_store.server import TestBucket

LARGE = 2**30


@pytest.fixture
def node(bucket: TestBucket, tmp_path: Path) -> Callable[..., ObjectStore]:
    """A function that returns the store as a node of that name sees it."""

    def named(name: str, most_bytes: int = LARGE) -> ObjectStore:
        return ObjectStore(bucket.url, tmp_path / name, most_bytes)

    return named
