"""A disconnect empties every table of its connection, and no other."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Float, Integer, LargeBinary, Table
from sqlalchemy.types import TypeEngine
from sqlmodel import Session, SQLModel

from corvana.store import connections, purge
from corvana.store.engine import open_database
from corvana.store.instant import Instant
from corvana.store.models import COLLECTED, WRITTEN, Secret
from tests.builders.stored.bare_connection import a_connection

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_every_table_of_a_connection_is_emptied_by_a_disconnect() -> None:
    """A new table with rows of an account must be in `COLLECTED`."""
    of_a_connection = {
        name for name, table in SQLModel.metadata.tables.items() if "connection_id" in table.columns
    }
    emptied = {str(model.__tablename__) for model in COLLECTED}
    assert of_a_connection - emptied == {Secret.__tablename__}
    assert len(emptied) == len(COLLECTED)


def test_a_purge_leaves_no_row_in_any_table_and_takes_no_one_elses(database_url: str) -> None:
    engine = open_database(database_url)
    tables = [t for t in SQLModel.metadata.sorted_tables if "connection_id" in t.columns]
    written = [SQLModel.metadata.tables[str(model.__tablename__)] for model in WRITTEN]
    with Session(engine) as session:
        for engagement, connection_id in (("first", "mine"), ("second", "other")):
            session.add(a_connection(connection_id, engagement))
            for table in tables:
                session.connection().execute(table.insert().values(a_row(table, connection_id)))
            for table in written:
                session.connection().execute(
                    table.insert().values(
                        a_row(table, connection_id) | {"engagement_id": engagement}
                    )
                )
        session.commit()
    receipt = purge.begin(engine, "mine", NOW)
    purge.finish(engine, "mine", receipt, snapshot_files=0, now=NOW)
    with engine.connect() as connection:
        left = {
            table.name: [row.connection_id for row in connection.execute(table.select())]
            for table in tables
        }
        of_engagements = {
            table.name: [row.engagement_id for row in connection.execute(table.select())]
            for table in written
        }
    assert left == {table.name: ["other"] for table in tables}
    assert of_engagements == {table.name: ["second"] for table in written}
    assert [each.id for each in connections.listed(engine)] == ["other"]
    finished = connections.latest_receipt(engine, "first")
    assert finished is not None
    assert finished.counts == {table.name: 1 for table in [*tables, *written]} | {
        "snapshot_files": 0,
        "rows_left": 0,
    }


EXAMPLES: tuple[tuple[type[TypeEngine[Any]], Any], ...] = (
    (Instant, NOW),
    (Date, NOW.date()),
    (JSON, {"a": 1}),
    (LargeBinary, b"sealed"),
    (Boolean, True),
    (Integer, 1),
    (Float, 0.5),
)


def a_row(table: Table, connection_id: str) -> dict[str, Any]:
    """Something in every column."""
    row = {
        column.name: next(
            (value for kind, value in EXAMPLES if isinstance(column.type, kind)), "text"
        )
        for column in table.columns
    }
    known = {"connection_id": connection_id} if "connection_id" in row else {}
    return row | {**known, **({"id": connection_id} if "id" in row else {})}
