"""Ids, names and codes of an account, encrypted with a key of the connection's own.

Deleting rows does not delete their bytes: PostgreSQL keeps them in its tables, indexes, statistics
and write-ahead log for a while. So what is stored there is sealed, and a disconnect destroys the
key: then nothing of it can be read any more, wherever its bytes still are.

The same text always becomes the same sealed text (AES-SIV, RFC 5297), so that rows are joined and
updated by sealed ids as by plain ones. Two equal ids can be seen to be equal, and the length of a
text shows. Whoever has no key learns nothing else, and cannot make a text that opens.
"""

import base64
import re
from functools import lru_cache
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

MARK: Final = "~"
"""The first sign of a sealed text. No id of PagerDuty contains it."""

KEY_BITS: Final = 512
"""Of a key: one half for the tag, one half for the encryption (AES-256)."""

_SEALED: Final = re.compile(r"~([A-Za-z0-9_-]{23,})")
"""The tag alone has 16 bytes, and no text that is sealed is empty: at least 23 signs."""
_KEPT: Final = 100_000


class Seal(Protocol):
    """Seals texts, and opens what it sealed."""

    def text(self, plain: str) -> str:
        """Return the text sealed; an empty text stays empty."""
        ...

    def opened(self, text: str) -> str:
        """Return the text with every sealed part of it opened. What does not open stays."""
        ...


class _NotSealed:
    """For connections that are stored in plain text."""

    def text(self, plain: str) -> str:
        return plain

    def opened(self, text: str) -> str:
        return text


NOT_SEALED: Final[Seal] = _NotSealed()


class KeySeal:
    """A seal with a key of 64 bytes. It keeps what it sealed and opened lately."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESSIV(key)
        self.text = lru_cache(maxsize=_KEPT)(self._text)
        self._open = lru_cache(maxsize=_KEPT)(self._opened)

    def opened(self, text: str) -> str:
        """See `Seal`."""
        return _SEALED.sub(lambda found: self._open(found[0]), text) if MARK in text else text

    def _text(self, plain: str) -> str:
        if not plain:
            return plain
        sealed = self._cipher.encrypt(plain.encode(), None)
        return MARK + base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def _opened(self, sealed: str) -> str:
        body = sealed.removeprefix(MARK)
        padded = body + "=" * (-len(body) % 4)
        try:
            return self._cipher.decrypt(base64.urlsafe_b64decode(padded), None).decode()
        except (InvalidTag, ValueError):
            return sealed


def new_key() -> bytes:
    """Return a new key for `KeySeal`."""
    return AESSIV.generate_key(KEY_BITS)


def is_sealed(text: str) -> bool:
    """Whether the whole text has the form of a sealed one."""
    return _SEALED.fullmatch(text) is not None
