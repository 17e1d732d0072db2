"""What the file of a connection's key holds: what seals, what makes pseudonyms, what encrypts."""

import base64
import secrets
from dataclasses import dataclass
from typing import Final, Protocol

from cryptography.fernet import Fernet, InvalidToken

from corvana.errors import VaultError
from corvana.seal import KEY_BITS, KeySeal, Seal, new_key

_SEAL_BYTES: Final = KEY_BITS // 8
_PSEUDONYM_BYTES: Final = 32
_RESULTS_BYTES: Final = 32
_LENGTH: Final = _SEAL_BYTES + _PSEUDONYM_BYTES + _RESULTS_BYTES
_DAMAGED: Final = "a key file is damaged: restore it from a backup"


class Cipher(Protocol):
    """Encrypts what is written to a file."""

    def encrypt(self, plain: bytes) -> bytes: ...

    def decrypt(self, cipher: bytes) -> bytes:
        """Raises `VaultError` when `cipher` was encrypted with another key."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class ConnectionKey:
    """What seals a connection's ids and names, the key of its pseudonyms, and what encrypts the
    results that are worked out beforehand."""

    seal: Seal
    pseudonyms: bytes
    results: Cipher


class _Results:
    """Encrypts with a key of its own. See `Cipher`."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def encrypt(self, plain: bytes) -> bytes:
        return self._fernet.encrypt(plain)

    def decrypt(self, cipher: bytes) -> bytes:
        try:
            return self._fernet.decrypt(cipher)
        except InvalidToken as error:
            raise VaultError("what is stored does not fit the connection's key") from error


def new_connection_key(pseudonyms: bytes | None = None) -> bytes:
    """Return a new key as it is written to a file. `pseudonyms` is a key to take over."""
    people = pseudonyms or secrets.token_bytes(_PSEUDONYM_BYTES)
    return new_key() + people + secrets.token_bytes(_RESULTS_BYTES)


def sealing(key: bytes) -> Seal:
    """Return the seal of a file that holds nothing else. Raises `VaultError`."""
    if len(key) != _SEAL_BYTES:
        raise VaultError(_DAMAGED)
    return KeySeal(key)


def taken_apart(key: bytes) -> ConnectionKey:
    """Return the parts of a connection's key. Raises `VaultError` when the file is damaged."""
    if len(key) != _LENGTH:
        raise VaultError(_DAMAGED)
    sealing, rest = key[:_SEAL_BYTES], key[_SEAL_BYTES:]
    return ConnectionKey(
        KeySeal(sealing), rest[:_PSEUDONYM_BYTES], _Results(rest[_PSEUDONYM_BYTES:])
    )
