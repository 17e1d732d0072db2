"""The application's keys: the first one encrypts, and all of them open.

There is one key, except while it is replaced by another one (`jobs.rotating`).
"""

from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import Final, Protocol

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from corvana.errors import ConfigError, VaultError
from corvana.store.keys.key_file import before, read_key
from corvana.store.keys.whole_files import Stamp, stamp


class Ring(Protocol):
    """Where the keys come from."""

    def keys(self) -> tuple[Fernet, ...]:
        """Return the keys of this moment, the one that encrypts first."""
        ...


class GivenKeys:
    """Keys of the settings. They are the same as long as the process runs."""

    def __init__(self, first: bytes, others: Iterable[bytes] = ()) -> None:
        try:
            self._keys = tuple(Fernet(key) for key in (first, *others))
        except ValueError as error:
            raise ConfigError(
                "CORVANA_SECRET_KEY must be 32 bytes, url-safe base64 (44 characters)"
            ) from error

    def keys(self) -> tuple[Fernet, ...]:
        return self._keys


class KeyInFile:
    """The key in a file, and the one before it, as long as that lies beside it.

    The files are looked at each time, so that running processes use a new key at once.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._known: tuple[tuple[Stamp | None, Stamp | None], tuple[Fernet, ...]] | None = None

    def keys(self) -> tuple[Fernet, ...]:
        """See `Ring`. Raises `ConfigError` when the file is damaged or was never there."""
        with self._lock:
            stamps = (stamp(self._path), stamp(before(self._path)))
            if self._known is None or (self._known[0] != stamps and stamps[0] is not None):
                self._known = stamps, self._read()
            return self._known[1]

    def _read(self) -> tuple[Fernet, ...]:
        """The file itself is read first: the key in it is kept beside it before it is replaced."""
        found = (read_key(self._path), read_key(before(self._path)))
        if found[0] is None:
            raise ConfigError(
                f"the key file {self._path} is damaged: restore it from a backup, or set "
                "CORVANA_SECRET_KEY to the key it had"
            )
        return tuple(Fernet(key) for key in found if key is not None)


class RingCipher:
    """Encrypts with the first key of a ring, and opens with each of them."""

    def __init__(self, ring: Ring) -> None:
        self._ring: Final = ring

    def encrypt(self, plain: bytes) -> bytes:
        return self._ring.keys()[0].encrypt(plain)

    def decrypt(self, cipher: bytes) -> bytes:
        """Decrypt. Raises `VaultError` when `cipher` was encrypted with another key."""
        keys = self._ring.keys()
        try:
            return MultiFernet(keys).decrypt(cipher)
        except InvalidToken as error:
            # Another process may have begun to use a new key between the two lines above.
            if (now := self._ring.keys()) == keys:
                raise VaultError("a stored secret does not fit CORVANA_SECRET_KEY") from error
        try:
            return MultiFernet(now).decrypt(cipher)
        except InvalidToken as error:
            raise VaultError("a stored secret does not fit CORVANA_SECRET_KEY") from error

    def renewed(self, cipher: bytes) -> bytes | None:
        """Return the same encrypted with the first key; None if that is what encrypted it.

        Raises `VaultError` when no key opens it.
        """
        keys = self._ring.keys()
        try:
            keys[0].decrypt(cipher)
        except InvalidToken:
            pass
        else:
            return None
        try:
            return MultiFernet(keys).rotate(cipher)
        except InvalidToken as error:
            raise VaultError("a stored secret fits none of the keys") from error
