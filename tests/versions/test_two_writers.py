"""Two processes write a file of one name at the same time, such as a worker, and whoever replaces
the key."""

from pathlib import Path

import pytest

from corvana.versions.kept.on_disk import OnDisk

HOME, NAME = "c" * 32, "00000001-5eed5eed5eed.prepared"


def test_each_of_them_writes_it_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / HOME).mkdir()
    kept, rename, seen = OnDisk(tmp_path), Path.replace, list[bytes]()

    def rename_after_another(draft: Path, to: Path) -> Path:
        if not seen:
            seen.append(b"")
            kept.write(HOME, NAME, b"of the other")
            seen.append(kept.read(HOME, NAME))
        return rename(draft, to)

    monkeypatch.setattr(Path, "replace", rename_after_another)
    kept.write(HOME, NAME, b"of the first")
    assert seen[-1] == b"of the other"
    assert kept.read(HOME, NAME) == b"of the first"
    assert kept.names(HOME) == [NAME]


def test_nothing_is_left_of_a_file_that_could_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_draft: Path, _to: Path) -> None:
        raise OSError("the disk is full")

    (tmp_path / HOME).mkdir()
    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="full"):
        OnDisk(tmp_path).write(HOME, NAME, b"whole")
    assert OnDisk(tmp_path).names(HOME) == []


def test_a_draft_that_a_killed_process_left_goes_with_its_version(tmp_path: Path) -> None:
    kept = OnDisk(tmp_path)
    (tmp_path / HOME).mkdir()
    left = tmp_path / HOME / f"00000001-5eed5eed5eed.{'0' * 32}.draft"
    left.touch()
    kept.announce(HOME, 9, b'{"files": {}}')
    kept.prune(HOME, 9)
    assert not left.exists()
