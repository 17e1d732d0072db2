"""What of a sealed account must be readable nowhere, and a search for it, byte by byte."""

import re
from collections.abc import Iterable
from pathlib import Path

from corvana.seal import is_sealed
from tests.builders.left_behind import tables
from tests.conftest import Connected

_SEALED = re.compile(rb"~[A-Za-z0-9_-]{23,}")
_WORD = re.compile(rb"[A-Za-z0-9_-]{5,}")
SHORTEST = 5
"""Shorter names, such as P1, are found in any file."""


def plain_texts(connected: Connected) -> set[str]:
    """Every id, name and pseudonym of the account that the database holds sealed, opened.

    What is sealed with another key, as what assessors wrote, is not of the account.
    """
    sealed = set(_SEALED.findall(tables(connected.settings.database_url)))
    found = {connected.seal.opened(each.decode()) for each in sealed}
    return {each for each in found if len(each) >= SHORTEST and not is_sealed(each)}


def readable(texts: Iterable[str], content: bytes) -> set[str]:
    """The texts that stand in the content as they are."""
    ids = {text for text in texts if _WORD.fullmatch(text.encode())}
    words = {word.decode() for word in _WORD.findall(content)}
    return (ids & words) | {text for text in set(texts) - ids if text.encode() in content}


def bytes_in(*folders: Path) -> bytes:
    """All bytes of all files below the folders, with the files' names."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return b"\n".join(str(path).encode() + b"\n" + path.read_bytes() for path in files)
