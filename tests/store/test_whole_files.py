"""A file of a key that is changed and destroyed at the same moment stays destroyed."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from corvana.store.keys import whole_files


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_key_that_is_destroyed_at_that_moment_does_not_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    path = tmp_path / "one.key"
    whole_files.write_new(path, b"old-key")
    pwrite: Callable[[int, bytes, int], int] = os.pwrite

    def while_it_is_destroyed(descriptor: int, content: bytes, at: int) -> int:
        if content != b"new-key":
            return pwrite(descriptor, content, at)
        if moment == "before":
            whole_files.destroy(path)
        written = pwrite(descriptor, content, at)
        if moment == "after":
            whole_files.destroy(path)
        return written

    monkeypatch.setattr(os, "pwrite", while_it_is_destroyed)
    with path.open("rb") as still_open:
        assert not whole_files.exchange(path, b"old-key", b"new-key")
        assert still_open.read() not in {b"old-key", b"new-key"}
    assert not path.exists()


def test_a_file_with_other_content_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "one.key"
    whole_files.write_new(path, b"another")
    assert not whole_files.exchange(path, b"old-key", b"new-key")
    assert path.read_bytes() == b"another"
