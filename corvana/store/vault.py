"""Encryption of tokens and pseudonym keys, which must never be readable in the database.

In SQLite, which lies on the same disk as its keys and overwrites what is deleted, both are
encrypted with the application's key. In other databases a connection is sealed: its keys lie in
`store.keys`.
"""

import json
import secrets
from collections.abc import Sequence
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Engine
from sqlmodel import Session

from corvana.config import Settings
from corvana.errors import NotConnected, VaultError
from corvana.seal import NOT_SEALED, Seal
from corvana.store.keys import in_use, key_file
from corvana.store.keys.connection_key import Cipher, ConnectionKey
from corvana.store.keys.folder import Keys
from corvana.store.keys.revocations import Revocations
from corvana.store.keys.ring import GivenKeys, KeyInFile, Ring, RingCipher
from corvana.store.models import Connection, Secret
from corvana.tokens import Tokens


def key_path(data_dir: Path) -> Path:
    """Return the place of the key, where none is set."""
    return data_dir / "secret.key"


class Vault:
    """Encrypts with one key: `CORVANA_SECRET_KEY`, or else a file that only its owner may read.

    While the key is replaced by another one, the keys before still open.

    `keys` are the keys of sealed connections, and `revocations` the tokens of deleted connections
    that PagerDuty has not revoked yet, both in files that are encrypted with it.
    """

    def __init__(self, ring: Ring, keys_dir: Path) -> None:
        self._cipher = RingCipher(ring)
        self.keys = Keys(keys_dir, self)
        self.revocations = Revocations(keys_dir, self)

    @classmethod
    def of(cls, settings: Settings) -> "Vault":
        """The vault of these settings, whose keys belong to their database from now on.

        Raises `ConfigError`.
        """
        vault = cls.open(
            settings.secret_key,
            settings.data_dir,
            settings.keys_dir,
            others=settings.other_secret_keys,
        )
        in_use.use(settings.database_url, vault.keys)
        return vault

    @classmethod
    def open(
        cls,
        secret_key: SecretStr | None,
        data_dir: Path,
        keys_dir: Path | None = None,
        *,
        others: Sequence[SecretStr] = (),
    ) -> "Vault":
        """Use the configured key, or the key file in `data_dir` (created on first use).

        `others` are keys that a configured key has replaced; what they encrypted still opens.
        """
        keys_dir = keys_dir or data_dir / "keys"
        if secret_key is not None:
            first, *before = (key.get_secret_value().encode() for key in (secret_key, *others))
            return cls(GivenKeys(first, before), keys_dir)
        path = key_path(data_dir)
        data_dir.mkdir(parents=True, exist_ok=True)
        key_file.make(path)
        ring = KeyInFile(path)
        ring.keys()  # a damaged file is refused here
        return cls(ring, keys_dir)

    def encrypt(self, plain: bytes) -> bytes:
        return self._cipher.encrypt(plain)

    def decrypt(self, cipher: bytes) -> bytes:
        """Decrypt. Raises `VaultError` when `cipher` was encrypted with another key."""
        return self._cipher.decrypt(cipher)

    def renewed(self, cipher: bytes) -> bytes | None:
        """Return the same encrypted with the newest key; None if that is what encrypted it.

        Raises `VaultError` when no key opens it.
        """
        return self._cipher.renewed(cipher)

    def save(self, session: Session, connection: Connection, tokens: Tokens) -> None:
        """Store the pair of tokens. The pseudonym key is created once and never replaced.

        Raises `KeyMissing` when the connection is sealed and its keys are not here.
        """
        plain = json.dumps([tokens.access_token, tokens.refresh_token]).encode()
        secret = session.get(Secret, connection.id)
        if secret is None:
            secret = Secret(
                connection_id=connection.id,
                tokens=b"",
                pseudonym_key=(
                    None if connection.is_sealed else self.encrypt(secrets.token_bytes(32))
                ),
                expires_at=tokens.expires_at,
            )
        secret.tokens = (
            self.keys.encrypt_tokens(connection.id, plain)
            if connection.is_sealed
            else self.encrypt(plain)
        )
        secret.expires_at = tokens.expires_at
        session.add(secret)

    def tokens(self, session: Session, connection_id: str) -> Tokens:
        """Read the pair of tokens. Raises `NotConnected` when it was deleted, and `VaultError`."""
        secret = self._secret(session, connection_id)
        plain = (
            self.keys.decrypt_tokens(connection_id, secret.tokens)
            if secret.pseudonym_key is None
            else self.decrypt(secret.tokens)
        )
        access, refresh = json.loads(plain)
        return Tokens(access, refresh, secret.expires_at)

    def read_tokens(self, engine: Engine, connection_id: str) -> Tokens:
        """`tokens` in a separate transaction."""
        with Session(engine) as session:
            return self.tokens(session, connection_id)

    def key_of(self, engine: Engine, connection_id: str) -> ConnectionKey:
        """Read the connection's key of pseudonyms, with its seal.

        Raises `NotConnected` when it was deleted, `KeyMissing` when the key is not here, and
        `VaultError`.
        """
        with Session(engine) as session:
            return self.key(session, connection_id)

    def key(self, session: Session, connection_id: str) -> ConnectionKey:
        """`key_of` within a transaction."""
        secret = self._secret(session, connection_id)
        if secret.pseudonym_key is None:
            return self.keys.of(connection_id)
        return ConnectionKey(NOT_SEALED, self.decrypt(secret.pseudonym_key), self)

    def seal_of(self, connection: Connection) -> Seal:
        """Return what the connection's ids and names are sealed with. Raises `KeyMissing`."""
        return self.keys.of(connection.id).seal if connection.is_sealed else NOT_SEALED

    def account_of(self, connection: Connection) -> str:
        """Return the subdomain of the connected account; empty when the key to it is not here."""
        try:
            return self.seal_of(connection).opened(connection.account_label)
        except VaultError:
            return ""

    def results_of(self, connection_id: str) -> Cipher:
        """Return what encrypts the connection's results that are worked out beforehand."""
        return self.keys.of(connection_id).results if self.keys.has(connection_id) else self

    @staticmethod
    def _secret(session: Session, connection_id: str) -> Secret:
        secret = session.get(Secret, connection_id, populate_existing=True)
        if secret is None:
            raise NotConnected("the connection's tokens are gone")
        return secret
