"""Tokens and pseudonym keys are never readable without the key."""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlmodel import Session

from corvana.errors import ConfigError, NotConnected, VaultError
from corvana.store.engine import open_database
from corvana.store.models import Connection, Secret
from corvana.store.vault import Vault
from corvana.tokens import Tokens

EXPIRY = datetime(2026, 3, 1, tzinfo=UTC)
PAIR = Tokens("pdus+access-1", "pdus+refresh-1", EXPIRY)


def a_connection(identity: str) -> Connection:
    return Connection(
        id=identity,
        engagement_id="e",
        account_id="PA1",
        account_label="acme",
        region="us",
        audience="https://api.pagerduty.com",
        connected_role="owner",
        connected_at=EXPIRY,
    )


CONNECTION = a_connection("c")


def a_key() -> SecretStr:
    return SecretStr(Fernet.generate_key().decode())


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    with Session(open_database(database_url)) as opened:
        yield opened


def test_no_representation_of_tokens_shows_them() -> None:
    for text in (repr(PAIR), str(PAIR), f"{PAIR}", f"{[PAIR]}"):
        assert "pdus" not in text
        assert "2026-03-01" in text


def test_what_was_saved_comes_back(session: Session, tmp_path: Path) -> None:
    vault = Vault.open(None, tmp_path)
    vault.save(session, CONNECTION, PAIR)
    assert vault.tokens(session, "c") == PAIR


def test_what_is_stored_does_not_hold_the_tokens(session: Session, tmp_path: Path) -> None:
    vault = Vault.open(None, tmp_path)
    vault.save(session, CONNECTION, PAIR)
    session.commit()
    for path in tmp_path.iterdir():
        assert b"pdus" not in path.read_bytes()
    secret = session.get_one(Secret, "c")
    assert b"pdus" not in secret.tokens
    assert secret.pseudonym_key
    assert vault.key(session, "c").pseudonyms not in secret.pseudonym_key


def test_renewing_tokens_keeps_the_pseudonym_key(session: Session, tmp_path: Path) -> None:
    vault = Vault.open(None, tmp_path)
    vault.save(session, CONNECTION, PAIR)
    key = vault.key(session, "c").pseudonyms
    renewed = Tokens("pdus+access-2", "pdus+refresh-2", EXPIRY + timedelta(days=10))
    vault.save(session, CONNECTION, renewed)
    assert vault.tokens(session, "c") == renewed
    assert vault.key(session, "c").pseudonyms == key
    assert len(key) == 32


def test_every_connection_has_a_pseudonym_key_of_its_own(session: Session, tmp_path: Path) -> None:
    vault = Vault.open(None, tmp_path)
    for name in ("c", "d"):
        vault.save(session, a_connection(name), PAIR)
    assert vault.key(session, "c").pseudonyms != vault.key(session, "d").pseudonyms


def test_another_key_opens_nothing(session: Session, tmp_path: Path) -> None:
    Vault.open(a_key(), tmp_path).save(session, CONNECTION, PAIR)
    stranger = Vault.open(a_key(), tmp_path)
    with pytest.raises(VaultError):
        stranger.tokens(session, "c")
    with pytest.raises(VaultError):
        stranger.key(session, "c")


def test_destroyed_tokens_are_not_connected(session: Session, tmp_path: Path) -> None:
    vault = Vault.open(None, tmp_path)
    with pytest.raises(NotConnected):
        vault.tokens(session, "c")
    with pytest.raises(NotConnected):
        vault.key(session, "c")


def test_a_malformed_key_is_refused_without_being_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        Vault.open(SecretStr("not-a-key"), tmp_path)
    assert "not-a-key" not in str(caught.value)


def test_the_key_file_is_its_owners_alone_and_is_made_once(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    sealed = Vault.open(None, folder).encrypt(b"plain")
    path = folder / "secret.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Vault.open(None, folder).decrypt(sealed) == b"plain"


def test_a_configured_key_makes_no_file(tmp_path: Path) -> None:
    Vault.open(a_key(), tmp_path)
    assert list(tmp_path.iterdir()) == []
