"""What is stored encrypted with the application's key, one after the other, to encrypt it anew."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from corvana.store.keys.whole_files import exchange

_KINDS: Final = {
    ".key": "keys of connections",
    ".tokens": "keys of tokens",
    ".written": "keys of what assessors wrote",
    ".revoke": "tokens to be revoked",
}
"""The encrypted files of the folder of keys, by how their names end."""


@dataclass(frozen=True, slots=True)
class Encrypted:
    """Something that is stored encrypted with the application's key.

    `read` returns what is stored, and None when it is gone. `exchange` stores another text in its
    place, and returns False when something else is stored there meanwhile. `is_needed`: it cannot
    be worked out again.
    """

    kind: str
    name: str
    read: Callable[[], bytes | None]
    exchange: Callable[[bytes, bytes], bool]
    is_needed: bool = True


def files(folder: Path) -> Iterator[Encrypted]:
    """Yield the encrypted files of a folder of keys."""
    for path in sorted(folder.glob("*")):
        if path.suffix in _KINDS:
            yield _of_file(path)


def _of_file(path: Path) -> Encrypted:
    def read() -> bytes | None:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None

    return Encrypted(
        _KINDS[path.suffix], path.name, read, lambda old, new: exchange(path, old, new)
    )
