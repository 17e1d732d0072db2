"""Copying the rows of every table, and proving that both databases say the same."""

import hashlib
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Table, func, insert, select

from corvana.jobs.database.rows import Seals
from corvana.store.keys.key_file import Step
from corvana.store.models import every_table

_CHUNK: Final = 2_000
_BYTES: Final = 16


class Compared(NamedTuple):
    """What is in a table, or in the frames of a data version, before and after the move.

    A checksum is made of every row, and does not depend on their order.
    """

    name: str
    rows_before: int
    rows_after: int
    checksum_before: str
    checksum_after: str

    @property
    def is_equal(self) -> bool:
        """Whether nothing is missing, added or different."""
        before = self.rows_before, self.checksum_before
        return before == (self.rows_after, self.checksum_after)


def has_rows(database: Connection) -> bool:
    """Whether any table has a row."""
    return any(
        database.scalar(select(func.count()).select_from(select(table).limit(1).subquery()))
        for table in every_table()
    )


def copy(source: Connection, target: Connection, seals: Seals, step: Step) -> None:
    """Copy every row, sealed on its way."""
    for table in every_table():
        count = 0
        for rows in _in_chunks(source, table):
            target.execute(insert(table), [seals.sealed(table.name, row) for row in rows])
            count += len(rows)
        step(f"{table.name}: {count} rows copied")


def compare(source: Connection, target: Connection, seals: Seals) -> Iterator[Compared]:
    """Read every row of both databases and yield what each table says."""
    for table in every_table():
        (before, sum_before), (after, sum_after) = (
            _checksum(database, table, seals, is_sealed=database is target)
            for database in (source, target)
        )
        yield Compared(table.name, before, after, sum_before, sum_after)


def _checksum(
    database: Connection, table: Table, seals: Seals, *, is_sealed: bool
) -> tuple[int, str]:
    count = total = 0
    for rows in _in_chunks(database, table):
        for row in rows:
            digest = hashlib.sha256(
                seals.told(table.name, row, is_sealed=is_sealed).encode()
            ).digest()
            total += int.from_bytes(digest[:_BYTES])
        count += len(rows)
    return count, f"{total % 2 ** (8 * _BYTES):0{2 * _BYTES}x}"


def _in_chunks(database: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows in parts, so that a large table is never in memory whole."""
    streamed = database.execution_options(yield_per=_CHUNK).execute(select(table))
    for part in streamed.mappings().partitions():
        yield [dict(row) for row in part]
