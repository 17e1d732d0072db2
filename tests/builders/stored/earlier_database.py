"""Databases as earlier versions of the application made them."""

from datetime import UTC, datetime
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, text
from sqlmodel import SQLModel

from corvana.store import address
from corvana.store.migrations import script_config
from corvana.store.schema import alone

CREATED = datetime(2026, 3, 1, 12, tzinfo=UTC)
CREATED_STORED = 1_772_366_400_000_000

FIRST_ROWS: dict[str, dict[str, Any]] = {
    "engagement": {"id": "first", "name": "E", "status": "active", "created_at": CREATED_STORED},
    "collectionrun": {
        "id": "run",
        "connection_id": "c",
        "status": "finished",
        "trigger": "schedule",
        "started_at": CREATED_STORED,
        "until": CREATED_STORED,
        "windows_total": 3,
        "windows_done": 3,
        "rows": 100,
        "requests": 7,
        "unreadable": 1,
        "activity": "",
    },
    "incident": {
        "connection_id": "c",
        "id": "Q1",
        "number": 2**40,
        "status": "resolved",
        "urgency": "high",
        "team_ids": "",
        "assigned_via": "escalation_policy",
        "merged": False,
        "created_at": CREATED_STORED,
        "updated_at": CREATED_STORED,
    },
    "service": {
        "connection_id": "c",
        "id": "PS1",
        "label": "Checkout",
        "status": "active",
        "team_ids": "",
    },
}


def bare(url: str) -> Engine:
    """An engine on the database as it is."""
    return create_engine(address.parse(url))


def as_at_first(url: str) -> None:
    """Make the database as the first revision does, with rows."""
    config = script_config()
    with alone(bare(url)) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for table, row in FIRST_ROWS.items():
            names = ", ".join(row)
            values = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)


def as_before_revisions(url: str) -> None:
    """The same tables and rows, made by a version that did not note a revision."""
    as_at_first(url)
    with bare(url).begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))


def revision(url: str) -> object:
    with bare(url).connect() as connection:
        return connection.scalar(text("SELECT version_num FROM alembic_version"))


def differences(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
