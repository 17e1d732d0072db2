"""The keys of sealed connections: in files of their own, and gone when they are destroyed."""

import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from corvana.errors import KeyMissing, VaultError
from corvana.store.keys.folder import Keys
from corvana.store.keys.revocations import KEPT, Revocation
from corvana.store.keys.ring import GivenKeys
from corvana.store.vault import Vault
from corvana.tokens import Tokens

ID, OTHER = "a" * 32, "b" * 32
NOW = datetime(2026, 11, 20, tzinfo=UTC)
PAIR = Tokens("pdus+access", "pdus+refresh", NOW)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(GivenKeys(Fernet.generate_key()), tmp_path / "keys")


@pytest.fixture
def keys(vault: Vault) -> Keys:
    vault.keys.make(ID)
    return vault.keys


def test_a_connection_keeps_the_keys_that_were_made_first(keys: Keys) -> None:
    sealed, people = keys.of(ID).seal.text("PSVC1"), keys.of(ID).pseudonyms
    keys.make(ID)
    assert keys.of(ID).seal.opened(sealed) == "PSVC1"
    assert keys.of(ID).pseudonyms == people


def test_every_connection_has_keys_of_its_own(keys: Keys) -> None:
    keys.make(OTHER)
    assert keys.of(ID).seal.text("PSVC1") != keys.of(OTHER).seal.text("PSVC1")
    assert keys.of(ID).pseudonyms != keys.of(OTHER).pseudonyms


def test_the_key_that_pseudonyms_were_made_with_can_be_taken_over(vault: Vault) -> None:
    vault.keys.make(ID, pseudonyms=b"p" * 32)
    assert vault.keys.of(ID).pseudonyms == b"p" * 32


def test_only_the_owner_may_read_them_and_the_secret_key_is_needed(
    keys: Keys, tmp_path: Path
) -> None:
    folder = tmp_path / "keys"
    files = sorted(folder.iterdir())
    assert [path.name for path in files] == [f"{ID}.key", f"{ID}.tokens"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert keys.of(ID)
    with pytest.raises(VaultError):
        Vault(GivenKeys(Fernet.generate_key()), folder).keys.encrypt_tokens(ID, b"x")


def test_two_nodes_that_make_a_key_at_once_have_the_same(vault: Vault, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: vault.keys.make(ID), range(16)))
        told = set(threads.map(lambda _: vault.keys.of(ID).seal.text("PSVC1"), range(16)))
    assert len(told) == 1
    assert not list((tmp_path / "keys").glob("*.draft"))


def test_a_destroyed_key_is_used_by_nobody_any_longer(keys: Keys, tmp_path: Path) -> None:
    sealed = keys.of(ID).seal.text("PSVC1")
    was = (tmp_path / "keys" / f"{ID}.key").read_bytes()
    keys.destroy(ID)
    keys.destroy(ID)
    assert not keys.has(ID)
    with pytest.raises(KeyMissing):
        keys.of(ID)
    keys.make(ID)
    assert (tmp_path / "keys" / f"{ID}.key").read_bytes() != was
    assert keys.of(ID).seal.opened(sealed) == sealed


def test_the_key_of_what_was_written_goes_with_the_connection_s(keys: Keys, tmp_path: Path) -> None:
    for engagement in ("first", "0123456789ab"):
        keys.make_written(engagement)
    keys.note_engagement(ID, "first")
    sealed = keys.of_written("first").text("a note")
    assert keys.of_written("first").opened(sealed) == "a note"
    assert keys.of_written("0123456789ab").opened(sealed) == sealed
    keys.destroy(ID)
    with pytest.raises(KeyMissing):
        keys.of_written("first")
    left = sorted(path.name for path in (tmp_path / "keys").iterdir())
    assert left == ["0123456789ab.written", f"{ID}.tokens"]


def test_the_engagement_is_noted_once_and_stays_until_all_is_destroyed(
    keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.make_written("first")
    keys.note_engagement(ID, "first")
    keys.note_engagement(ID, "another")
    with monkeypatch.context() as full:
        full.setattr(Keys, "destroy_written", interrupted)
        with pytest.raises(OSError, match="interrupted"):
            keys.destroy(ID)
    assert not keys.has(ID)
    assert keys.of_written("first")
    keys.destroy(ID)
    assert [path.name for path in (tmp_path / "keys").iterdir()] == [f"{ID}.tokens"]


def interrupted(_keys: Keys, _engagement: str) -> None:
    raise OSError("interrupted")


def test_tokens_have_a_key_that_outlives_the_other(keys: Keys) -> None:
    cipher = keys.encrypt_tokens(ID, b"pdus")
    keys.destroy(ID)
    assert keys.decrypt_tokens(ID, cipher) == b"pdus"
    keys.destroy_tokens(ID)
    with pytest.raises(KeyMissing):
        keys.decrypt_tokens(ID, cipher)


@pytest.mark.parametrize("name", ["", "..", "../secret", "A" * 32, "a" * 31, "a" * 33])
@pytest.mark.parametrize("call", [Keys.make, Keys.of])
def test_a_name_that_is_not_ours_has_no_key(
    vault: Vault, name: str, call: Callable[[Keys, str], object]
) -> None:
    with pytest.raises(KeyMissing):
        call(vault.keys, name)
    assert not vault.keys.has(name)
    vault.keys.destroy(name)


@pytest.mark.parametrize("name", ["", "..", "../secret", "a/b", "a.key", "a" * 65, "ä"])
@pytest.mark.parametrize("call", [Keys.make_written, Keys.of_written])
def test_an_engagement_s_name_that_is_not_ours_has_no_key(
    vault: Vault, name: str, call: Callable[[Keys, str], object]
) -> None:
    with pytest.raises(KeyMissing):
        call(vault.keys, name)
    vault.keys.destroy_written(name)
    vault.keys.note_engagement(ID, name)
    with pytest.raises(FileNotFoundError):
        (vault.keys._folder / f"{ID}.engagement").read_text()


def test_a_damaged_key_is_a_clear_error(keys: Keys, tmp_path: Path) -> None:
    (tmp_path / "keys" / "first.written").write_bytes(Fernet.generate_key())
    with pytest.raises(VaultError):
        keys.of_written("first")
    (tmp_path / "keys" / f"{ID}.key").write_bytes(b"not a key")
    with pytest.raises(VaultError):
        keys.of(ID)


def test_tokens_to_revoke_are_kept_unreadable_until_they_are_forgotten(
    vault: Vault, tmp_path: Path
) -> None:
    one = Revocation(ID, "receipt", PAIR, NOW)
    vault.revocations.keep(one)
    (path,) = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"pdus" not in path.read_bytes()
    assert vault.revocations.of(ID) == one
    vault.revocations.forget(ID)
    assert vault.revocations.of(ID) is None
    assert vault.revocations.due() == []


def test_a_revocation_is_tried_again_after_ten_minutes_and_given_up_after_thirty_days(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time  # noqa: PLC0415 - its clock is set

    vault.revocations.keep(Revocation(ID, "receipt", PAIR, NOW))
    assert vault.revocations.due() == []
    later = time.time() + 601
    monkeypatch.setattr("corvana.store.keys.revocations.time.time", lambda: later)
    (one,) = vault.revocations.due()
    assert not one.is_too_old(NOW + KEPT)
    assert one.is_too_old(NOW + KEPT + timedelta(seconds=1))
