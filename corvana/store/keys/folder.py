"""The keys of sealed connections: files beside the database, never in it and never in its backups.

Each connection has two files, for two times at which they are destroyed: `<id>.key` (what seals ids
and names, and what makes pseudonyms) is destroyed first of all at a disconnect, `<id>.tokens` (what
encrypts its tokens) with it, once the tokens lie where they are kept until PagerDuty has revoked
them. Both are encrypted with `CORVANA_SECRET_KEY`, so that a stolen folder opens nothing.

All nodes share the folder. A file is written whole or not at all.
"""

import base64
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final, Protocol
from uuid import uuid4

from cryptography.fernet import Fernet, InvalidToken

from corvana.errors import KeyMissing, VaultError
from corvana.held import held
from corvana.seal import KEY_BITS, KeySeal, Seal, new_key

_SEAL_BYTES: Final = KEY_BITS // 8
_PSEUDONYM_BYTES: Final = 32
_RESULTS_BYTES: Final = 32
_LENGTH: Final = _SEAL_BYTES + _PSEUDONYM_BYTES + _RESULTS_BYTES
_OUR_NAMING: Final = re.compile(r"[0-9a-f]{32}")
_KEY: Final = ".key"
_TOKENS: Final = ".tokens"
_DRAFT: Final = ".draft"


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


_Stamp = tuple[int, int, int]
_kept: Final[dict[Path, tuple[_Stamp, ConnectionKey]]] = {}
"""The keys that this process has read, as long as their files are the same."""
_lock: Final = Lock()


class Keys:
    """The folder of the keys. `cipher` is what the files are encrypted with."""

    def __init__(self, folder: Path, cipher: Cipher) -> None:
        self._folder = folder
        self._cipher = cipher

    def make(self, connection_id: str, pseudonyms: bytes | None = None) -> None:
        """Make the keys of a connection; those that are there stay.

        `pseudonyms` is the key that its pseudonyms were made with so far, if there was one.
        """
        key = (
            new_key()
            + (pseudonyms or secrets.token_bytes(_PSEUDONYM_BYTES))
            + secrets.token_bytes(_RESULTS_BYTES)
        )
        self._make(self._key(connection_id), key)
        self._make(self._tokens(connection_id), Fernet.generate_key())

    def of(self, connection_id: str) -> ConnectionKey:
        """Return the key of a connection. Raises `KeyMissing`, or `VaultError` if it does not open.

        The file is looked at each time: a key that was destroyed is not used any longer.
        """
        path = self._key(connection_id)
        stamp = _stamp(path)
        with _lock:
            if stamp is None:
                _kept.pop(path, None)
            elif path in _kept and _kept[path][0] == stamp:
                held.note(connection_id)
                return _kept[path][1]
        key = _taken_apart(self._read(path))
        held.note(connection_id)
        if stamp is not None:
            with _lock:
                _kept[path] = (stamp, key)
        return key

    def forget(self, connection_id: str) -> None:
        """Keep a key that is destroyed, and what it opened, in this process no longer."""
        with suppress(KeyMissing), _lock:
            _kept.pop(self._key(connection_id), None)

    def has(self, connection_id: str) -> bool:
        """Whether there is a key that seals the connection's ids and names."""
        try:
            return self._key(connection_id).exists()
        except KeyMissing:
            return False

    def encrypt_tokens(self, connection_id: str, plain: bytes) -> bytes:
        """Encrypt with the connection's key of tokens. Raises `KeyMissing` and `VaultError`."""
        return Fernet(self._read(self._tokens(connection_id))).encrypt(plain)

    def decrypt_tokens(self, connection_id: str, cipher: bytes) -> bytes:
        """Decrypt what `encrypt_tokens` made. Raises `KeyMissing` and `VaultError`."""
        fernet = Fernet(self._read(self._tokens(connection_id)))
        held.note(connection_id)
        try:
            return fernet.decrypt(cipher)
        except InvalidToken as error:
            raise VaultError("the tokens do not fit the connection's key") from error

    def destroy(self, connection_id: str) -> None:
        """Destroy what seals the connection's ids and names, and the key of its pseudonyms."""
        with suppress(KeyMissing):
            self._destroy(self._key(connection_id))

    def destroy_tokens(self, connection_id: str) -> None:
        """Destroy what encrypts the connection's tokens."""
        with suppress(KeyMissing):
            self._destroy(self._tokens(connection_id))

    def _key(self, connection_id: str) -> Path:
        return self._path(connection_id, _KEY)

    def _tokens(self, connection_id: str) -> Path:
        return self._path(connection_id, _TOKENS)

    def _path(self, connection_id: str, kind: str) -> Path:
        """Ids come from addresses, too: a name that is not one of ours has no key."""
        if _OUR_NAMING.fullmatch(connection_id) is None:
            raise KeyMissing("no connection has such an id")
        return self._folder / f"{connection_id}{kind}"

    def _make(self, path: Path, key: bytes) -> None:
        """Link a complete file to its name: of two nodes that do this, one makes both's key."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(f".{uuid4().hex}{_DRAFT}")
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(self._cipher.encrypt(key))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                path.hardlink_to(draft)
        finally:
            draft.unlink(missing_ok=True)
        _keep_on_disk(self._folder)

    def _read(self, path: Path) -> bytes:
        try:
            return self._cipher.decrypt(path.read_bytes())
        except FileNotFoundError as error:
            raise KeyMissing("the key of this connection is not in the folder of keys") from error

    def _destroy(self, path: Path) -> None:
        """Overwrite the bytes, then remove the file. Nothing happens if it is gone."""
        try:
            with path.open("r+b") as file:
                length = file.seek(0, os.SEEK_END)
                file.seek(0)
                file.write(secrets.token_bytes(length))
                file.flush()
                os.fsync(file.fileno())
            path.unlink(missing_ok=True)
        except FileNotFoundError:
            return
        _keep_on_disk(self._folder)


def _taken_apart(key: bytes) -> ConnectionKey:
    if len(key) != _LENGTH:
        raise VaultError("a key file is damaged: restore it from a backup")
    sealing, rest = key[:_SEAL_BYTES], key[_SEAL_BYTES:]
    return ConnectionKey(
        KeySeal(sealing), rest[:_PSEUDONYM_BYTES], _Results(rest[_PSEUDONYM_BYTES:])
    )


def _stamp(path: Path) -> _Stamp | None:
    """What is different when the file is another one; None when it is gone."""
    try:
        told = path.stat()
    except FileNotFoundError:
        return None
    return told.st_ino, told.st_mtime_ns, told.st_size


def _keep_on_disk(folder: Path) -> None:
    """Have the disk write what the folder lists now, so that a power cut changes nothing of it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
