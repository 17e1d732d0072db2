"""The data folder is for its own user alone."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from corvana.private_files import keep_private


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_there_and_what_comes_is_private(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "snapshots").mkdir(parents=True)
    (data / "corvana.db").touch()
    assert rights(data / "corvana.db") == 0o644
    keep_private(data)
    (data / "snapshots" / "later.parquet").touch()
    (data / "more").mkdir()
    assert {path.name: oct(rights(path)) for path in [data, *data.rglob("*")]} == {
        "data": "0o700",
        "snapshots": "0o700",
        "corvana.db": "0o600",
        "later.parquet": "0o600",
        "more": "0o700",
    }


def test_a_link_out_of_the_folder_changes_nothing_outside(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.touch()
    data = tmp_path / "data"
    data.mkdir()
    (data / "link").symlink_to(outside)
    keep_private(data)
    assert rights(outside) == 0o644
