"""A folder of a stack keeps what the next start needs, and has one stack at a time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stack import disks
from tests.stack.place import Place
from tests.stack.programs import MARK, Missing


def test_ports_and_secrets_are_those_of_the_last_time(tmp_path: Path) -> None:
    first = Place(tmp_path / "stack")
    kept = [first.port("web-0"), first.password("corvana"), first.fernet_key()]
    again = Place(tmp_path / "stack")
    assert [again.port("web-0"), again.password("corvana"), again.fernet_key()] == kept
    assert again.port("web-1") != kept[0]
    assert (again.folder / "kept.json").stat().st_mode & 0o777 == 0o600


def test_a_second_stack_in_a_folder_is_refused(tmp_path: Path) -> None:
    with (
        Place(tmp_path).alone(),
        pytest.raises(Missing, match="Another stack runs"),
        Place(tmp_path).alone(),
    ):
        pass


def test_what_a_killed_stack_has_left_running_is_ended_and_nothing_else(tmp_path: Path) -> None:
    def sleeping(folder: Path) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-c", "import time; print(flush=True); time.sleep(60)"],
            env={**os.environ, MARK: str(folder)},
            stdout=subprocess.PIPE,
        )

    ours, other = sleeping(tmp_path / "ours"), sleeping(tmp_path / "other")
    for each in (ours, other):
        assert each.stdout is not None
        each.stdout.readline()
    try:
        with Place(tmp_path / "ours").alone():
            assert ours.wait(5) < 0
            assert other.poll() is None
    finally:
        for each in (ours, other):
            each.kill()
            each.wait()


@pytest.mark.skipif(not disks.is_possible(), reason="only root may mount a disk")
def test_a_small_disk_can_be_full_and_has_room_again(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with disks.small_disk(folder, megabytes=2):
        (folder / "before").write_bytes(bytes(1 << 20))
        disks.fill(folder)
        with pytest.raises(OSError, match="No space left"):
            (folder / "file").write_bytes(bytes(1 << 16))
        disks.make_room(folder)
        (folder / "file").write_bytes(bytes(1 << 16))
    assert list(folder.iterdir()) == [], "what was on the disk is gone with it"
