"""Tokens of connections that are deleted, kept for their revocation at PagerDuty alone.

PagerDuty may be away when an account is disconnected. A token that is merely forgotten would stay
valid there. So each pair lies in a file in the folder of keys, encrypted with the application's
key, until PagerDuty has confirmed the revocation, or for 30 days.
"""

import json
import os
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

from corvana.errors import VaultError
from corvana.store.keys.connection_key import Cipher
from corvana.tokens import Tokens

_SUFFIX: Final = ".revoke"
KEPT: Final = timedelta(days=30)
TRIED_EVERY: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Revocation:
    """A pair of tokens to be revoked, and the receipt that the revocation is noted on."""

    connection_id: str
    receipt_id: str
    tokens: Tokens
    since: datetime

    def is_too_old(self, now: datetime) -> bool:
        """Whether it was tried for so long that it is given up."""
        return now - self.since > KEPT


class Revocations:
    """The files of a folder. `cipher` is what they are encrypted with."""

    def __init__(self, folder: Path, cipher: Cipher) -> None:
        self._folder = folder
        self._cipher = cipher

    def keep(self, one: Revocation) -> None:
        """Keep a pair until it is revoked. Raises `OSError` when the disk does not take it."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        pair = [one.tokens.access_token, one.tokens.refresh_token]
        told = [one.receipt_id, one.since.isoformat(), one.tokens.expires_at.isoformat(), *pair]
        draft = self._folder / f"{uuid4().hex}.draft"
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(self._cipher.encrypt(json.dumps(told).encode()))
            file.flush()
            os.fsync(descriptor)
        draft.replace(self._path(one.connection_id))

    def due(self) -> list[Revocation]:
        """Return the pairs that were not tried for ten minutes."""
        tried = time.time() - TRIED_EVERY.total_seconds()
        every = sorted(self._folder.glob(f"*{_SUFFIX}"))
        read = (self._read(path) for path in every if _tried_at(path) < tried)
        return [one for one in read if one is not None]

    def of(self, connection_id: str) -> Revocation | None:
        """Return the pair of a connection; None if none is kept."""
        return self._read(self._path(connection_id))

    def note_tried(self, connection_id: str) -> None:
        """Try it again in ten minutes."""
        if (path := self._path(connection_id)).exists():
            os.utime(path)

    def forget(self, connection_id: str) -> None:
        """Remove a pair: it is revoked, or given up."""
        self._path(connection_id).unlink(missing_ok=True)

    def _path(self, connection_id: str) -> Path:
        return self._folder / f"{connection_id}{_SUFFIX}"

    def _read(self, path: Path) -> Revocation | None:
        """None when another process has just removed it, or another key encrypted it."""
        try:
            told = json.loads(self._cipher.decrypt(path.read_bytes()))
        except (FileNotFoundError, VaultError):
            return None
        receipt_id, since, expires_at, access, refresh = told
        tokens = Tokens(access, refresh, datetime.fromisoformat(expires_at))
        return Revocation(path.stem, receipt_id, tokens, datetime.fromisoformat(since))


def _tried_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()
