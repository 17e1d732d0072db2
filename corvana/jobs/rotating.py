"""Replacing the application's key by a new one, while web processes and workers are at work.

Everything that the key before has encrypted is encrypted with the new one, one value at a time. A
process may be killed at any moment: each value opens with one of the two keys, and whoever begins
again goes on with what is left.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy import Engine

from corvana.config import Settings, load_settings
from corvana.errors import ConfigError, VaultError
from corvana.questions import prepared
from corvana.store import connections
from corvana.store.engine import open_database
from corvana.store.keys import encrypted, encrypted_rows, key_file
from corvana.store.keys.encrypted import Encrypted
from corvana.store.keys.key_file import Step
from corvana.store.vault import Vault, key_path

_UNDER_WAY_SECONDS: Final = 2.0
"""Within this time a process has stored what it encrypted just before there was a new key."""
_DESTROYED_WITHIN: Final = 0.5
"""A file that a disconnect destroys is overwritten first, and removed within this time."""
_NAMED: Final = 5
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many values were encrypted anew, by kind, and how many the new key was proven to open."""

    encrypted_anew: Mapping[str, int]
    opened_by_the_new_key: int


def rotate_key(step: Step = lambda _: None) -> Rotated:
    """Encrypt with the new key what keys before it have encrypted, and prove that nothing is left.

    Without `CORVANA_SECRET_KEY` the new key is made here, and the key before is destroyed at the
    end. `step` is called after every step with what was done.

    Raises
    ------
    ConfigError
        A key is set, and none that was used before. Or another process replaces the key.
    VaultError
        Something is stored that no key opens. Nothing was changed then.
    SnapshotsAway
        The object store cannot be reached.
    """
    settings = load_settings()
    if settings.secret_key and not settings.other_secret_keys:
        raise ConfigError(
            "set CORVANA_SECRET_KEY to a new key, and CORVANA_OTHER_SECRET_KEYS to the one that it "
            "replaces"
        )
    engine, vault = open_database(settings.database_url), Vault.of(settings)
    with _replacing(settings):
        _refuse_what_does_not_open(settings, engine, vault)
        if settings.secret_key is None:
            key_file.replace(key_path(settings.data_dir), step)
        renewed = _encrypt_anew(settings, engine, vault, step)
        # Not before: while a database or a disk made us wait, it made the others wait, too.
        time.sleep(_UNDER_WAY_SECONDS)
        while late := _encrypt_anew(settings, engine, vault, step):
            renewed += late
        proven = _proven(settings, engine, vault)
        if settings.secret_key is None:
            key_file.destroy_before(key_path(settings.data_dir))
            step("the key before is destroyed")
    return Rotated(dict(sorted(renewed.items())), proven)


@contextmanager
def _replacing(settings: Settings) -> Iterator[None]:
    """A key that is set is replaced by whoever runs Corvana; several may encrypt anew at once."""
    if settings.secret_key is not None:
        yield
        return
    with key_file.replaced_by_one(key_path(settings.data_dir)):
        yield


def _everything(settings: Settings, engine: Engine, vault: Vault) -> Iterator[Encrypted]:
    yield from encrypted_rows.rows(engine)
    yield from encrypted.files(settings.keys_dir)
    for connection in connections.listed(engine):
        for folder in settings.every_folder:
            yield from prepared.encrypted(folder, connection.id, vault)


def _refuse_what_does_not_open(settings: Settings, engine: Engine, vault: Vault) -> None:
    lost = [one for one in _everything(settings, engine, vault) if not _opens(one, vault)]
    if lost:
        time.sleep(_DESTROYED_WITHIN)
        lost = [one for one in lost if not _opens(one, vault)]
    if lost:
        some = ", ".join(f"{one.kind}: {one.name}" for one in lost[:_NAMED])
        raise VaultError(
            f"{len(lost)} stored secrets fit none of the keys ({some}); nothing was changed. Give "
            "the key that they were encrypted with, or disconnect these connections"
        )


def _opens(one: Encrypted, vault: Vault) -> bool:
    if one.is_needed and (stored := one.read()) is not None:
        try:
            vault.renewed(stored)
        except VaultError:
            return False
    return True


def _encrypt_anew(settings: Settings, engine: Engine, vault: Vault, step: Step) -> Counter[str]:
    """Encrypt everything with the first key; return how many values of each kind it was not."""
    renewed: Counter[str] = Counter()
    for one in _everything(settings, engine, vault):
        if _is_renewed(one, vault):
            renewed[one.kind] += 1
            step(f"{one.kind}: {renewed[one.kind]}")
    return renewed


def _is_renewed(one: Encrypted, vault: Vault) -> bool:
    """Whether the value was encrypted anew here. A value that changes meanwhile is read again."""
    try:
        while (found := _read(one, vault)) is not None:
            stored, renewed = found
            if renewed is None:
                return False
            if one.exchange(stored, renewed):
                return True
    except VaultError:
        if one.is_needed:
            raise
        _log.warning("prepared results do not fit any key", name=one.name)
    return False


def _read(one: Encrypted, vault: Vault) -> tuple[bytes, bytes | None] | None:
    """Return what is stored, and the same encrypted with the first key if another one was used;
    None when it is gone, also if it is destroyed at this moment. Raises `VaultError`."""
    while (stored := one.read()) is not None:
        try:
            return stored, vault.renewed(stored)
        except VaultError:
            time.sleep(_DESTROYED_WITHIN if one.is_needed else 0.0)
            if one.read() == stored:
                raise
    return None


def _proven(settings: Settings, engine: Engine, vault: Vault) -> int:
    """Count what the first key opens by itself. Raises `VaultError` if anything is left."""
    proven = 0
    for one in _everything(settings, engine, vault):
        if not one.is_needed or (found := _read(one, vault)) is None:
            continue
        if found[1] is not None:
            raise VaultError(f"{one.kind}: {one.name} was encrypted with a key before: begin again")
        proven += 1
    return proven
