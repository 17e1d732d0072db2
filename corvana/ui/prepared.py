"""Answers made before anybody asks, kept beside the data version they belong to.

A file a version, encrypted with the vault's key: what is read back was written by us.
"""

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import structlog

from corvana.errors import SnapshotMissing, VaultError
from corvana.snapshot import prepared_file
from corvana.store.vault import Vault

NOTHING: Final[Mapping[str, bytes]] = {}
_log = structlog.get_logger()


def write(
    folder: Path, connection_id: str, version: int, vault: Vault, answers: Mapping[str, Any]
) -> int:
    """Write the answers, by key, whole or not at all; return how many bytes that took.

    Raises `SnapshotMissing` when the connection was deleted meanwhile.
    """
    content = vault.encrypt(
        pickle.dumps({key: pickle.dumps(answer) for key, answer in answers.items()})
    )
    path = prepared_file(folder, connection_id, version)
    draft = path.with_suffix(".draft")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except FileNotFoundError as error:
        raise SnapshotMissing("the connection was deleted meanwhile") from error
    return len(content)


def read(folder: Path, connection_id: str, version: int, vault: Vault) -> Mapping[str, bytes]:
    """Return the answers as bytes for `answer`, by key; none while there are none."""
    try:
        content = prepared_file(folder, connection_id, version).read_bytes()
        found: Mapping[str, bytes] = pickle.loads(vault.decrypt(content))  # noqa: S301 - ours, see above
    except FileNotFoundError:
        return NOTHING
    except VaultError:
        _log.warning("prepared answers do not fit the key", connection=connection_id)
        return NOTHING
    return found


def answer(content: bytes) -> Any:
    """Return one answer of `read`."""
    return pickle.loads(content)  # noqa: S301 - out of what the vault decrypted
