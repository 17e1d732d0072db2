"""Idempotent loading: storing the same rows again changes nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

Row = Mapping[str, Any]
_CHUNK = 5_000


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk


def upsert(
    session: Session, model: type[SQLModel], rows: Sequence[Row], *, newest: str | None = None
) -> int:
    """Insert or update `rows` by primary key; return the number of `rows`.

    With `newest`, a stored row is kept when its value of that column is larger. An older copy
    therefore never overwrites a newer copy.
    """
    if not rows:
        return 0
    table: Table = model.__table__  # type: ignore[attr-defined]
    keys = [column.name for column in table.primary_key]
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values({name: bindparam(name) for name in rows[0]})
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    if changed:
        where = table.c[newest] <= statement.excluded[newest] if newest else None
        statement = statement.on_conflict_do_update(index_elements=keys, set_=changed, where=where)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    for chunk in _chunks(rows):
        session.connection().execute(statement, chunk)
    return len(rows)
