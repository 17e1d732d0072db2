"""Rows of a list that no account has: each would have ended a run, or taken its page with it."""

from typing import Final

DEEP: Final = b"[" * 50_000 + b"]" * 50_000
MENDED: Final = {
    "half of a character": rb'"summary":"\ud83d"',
    "the other half": rb'"summary":"\udc00x"',
    "bytes that are no text": b'"summary":"\xff\xed\xa0\x80"',
    "a control character": b'"summary":"a\x01\nb"',
}
"""Further fields of a row. The row itself is good."""

LOST: Final = {
    "brackets nested deeply": b'"summary":' + DEEP,
    "a number of thousands of digits": b'"summary":' + b"9" * 6_000,
    "a word that is no JSON": b'"summary":undefined',
}
"""Further fields of a row that cannot be read. Rows before and after it can."""
