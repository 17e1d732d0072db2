"""The first start, at which the file of the application's key is made."""

import errno
import os
import resource
import stat
from pathlib import Path

import pytest

from corvana.store.vault import Vault


def test_two_processes_that_start_at_the_same_moment_use_one_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one comes when the first one has made its file and written nothing yet."""
    create, others = os.open, list[Vault]()

    def another_starts(path: Path, flags: int, mode: int = 0o777) -> int:
        descriptor = create(path, flags, mode)
        if flags & os.O_CREAT and not others:
            monkeypatch.setattr(os, "open", create)
            others.append(Vault.open(None, tmp_path))
        return descriptor

    monkeypatch.setattr(os, "open", another_starts)
    first = Vault.open(None, tmp_path)
    assert first.decrypt(others[0].encrypt(b"token")) == b"token"
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_a_start_without_room_on_the_disk_leaves_no_damaged_key(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        with pytest.raises(OSError, match=os.strerror(errno.EFBIG)):
            Vault.open(None, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    vault = Vault.open(None, tmp_path)
    assert vault.decrypt(vault.encrypt(b"token")) == b"token"


def test_a_file_system_without_hard_links_keeps_a_key_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_new: Path, _old: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    kept = Vault.open(None, tmp_path).encrypt(b"token")
    assert Vault.open(None, tmp_path).decrypt(kept) == b"token"
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
