"""The keys of what is stored sealed: files beside the database, never in it nor in its backups.

Each connection has two files, for two times at which they are destroyed: `<id>.key` (what seals ids
and names, and what makes pseudonyms) is destroyed first of all at a disconnect, `<id>.tokens` (what
encrypts its tokens) with it, once the tokens lie where they are kept until PagerDuty has revoked
them. Both are encrypted with `CORVANA_SECRET_KEY`, so that a stolen folder opens nothing.

What assessors write is sealed with a key of the engagement, `<engagement id>.written`: settings may
be written before there is a connection. It is destroyed with the connection's key, also while the
database is away, which alone knows whose engagement it is. Therefore `<id>.engagement` holds the id
of the connection's engagement, as it is: it says nothing about a client, and it can be read when
no key fits.

All nodes share the folder. A file is written whole or not at all.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any, Final, TypeVar
from uuid import uuid4

from cryptography.fernet import Fernet, InvalidToken

from corvana.errors import KeyMissing, VaultError
from corvana.held import held
from corvana.seal import Seal, new_key
from corvana.store.keys.connection_key import (
    Cipher,
    ConnectionKey,
    new_connection_key,
    sealing,
    taken_apart,
)
from corvana.store.keys.whole_files import Stamp, destroy, keep_on_disk, stamp, write_new

_CONNECTION_ID: Final = re.compile(r"[0-9a-f]{32}")
_ENGAGEMENT_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""An engagement's id is the word `first` or some hexadecimal digits. No folder can be named."""
_KEY: Final = ".key"
_TOKENS: Final = ".tokens"
_WRITTEN: Final = ".written"
_ENGAGEMENT: Final = ".engagement"
_DRAFT: Final = ".draft"


_Key = TypeVar("_Key")
_kept: Final[dict[Path, tuple[Stamp, Any]]] = {}
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
        self._make(self._key(connection_id), new_connection_key(pseudonyms))
        self._make(self._tokens(connection_id), Fernet.generate_key())

    def of(self, connection_id: str) -> ConnectionKey:
        """Return the key of a connection. Raises `KeyMissing`, or `VaultError` if it does not open.

        The file is looked at each time: a key that was destroyed is not used any longer.
        """
        key = self._opened(self._key(connection_id), taken_apart)
        held.note(connection_id)
        return key

    def of_written(self, engagement_id: str) -> Seal:
        """Return what seals what assessors wrote in an engagement. Raises like `of`."""
        return self._opened(self._written(engagement_id), sealing)

    def make_written(self, engagement_id: str) -> None:
        """Make the key of what assessors write in an engagement; one that is there stays."""
        self._make(self._written(engagement_id), new_key())

    def note_engagement(self, connection_id: str, engagement_id: str) -> None:
        """Note whose engagement a connection is of, so that `destroy` knows it without a database.

        Ids that are not ours are not noted.
        """
        with suppress(KeyMissing):
            note = self._path(connection_id, _ENGAGEMENT)
            self._written(engagement_id)
            if not note.exists():
                self._link(note, engagement_id.encode())

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
        """Destroy what seals the connection's ids and names, and the key of its pseudonyms.

        The key of what assessors wrote in its engagement goes with it, if the engagement is noted.
        The note goes last: whoever is interrupted begins anew.
        """
        with suppress(KeyMissing):
            destroy(self._key(connection_id))
            note = self._path(connection_id, _ENGAGEMENT)
            with suppress(FileNotFoundError):
                self.destroy_written(note.read_text())
            note.unlink(missing_ok=True)

    def destroy_written(self, engagement_id: str) -> None:
        """Destroy what seals what assessors wrote in an engagement."""
        with suppress(KeyMissing):
            destroy(self._written(engagement_id))

    def destroy_tokens(self, connection_id: str) -> None:
        """Destroy what encrypts the connection's tokens."""
        with suppress(KeyMissing):
            destroy(self._tokens(connection_id))

    def _key(self, connection_id: str) -> Path:
        return self._path(connection_id, _KEY)

    def _tokens(self, connection_id: str) -> Path:
        return self._path(connection_id, _TOKENS)

    def _written(self, engagement_id: str) -> Path:
        if _ENGAGEMENT_ID.fullmatch(engagement_id) is None:
            raise KeyMissing("no engagement has such an id")
        return self._folder / f"{engagement_id}{_WRITTEN}"

    def _path(self, connection_id: str, kind: str) -> Path:
        """Ids come from addresses, too: a name that is not one of ours has no key."""
        if _CONNECTION_ID.fullmatch(connection_id) is None:
            raise KeyMissing("no connection has such an id")
        return self._folder / f"{connection_id}{kind}"

    def _opened(self, path: Path, take_apart: Callable[[bytes], _Key]) -> _Key:
        now = stamp(path)
        with _lock:
            if now is None:
                _kept.pop(path, None)
            elif path in _kept and _kept[path][0] == now:
                kept: _Key = _kept[path][1]
                return kept
        key = take_apart(self._read(path))
        if now is not None:
            with _lock:
                _kept[path] = (now, key)
        return key

    def _make(self, path: Path, key: bytes) -> None:
        self._link(path, self._cipher.encrypt(key))

    def _link(self, path: Path, content: bytes) -> None:
        """Link a complete file to its name: of two nodes that do this, one makes both's key."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(f".{uuid4().hex}{_DRAFT}")
        try:
            write_new(draft, content)
            with suppress(FileExistsError):
                path.hardlink_to(draft)
        finally:
            draft.unlink(missing_ok=True)
        keep_on_disk(self._folder)

    def _read(self, path: Path) -> bytes:
        try:
            content = path.read_bytes()
            try:
                return self._cipher.decrypt(content)
            except VaultError:
                # It may have been read while another key was written in its place.
                if (again := path.read_bytes()) == content:
                    raise
                return self._cipher.decrypt(again)
        except FileNotFoundError as error:
            raise KeyMissing("the key is not in the folder of keys") from error
