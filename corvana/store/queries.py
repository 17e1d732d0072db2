"""SQL → frames of `corvana.frames`, always of one connection.

Columns are read as stored (integers for instants) and converted by column, not by value.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Connection, Select, select, type_coerce
from sqlmodel import SQLModel, col

from corvana.frames import (
    INCIDENT_ROWS,
    INSTANT,
    JOINED,
    LABELS,
    LOG_ENTRIES,
    RESPONDERS,
    RULES,
    SERVICES,
    SHIFTS,
    conform,
)
from corvana.store import models
from corvana.store.instant import Instant


def incident_rows(
    connection: Connection, connection_id: str, since: datetime, until: datetime
) -> pd.DataFrame:
    """INCIDENT_ROWS of incidents created in [since, until)."""
    return _read(
        connection,
        models.Incident,
        connection_id,
        INCIDENT_ROWS,
        {"id": "incident_id"},
        [col(models.Incident.created_at) >= since, col(models.Incident.created_at) < until],
    )


def log_entries(
    connection: Connection, connection_id: str, since: datetime, until: datetime
) -> pd.DataFrame:
    """LOG_ENTRIES of incidents created in [since, until)."""
    return _read(
        connection,
        models.LogEntry,
        connection_id,
        LOG_ENTRIES,
        {"id": "log_entry_id"},
        [col(models.LogEntry.incident_id).in_(_created(connection_id, since, until))],
    )


def joined(
    connection: Connection, connection_id: str, since: datetime, until: datetime
) -> pd.DataFrame:
    """JOINED of incidents created in [since, until)."""
    return _read(
        connection,
        models.ResponderJoin,
        connection_id,
        JOINED,
        {"joined_at": "at"},
        [col(models.ResponderJoin.incident_id).in_(_created(connection_id, since, until))],
    )


def rules(connection: Connection, connection_id: str) -> pd.DataFrame:
    """RULES."""
    return _read(connection, models.EscalationTarget, connection_id, RULES)


def services(connection: Connection, connection_id: str) -> pd.DataFrame:
    """SERVICES."""
    return _read(connection, models.Service, connection_id, SERVICES, {"id": "service_id"})


def responders(connection: Connection, connection_id: str) -> pd.DataFrame:
    """RESPONDERS."""
    return _read(connection, models.Responder, connection_id, RESPONDERS)


def shifts(connection: Connection, connection_id: str) -> pd.DataFrame:
    """SHIFTS; parts of one shift that were collected in several windows are joined."""
    parts = _read(connection, models.Shift, connection_id, SHIFTS)
    return join_shifts(parts)


def join_shifts(parts: pd.DataFrame) -> pd.DataFrame:
    """Join parts of the same responder on the same schedule that touch or overlap."""
    keys = ["schedule_id", "responder"]
    ordered = parts.sort_values([*keys, "start"], ignore_index=True)
    same = ~ordered.duplicated(keys)
    so_far = ordered["end"].astype("int64").groupby([ordered[k] for k in keys]).cummax()
    begins = same | (ordered["start"].astype("int64") > so_far.shift(fill_value=0))
    return (
        ordered.groupby(begins.cumsum())
        .agg({**dict.fromkeys(keys, "first"), "start": "min", "end": "max"})
        .pipe(conform, SHIFTS)
    )


def labels(connection: Connection, connection_id: str) -> pd.DataFrame:
    """LABELS of services, escalation policies, schedules and teams."""
    kinds: dict[str, type[SQLModel]] = {
        "service": models.Service,
        "escalation_policy": models.EscalationPolicy,
        "schedule": models.Schedule,
        "team": models.Team,
    }
    frames = [
        _read(connection, model, connection_id, {"id": "str", "label": "str"}).assign(kind=kind)
        for kind, model in kinds.items()
    ]
    return conform(pd.concat(frames, ignore_index=True), LABELS)


def _created(connection_id: str, since: datetime, until: datetime) -> Select[Any]:
    return select(col(models.Incident.id)).where(
        col(models.Incident.connection_id) == connection_id,
        col(models.Incident.created_at) >= since,
        col(models.Incident.created_at) < until,
    )


def _read(
    connection: Connection,
    model: type[SQLModel],
    connection_id: str,
    contract: Mapping[str, str],
    renamed: Mapping[str, str] | None = None,
    where: Sequence[ColumnElement[bool]] = (),
) -> pd.DataFrame:
    table = model.__table__  # type: ignore[attr-defined]
    names = {(renamed or {}).get(column.name, column.name): column for column in table.columns}
    wanted = [_as_stored(names[name]).label(name) for name in contract]
    rows: Sequence[Any] = connection.execute(
        select(*wanted).where(table.c.connection_id == connection_id, *where)
    ).all()
    frame = pd.DataFrame([tuple(row) for row in rows], columns=list(contract))
    instants = {
        name: pd.to_datetime(frame[name].astype("Int64"), unit="us", utc=True).astype(INSTANT)
        for name, dtype in contract.items()
        if dtype == INSTANT
    }
    return conform(frame.assign(**instants), contract)


def _as_stored(column: Any) -> Any:
    return type_coerce(column, BigInteger) if isinstance(column.type, Instant) else column
