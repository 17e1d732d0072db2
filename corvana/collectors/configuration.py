"""Loading and pruning of configuration: always read in full, versioned, never forgotten.

A noun's table holds the present. What an object was before, and since when it is as it is, is in
`ConfigurationVersion`; an object that is gone at PagerDuty becomes a tombstone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, SQLModel, col, select

from corvana.collectors.context import Context
from corvana.store import connections, noun_statuses
from corvana.store.models import ConfigurationVersion
from corvana.store.upsert import upsert

_CHUNK = 500
Rows = Sequence[dict[str, Any]]
State = dict[str, Any]


def load(
    session: Session,
    context: Context,
    noun: str,
    model: type[SQLModel],
    rows: Rows,
    now: datetime,
    *,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Store the rows as the present, and a version of every object that is new or changed.

    `details` (object id → anything JSON can hold) belongs to the state though it is stored
    elsewhere, as the rules of an escalation policy are.
    """
    upsert(session, model, [{**row, "deleted_at": None} for row in rows])
    key = _key(model)
    known = _present_states(session, context.connection_id, noun)
    states = {row[key]: _state(row, (details or {}).get(row[key])) for row in rows}
    changed = [
        _version(context, noun, object_id, state, now)
        for object_id, state in states.items()
        if known.get(object_id) != state
    ]
    upsert(session, ConfigurationVersion, changed)
    noun_statuses.succeeded(session, context.connection_id, noun, rows=len(rows), now=now)


def prune(
    session: Session,
    context: Context,
    noun: str,
    model: type[SQLModel],
    rows: Rows,
    now: datetime,
    *,
    whole: bool = True,
) -> None:
    """Turn the connection's rows that were not read this time into tombstones.

    Nothing is taken for deleted when the list was not had in full (which is noted), or when whoever
    connected may see only a part of the account.
    """
    if not whole:
        noun_statuses.incomplete(session, context.connection_id, noun)
    if not whole or connections.is_partial_now(session, context.connection_id):
        return
    gone = sorted(_live(session, context, model) - {row[_key(model)] for row in rows})
    _bury(session, context, model, gone, now)
    upsert(
        session,
        ConfigurationVersion,
        [_version(context, noun, object_id, None, now) for object_id in gone],
    )


def _live(session: Session, context: Context, model: type[SQLModel]) -> set[str]:
    table = model.__table__  # type: ignore[attr-defined]
    found = session.connection().execute(
        select(table.c[_key(model)]).where(
            table.c.connection_id == context.connection_id, table.c.deleted_at.is_(None)
        )
    )
    return {object_id for (object_id,) in found}


def _bury(
    session: Session, context: Context, model: type[SQLModel], gone: Sequence[str], now: datetime
) -> None:
    table = model.__table__  # type: ignore[attr-defined]
    for start in range(0, len(gone), _CHUNK):
        session.connection().execute(
            update(table)
            .where(
                table.c.connection_id == context.connection_id,
                table.c[_key(model)].in_(gone[start : start + _CHUNK]),
            )
            .values(deleted_at=now)
        )


def _key(model: type[SQLModel]) -> str:
    """The column that tells the connection's objects apart."""
    table = model.__table__  # type: ignore[attr-defined]
    return next(str(column.name) for column in table.primary_key if column.name != "connection_id")


def _state(row: Mapping[str, Any], details: Any) -> State:
    state = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
        if name != "connection_id"
    }
    return state if details is None else {**state, "details": details}


def _present_states(session: Session, connection_id: str, noun: str) -> dict[str, State | None]:
    versions = session.exec(
        select(ConfigurationVersion)
        .where(
            ConfigurationVersion.connection_id == connection_id, ConfigurationVersion.noun == noun
        )
        .order_by(col(ConfigurationVersion.seen_at))
    )
    return {version.object_id: version.state for version in versions}


def _version(
    context: Context, noun: str, object_id: str, state: State | None, now: datetime
) -> dict[str, Any]:
    return {
        "connection_id": context.connection_id,
        "noun": noun,
        "object_id": object_id,
        "seen_at": now,
        "state": state,
    }
