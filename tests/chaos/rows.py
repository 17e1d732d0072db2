"""The rows of a connection as a hash, so that those of two can be compared.

Each connection has keys of its own: what is sealed is opened, and a pseudonym is replaced by the
id of the person, which the simulated account tells.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, col, select

from corvana.analysis.opening import opened_document
from corvana.collectors.context import Pseudonyms
from corvana.store import connections, models
from tests.stack.running import Stack

TABLES: Final[tuple[type[SQLModel], ...]] = (
    models.Incident,
    models.LogEntry,
    models.ResponderJoin,
    models.Service,
    models.EscalationPolicy,
    models.EscalationTarget,
    models.Schedule,
    models.Team,
    models.Responder,
    models.BusinessService,
    models.ServiceDependency,
    models.MaintenanceWindow,
    models.Priority,
)
_OF_A_RUN: Final = frozenset({"connection_id", "seen_at", "first_seen_at", "checked_at"})
_SEVERAL: Final = frozenset({"assignees", "team_ids"})


def hashes(stack: Stack, connection_id: str, people: frozenset[str]) -> dict[str, str]:
    """Table → the hash of the connection's rows, whatever their order."""
    key = stack.vault.key_of(stack.engine, connection_id)
    code = Pseudonyms(key.pseudonyms, key.seal).of
    seal = stack.vault.seal_of(connections.get(stack.engine, connection_id))
    person = {seal.opened(code(each)): each for each in people}
    return {
        str(table.__tablename__): _hash(
            [_plain(row, seal, person) for row in _rows(stack, table, connection_id)]
        )
        for table in TABLES
    }


def _rows(stack: Stack, table: type[SQLModel], connection_id: str) -> list[dict[str, Any]]:
    key = {column.name for column in inspect(table).columns}
    assert "connection_id" in key
    owner = col(vars(table)["connection_id"])
    with Session(stack.engine) as session:
        return [
            row.model_dump() for row in session.exec(select(table).where(owner == connection_id))
        ]


def _plain(row: Mapping[str, Any], seal: Any, person: Mapping[str, str]) -> str:
    kept = {name: value for name, value in row.items() if name not in _OF_A_RUN}
    opened = opened_document(kept, seal)
    for name, value in opened.items():
        if isinstance(value, str):
            named = [person.get(each, each) for each in value.split(" ")]
            # Several are kept in the order of their sealed ids.
            opened[name] = " ".join(sorted(named) if name in _SEVERAL else named)
    return json.dumps(opened, sort_keys=True, default=str)


def _hash(rows: list[str]) -> str:
    joined = "\n".join(sorted(rows))
    return f"{len(rows)}:{hashlib.sha256(joined.encode()).hexdigest()[:16]}"
