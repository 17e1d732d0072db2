"""Encryption of tokens and pseudonym keys, which must never be readable in the database."""

import json
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlmodel import Session

from corvana.errors import ConfigError, NotConnected, VaultError
from corvana.store.models import Secret
from corvana.tokens import Tokens

_KEY_FILE = "secret.key"


class Vault:
    """Encrypts with one key: `CORVANA_SECRET_KEY`, or else a file that only its owner may read."""

    def __init__(self, key: bytes) -> None:
        try:
            self._fernet = Fernet(key)
        except ValueError as error:
            raise ConfigError(
                "CORVANA_SECRET_KEY must be 32 bytes, url-safe base64 (44 characters)"
            ) from error

    @classmethod
    def open(cls, secret_key: SecretStr | None, data_dir: Path) -> "Vault":
        """Use the configured key, or the key file in `data_dir` (created on first use)."""
        if secret_key is not None:
            return cls(secret_key.get_secret_value().encode())
        path = data_dir / _KEY_FILE
        data_dir.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return cls._of_file(path)
        key = Fernet.generate_key()
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
        return cls(key)

    @classmethod
    def _of_file(cls, path: Path) -> "Vault":
        try:
            return cls(path.read_bytes())
        except ConfigError:
            raise ConfigError(
                f"the key file {path} is damaged: restore it from a backup, or set "
                "CORVANA_SECRET_KEY to the key it had"
            ) from None

    def encrypt(self, plain: bytes) -> bytes:
        return self._fernet.encrypt(plain)

    def decrypt(self, cipher: bytes) -> bytes:
        """Decrypt. Raises `VaultError` when `cipher` was encrypted with another key."""
        try:
            return self._fernet.decrypt(cipher)
        except InvalidToken as error:
            raise VaultError("a stored secret does not fit CORVANA_SECRET_KEY") from error

    def save(self, session: Session, connection_id: str, tokens: Tokens) -> None:
        """Store the pair of tokens. The pseudonym key is created once and never replaced."""
        cipher = self.encrypt(json.dumps([tokens.access_token, tokens.refresh_token]).encode())
        secret = session.get(Secret, connection_id)
        if secret is None:
            secret = Secret(
                connection_id=connection_id,
                tokens=cipher,
                pseudonym_key=self.encrypt(secrets.token_bytes(32)),
                expires_at=tokens.expires_at,
            )
        secret.tokens = cipher
        secret.expires_at = tokens.expires_at
        session.add(secret)

    def tokens(self, session: Session, connection_id: str) -> Tokens:
        """Read the pair of tokens. Raises `NotConnected` when it was deleted."""
        secret = self._secret(session, connection_id)
        access, refresh = json.loads(self.decrypt(secret.tokens))
        return Tokens(access, refresh, secret.expires_at)

    def pseudonym_key(self, session: Session, connection_id: str) -> bytes:
        """Read the pseudonym key. Raises `NotConnected` when it was deleted."""
        return self.decrypt(self._secret(session, connection_id).pseudonym_key)

    def read_tokens(self, engine: Engine, connection_id: str) -> Tokens:
        """`tokens` in a separate transaction."""
        with Session(engine) as session:
            return self.tokens(session, connection_id)

    def read_pseudonym_key(self, engine: Engine, connection_id: str) -> bytes:
        """`pseudonym_key` in a separate transaction."""
        with Session(engine) as session:
            return self.pseudonym_key(session, connection_id)

    @staticmethod
    def _secret(session: Session, connection_id: str) -> Secret:
        secret = session.get(Secret, connection_id, populate_existing=True)
        if secret is None:
            raise NotConnected("the connection's tokens are gone")
        return secret
