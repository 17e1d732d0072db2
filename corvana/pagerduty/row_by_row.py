"""Read a page that is no valid JSON as a whole: each row for itself.

One row can spoil its page: half of a character that was cut, a control character, brackets nested
too deeply, a number of thousands of digits. What is wrong in a text is mended. A row that still
cannot be read becomes None, like a row that does not fit.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)

_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.?)*+(?:"|\Z)|[][{},]', re.DOTALL)
"""A text, to the end where it is not closed, or a sign that begins, separates or ends values."""

_MOST_TOKENS: Final = 1_000_000
_CONTROL: Final = re.compile(r"[\x00-\x1f]")
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")
_ESCAPE: Final = re.compile(
    r"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|\\u(?![dD][89a-fA-F])|\\[^u])"
    r"|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
"""An escape that is right, as a group; or half of a pair, which is no character."""


class _Cut(NamedTuple):
    """The rows of a page, and the page without them."""

    rows: list[bytes]
    rest: bytes


def read(body: bytes, model: type[M]) -> M | None:
    """The page; None for a body without rows, or whose brackets do not all close."""
    key = _key(model)
    cut = _apart(_mended(body), key) if key else None
    if cut is None:
        return None
    try:
        page = model.model_validate_json(cut.rest)
    except ValidationError:
        return None
    rows = [_row(model, key, row) for row in cut.rows]
    return page.model_copy(update={"rows": rows})


def _key(model: type[BaseModel]) -> str:
    field = model.model_fields.get("rows")
    return (field.alias or "rows") if field else ""


def _row(model: type[BaseModel], key: str, row: bytes) -> Any:
    """The row; None, counted as dropped, if it cannot be read."""
    try:
        (found,) = _rows_of(model, b'{"%s":[%s]}' % (key.encode(), row))
    except ValidationError:
        (found,) = _rows_of(model, b'{"%s":[0]}' % key.encode())
    return found


def _rows_of(model: type[BaseModel], body: bytes) -> list[Any]:
    rows: list[Any] = model.model_validate_json(body).rows  # type: ignore[attr-defined]
    return rows


def _mended(body: bytes) -> bytes:
    """The body with a mark in place of what is no character."""
    text = _CONTROL.sub(" ", body.decode("utf-8-sig", errors="replace"))
    if _SURROGATE.search(text):
        text = _ESCAPE.sub(lambda found: found[1] or r"\ufffd", text)
    return text.encode()


def _apart(body: bytes, key: str) -> _Cut | None:
    """Cut the list under `key` of the outermost object at its commas, whatever its rows hold."""
    depth, last, begins = 0, (0, 0), 0
    rows: list[bytes] = []
    since: int | None = None
    until = None
    for token in _tokens(body):
        sign, at = token[0], token.start()
        if sign in b"[{":
            depth += 1
            if sign == b"[" and depth == 2 and until is None and _names(body, last, at, key):
                since = begins = at + 1
        elif sign in b"]}":
            depth -= 1
            if since is not None and until is None and depth == 1:
                until = at
        elif sign == b"," and since is not None and until is None and depth == 2:
            rows.append(body[begins:at])
            begins = at + 1
        elif sign != b",":
            last = token.span()
    if since is None or until is None or depth != 0:
        return None
    if rows or body[begins:until].strip():
        rows.append(body[begins:until])
    return _Cut(rows, body[:since] + body[until:])


def _tokens(body: bytes) -> Iterator[re.Match[bytes]]:
    for number, token in enumerate(_TOKEN.finditer(body)):
        if number > _MOST_TOKENS:
            return
        yield token


def _names(body: bytes, text: tuple[int, int], at: int, key: str) -> bool:
    """Whether the text before the bracket at `at` is the key of what the bracket begins."""
    start, end = text
    return body[start:end] == b'"%s"' % key.encode() and body[end:at].strip() == b":"
