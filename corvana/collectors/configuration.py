"""Store the configuration. It is always read in full, and every earlier state is kept.

A noun's table holds the present state. `ConfigurationVersion` holds the earlier states of each
object and the time of each change. An object that PagerDuty deleted becomes a tombstone.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows of a noun's table that one reading of PagerDuty gave.

    `whole` is False when PagerDuty did not give every row. `details` (object id → anything JSON
    can hold) belong to an object's state but are stored in another table, for example the rules
    of an escalation policy. `also_there` are ids of objects that exist but are not in the rows.
    """

    rows: Rows
    whole: bool = True
    details: Mapping[str, Any] = field(default_factory=dict)
    also_there: Collection[str] = ()


def store(
    session: Session,
    context: Context,
    noun: str,
    model: type[SQLModel],
    reading: Reading,
    now: datetime,
) -> None:
    """Store the reading as the present state, and note that the noun was read.

    Every new or changed object gets a version. Every deleted object gets a tombstone. No object
    counts as deleted when the list is incomplete (this is noted), or when the connected user may
    see only a part of the account.
    """
    _load(session, context, noun, model, reading, now)
    noun_statuses.succeeded(session, context.connection_id, noun, rows=len(reading.rows), now=now)
    if not reading.whole:
        noun_statuses.incomplete(session, context.connection_id, noun)
    elif not connections.is_partial_now(session, context.connection_id):
        _prune(session, context, noun, model, reading, now)


def _load(
    session: Session,
    context: Context,
    noun: str,
    model: type[SQLModel],
    reading: Reading,
    now: datetime,
) -> None:
    upsert(session, model, [{**row, "deleted_at": None} for row in reading.rows])
    key = _key(model)
    known = _present_states(session, context.connection_id, noun)
    states = {row[key]: _state(row, reading.details.get(row[key])) for row in reading.rows}
    changed = [
        _version(context, noun, object_id, state, now)
        for object_id, state in states.items()
        if known.get(object_id) != state
    ]
    upsert(session, ConfigurationVersion, changed)


def _prune(
    session: Session,
    context: Context,
    noun: str,
    model: type[SQLModel],
    reading: Reading,
    now: datetime,
) -> None:
    key = _key(model)
    there = {row[key] for row in reading.rows} | set(reading.also_there)
    gone = sorted(_live(session, context, model) - there)
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
    """The column that identifies an object within its connection."""
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
