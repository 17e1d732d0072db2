"""What assessors wrote in their own words, sealed where the database keeps what is deleted.

SQLite overwrites deleted rows; there nothing is sealed. In other databases, columns in `free` of a
table are sealed with a key of the engagement (`store.keys`), which a disconnect destroys. Rows that
were written before that was so are read as they are.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from corvana.errors import KeyMissing, NotFound, VaultError
from corvana.seal import MARK, NOT_SEALED, Seal, is_sealed
from corvana.store.keys import in_use
from corvana.store.models import WRITTEN
from corvana.store.models.written import Written

UNREADABLE: Final = "cannot be opened"
"""Stands for a text whose key is not here. A picture is empty then, and so are settings."""

_SEALED: Final = "sealed"
Row = TypeVar("Row", bound=Written)


def seal_to_write(session: Session, engagement_id: str, connection_id: str | None) -> Seal:
    """Return what seals what is written in the engagement; its first use makes the key.

    The connection, if there is one, must be held by the transaction. So no key is made while the
    connection is being deleted.

    Raises
    ------
    NotFound
        The key is not here, but there are rows that it sealed: the account is being disconnected,
        or this node does not have the folder of keys. A second key would make them unreadable.
    VaultError
        The key does not fit `CORVANA_SECRET_KEY`.
    """
    engine = session.get_bind().engine
    if engine.dialect.name == "sqlite":
        return NOT_SEALED
    keys = in_use.of(engine)
    if connection_id is not None:
        keys.note_engagement(connection_id, engagement_id)
    try:
        return keys.of_written(engagement_id)
    except KeyMissing:
        has_sealed = _has_sealed(session, engagement_id)
    if not has_sealed:
        keys.make_written(engagement_id)
    try:
        # Somebody else may have made the key and saved in between.
        return keys.of_written(engagement_id)
    except KeyMissing:
        raise NotFound("the key of what was written here is gone") from None


def sealed(model: type[Written], values: Mapping[str, Any], seal: Seal) -> dict[str, Any]:
    """Return the values of a row as they are stored."""
    if seal is NOT_SEALED:
        return dict(values)
    return {
        name: _closed(value, seal) if name in model.free else value
        for name, value in values.items()
    }


def opened(engine: Engine, rows: Sequence[Row]) -> Sequence[Row]:
    """Return rows of one engagement as they were written. What cannot be opened is `UNREADABLE`."""
    if engine.dialect.name == "sqlite" or not any(map(_is_row_sealed, rows)):
        return rows
    seal = _seal_to_read(engine, rows[0].engagement_id)
    return [_opened_row(row, seal) for row in rows]


def opened_one(engine: Engine, row: Row | None) -> Row | None:
    """Return a row as it was written; None without one."""
    return None if row is None else opened(engine, [row])[0]


def _seal_to_read(engine: Engine, engagement_id: str) -> Seal:
    """A seal that opens nothing where the key is not here."""
    try:
        return in_use.of(engine).of_written(engagement_id)
    except VaultError:
        return NOT_SEALED


def _has_sealed(session: Session, engagement_id: str) -> bool:
    """Whether a key that is gone sealed anything that is still there."""
    queries = [
        select(*(col(getattr(model, name)) for name in model.free)).where(
            col(model.engagement_id) == engagement_id
        )
        for model in WRITTEN
        if model.free
    ]
    return any(
        _is_closed(value)
        for query in queries
        for row in session.connection().execute(query)
        for value in row
    )


def _closed(value: Any, seal: Seal) -> Any:
    match value:
        case str():
            return seal.text(value)
        case bytes():
            return seal.text(base64.b64encode(value).decode()).encode()
        case dict() if value:
            return {_SEALED: seal.text(json.dumps(value))}
    return value


def _is_row_sealed(row: Written) -> bool:
    return any(_is_closed(getattr(row, name)) for name in row.free)


def _is_closed(value: Any) -> bool:
    match value:
        case str():
            return is_sealed(value)
        case bytes():
            return value.startswith(MARK.encode())
        case dict():
            return value.keys() == {_SEALED}
    return False


def opened_values(model: type[Written], values: Mapping[str, Any], seal: Seal) -> dict[str, Any]:
    """Return the values of a row as they were written."""
    return {
        name: _opened(value, seal) if name in model.free else value
        for name, value in values.items()
    }


def _opened_row(row: Row, seal: Seal) -> Row:
    """A row of its own: what a session holds is what is stored."""
    return type(row)(**opened_values(type(row), row.model_dump(), seal))


def _opened(value: Any, seal: Seal) -> Any:
    if not _is_closed(value):
        return value
    match value:
        case bytes():
            text = _opened_text(value.decode(), seal)
            return b"" if text is None else base64.b64decode(text)
        case dict():
            text = _opened_text(value[_SEALED], seal)
            return {} if text is None else json.loads(text)
    return _opened_text(value, seal) or UNREADABLE


def _opened_text(text: str, seal: Seal) -> str | None:
    """None where the seal did not make the text."""
    found = seal.opened(text)
    return None if found == text else found
