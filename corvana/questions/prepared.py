"""Results that were computed in advance, in a file beside the data version they belong to.

The file is encrypted, with the connection's key if it is sealed and else with the vault's: so only
results written by Corvana are read back, and none after a disconnect. It
names the code that computed it: another release may compute other numbers or keep other classes.
"""

import pickle
from collections.abc import Iterator, Mapping
from threading import RLock
from typing import Final, Protocol

import structlog

from corvana.errors import SnapshotsAway, VaultError, VersionMissing
from corvana.snapshot_folder import Folder
from corvana.store.keys.encrypted import Encrypted
from corvana.store.vault import Vault
from corvana.versions.code_digest import ANSWERING, code_digest
from corvana.versions.files import prepared_name
from corvana.versions.kept.places import kept_in

_MOST_VERSIONS: Final = 4
_log = structlog.get_logger()


class Prepared(Protocol):
    """A store of prepared results."""

    def of(self, connection_id: str, version: int, settings: str = "") -> Mapping[str, bytes]:
        """Return the pickled results of a data version under settings of that digest, by
        question."""
        ...

    def clear(self) -> None:
        """Keep nothing in memory any more."""
        ...


class _Nothing:
    def of(
        self,
        connection_id: str,  # noqa: ARG002
        version: int,  # noqa: ARG002
        settings: str = "",  # noqa: ARG002
    ) -> Mapping[str, bytes]:
        return {}

    def clear(self) -> None:
        return


NOTHING_PREPARED: Final[Prepared] = _Nothing()


class PreparedFiles:
    """The prepared results in a folder of data versions; the last files read stay in memory."""

    def __init__(self, folder: Folder, vault: Vault) -> None:
        self._folder = folder
        self._vault = vault
        self._files: dict[tuple[str, int, str], Mapping[str, bytes]] = {}
        self._lock = RLock()

    def of(self, connection_id: str, version: int, settings: str = "") -> Mapping[str, bytes]:
        """Return the results of a data version; empty if there are none yet.

        Every call looks for the version's file, because it is written some time after the version.
        While the store of data versions is away, what was read before is all there is.
        """
        key = (connection_id, version, settings)
        try:
            if not is_there(self._folder, *key):
                return {}
            with self._lock:
                if key not in self._files:
                    self._files[key] = read(
                        self._folder, connection_id, version, self._vault, settings
                    )
                    for oldest in list(self._files)[:-_MOST_VERSIONS]:
                        del self._files[oldest]
                return self._files[key]
        except SnapshotsAway:
            return self._files.get(key, {})

    def clear(self) -> None:
        """Keep nothing in memory any more."""
        with self._lock:
            self._files.clear()


def is_there(folder: Folder, connection_id: str, version: int, settings: str = "") -> bool:
    """Return whether results of a data version are written. Raises `SnapshotsAway`."""
    return kept_in(folder).has(connection_id, prepared_name(version, settings))


def write(
    folder: Folder,
    connection_id: str,
    version: int,
    vault: Vault,
    results: Mapping[str, bytes],
    settings: str = "",
) -> int:
    """Write pickled results by question, completely or not at all; return the file's bytes.

    Raises `VersionMissing` when the connection was deleted meanwhile.
    """
    found = pickle.dumps((code_digest(*ANSWERING), dict(results)))
    content = vault.results_of(connection_id).encrypt(found)
    try:
        kept_in(folder).write(connection_id, prepared_name(version, settings), content)
    except FileNotFoundError as error:
        raise VersionMissing("the connection was deleted meanwhile") from error
    return len(content)


def encrypted(folder: Folder, connection_id: str, vault: Vault) -> Iterator[Encrypted]:
    """Yield the results that are encrypted with the application's key: those of a connection that
    has no key of its own. Raises `SnapshotsAway`."""
    if vault.keys.has(connection_id):
        return
    kept = kept_in(folder)

    def one(name: str) -> Encrypted:
        def found() -> bytes | None:
            try:
                return kept.read(connection_id, name)
            except FileNotFoundError:
                return None

        def exchange(old: bytes, new: bytes) -> bool:  # noqa: ARG001 - results of a name are equal
            try:
                kept.write(connection_id, name, new)
            except FileNotFoundError:
                return False
            return True

        return Encrypted("prepared results", name, found, exchange, is_needed=False)

    yield from map(one, kept.prepared(connection_id))


def read(
    folder: Folder, connection_id: str, version: int, vault: Vault, settings: str = ""
) -> Mapping[str, bytes]:
    """Return the pickled results by question; empty if there are none of this release yet."""
    try:
        content = kept_in(folder).read(connection_id, prepared_name(version, settings))
        plain = vault.results_of(connection_id).decrypt(content)
        found: object = pickle.loads(plain)  # noqa: S301 - ours, see above
    except FileNotFoundError:
        return {}
    except VaultError:
        _log.warning("prepared results do not fit the key", connection=connection_id)
        return {}
    match found:
        case (digest, dict(results)) if digest == code_digest(*ANSWERING):
            return results
    return {}
