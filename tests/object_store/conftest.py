"""Several nodes with a database, a folder of keys and an object store, and no disk in common."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corvana.config import Settings
from corvana.jobs import orphans
from corvana.sandbox.api.running import RunningSandbox
from corvana.versions.analyse import analyse
from tests.builders.connected_account import DAYS
from tests.builders.data_folder import forget
from tests.builders.object_store.server import TestBucket
from tests.conftest import Connected, collect_at, join


@pytest.fixture
def nodes(
    configure: Callable[..., Settings],
    sandbox: RunningSandbox,
    postgresql_url: str,
    bucket: TestBucket,
    tmp_path: Path,
) -> Callable[[str], Settings]:
    """A function that makes this process the node of that name."""

    def be(name: str) -> Settings:
        return configure(
            sandbox,
            name,
            CORVANA_DATABASE_URL=postgresql_url,
            CORVANA_SNAPSHOT_URL=bucket.url,
            CORVANA_KEYS_DIR=str(tmp_path / "keys"),
            CORVANA_SECRET_KEY="MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        )

    return be


@pytest.fixture
def collected(nodes: Callable[[str], Settings], sandbox: RunningSandbox) -> Iterator[Connected]:
    """Collected by the node `worker`, which this process is."""
    orphans.looks.clear()
    joined = join(nodes("worker"), sandbox)
    collect_at(joined, clock=sandbox.clock, days=DAYS, analyse=analyse)
    yield joined
    joined.engine.dispose()
    forget()
