"""SQL → frames of `corvana.frames`, always of one connection.

Columns are read as stored (integers for instants) and converted by column, not by value.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import pandas as pd
import pyarrow as pa
from sqlalchemy import BigInteger, ColumnElement, Connection, Select, func, select, type_coerce
from sqlmodel import SQLModel, col

from corvana.frames import (
    COUNT,
    FLAG,
    INCIDENT_ROWS,
    INSTANT,
    JOINED,
    LEVEL,
    LOG_ENTRIES,
    PLACE,
    RESPONDERS,
    RULE_VERSIONS,
    SECONDS,
    SERVICE_VERSIONS,
    SHIFTS,
    TEXT,
    WORD,
    conform,
)
from corvana.store import models
from corvana.store.instant import Instant
from corvana.store.narrow_rows import read_narrow
from corvana.store.unknown_zones import known_zones

_BATCH: Final = 5_000
_WITHOUT_RULE: Final = (None, None, None, None)
_ARROW: Final[Mapping[str, pa.DataType]] = {
    TEXT: pa.string(),
    WORD: pa.dictionary(pa.int32(), pa.string()),
    INSTANT: pa.timestamp("us", "UTC"),
    SECONDS: pa.float64(),
    FLAG: pa.bool_(),
    LEVEL: pa.int64(),
    COUNT: pa.int64(),
    PLACE: pa.int64(),
    "int64": pa.int64(),
}


def incident_rows(
    connection: Connection, connection_id: str, since: datetime, until: datetime
) -> pd.DataFrame:
    """INCIDENT_ROWS of incidents created in [since, until)."""
    query = _query(
        models.Incident,
        connection_id,
        INCIDENT_ROWS,
        {"id": "incident_id"},
        _created_between(since, until),
    )
    rows = read_narrow(connection, query, _schema(INCIDENT_ROWS))
    return conform(rows.to_pandas().fillna({"team_ids": ""}), INCIDENT_ROWS)


def count_incidents(
    connection: Connection, connection_id: str, since: datetime, until: datetime
) -> int:
    """How many incidents were created in [since, until)."""
    created = _created(connection_id, since, until).subquery()
    return int(connection.scalar(select(func.count()).select_from(created)) or 0)


def every_nth_creation(
    connection: Connection, connection_id: str, since: datetime, until: datetime, *, nth: int
) -> list[datetime]:
    """`created_at` of every nth incident created in [since, until), oldest first."""
    created_at = col(models.Incident.created_at)
    place = func.row_number().over(order_by=created_at).label("place")
    numbered = (
        select(created_at, place)
        .where(col(models.Incident.connection_id) == connection_id, *_created_between(since, until))
        .subquery()
    )
    nths = select(numbered.c.created_at).where(numbered.c.place % nth == 0).order_by("created_at")
    return list(connection.scalars(nths))


def log_entries(
    connection: Connection, connection_id: str, since: datetime, until: datetime
) -> pd.DataFrame:
    """LOG_ENTRIES of incidents created in [since, until)."""
    query = _query(
        models.LogEntry,
        connection_id,
        LOG_ENTRIES,
        where=[col(models.LogEntry.incident_id).in_(_created(connection_id, since, until))],
    )
    rows = read_narrow(
        connection, query, _schema(LOG_ENTRIES), together=col(models.LogEntry.incident_id)
    )
    return conform(rows.to_pandas().fillna({"assignees": ""}), LOG_ENTRIES)


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


def rule_versions(connection: Connection, connection_id: str) -> pd.DataFrame:
    """RULE_VERSIONS of all policies, also of deleted ones."""
    rows = [
        (policy_id, seen_at, level, target, target_type)
        for policy_id, seen_at, state in _versions(connection, connection_id, "escalation_policies")
        for level, target_type, target, _ in state.get("details") or [_WITHOUT_RULE]
    ]
    return conform(pd.DataFrame(rows, columns=list(RULE_VERSIONS)), RULE_VERSIONS)


def service_versions(connection: Connection, connection_id: str) -> pd.DataFrame:
    """SERVICE_VERSIONS of all services, also of deleted ones."""
    rows = [
        (service_id, seen_at, state.get("escalation_policy_id"))
        for service_id, seen_at, state in _versions(connection, connection_id, "services")
    ]
    return conform(pd.DataFrame(rows, columns=list(SERVICE_VERSIONS)), SERVICE_VERSIONS)


def _versions(
    connection: Connection, connection_id: str, noun: str
) -> Iterator[tuple[str, datetime, dict[str, Any]]]:
    """Id, time and state of every version of the noun's objects, without deletions."""
    version = models.ConfigurationVersion
    found = connection.execute(
        select(col(version.object_id), col(version.seen_at), col(version.state))
        .where(
            col(version.connection_id) == connection_id,
            col(version.noun) == noun,
            col(version.state).is_not(None),
        )
        .order_by("object_id", "seen_at")
    )
    return ((object_id, seen_at, state) for object_id, seen_at, state in found)


def responders(connection: Connection, connection_id: str) -> pd.DataFrame:
    """RESPONDERS. A zone that is not known is null."""
    return known_zones(_read(connection, models.Responder, connection_id, RESPONDERS))


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


def _created_between(since: datetime, until: datetime) -> list[ColumnElement[bool]]:
    """The conditions of the time span. Tombstones, incidents deleted at PagerDuty, are left out."""
    return [
        col(models.Incident.created_at) >= since,
        col(models.Incident.created_at) < until,
        col(models.Incident.deleted_at).is_(None),
    ]


def _created(connection_id: str, since: datetime, until: datetime) -> Select[Any]:
    return select(col(models.Incident.id)).where(
        col(models.Incident.connection_id) == connection_id, *_created_between(since, until)
    )


def _read(
    connection: Connection,
    model: type[SQLModel],
    connection_id: str,
    contract: Mapping[str, str],
    renamed: Mapping[str, str] | None = None,
    where: Sequence[ColumnElement[bool]] = (),
) -> pd.DataFrame:
    query = _query(model, connection_id, contract, renamed, where)
    return _frame(connection, query, contract)


def _query(
    model: type[SQLModel],
    connection_id: str,
    contract: Mapping[str, str],
    renamed: Mapping[str, str] | None = None,
    where: Sequence[ColumnElement[bool]] = (),
) -> Select[Any]:
    table = model.__table__  # type: ignore[attr-defined]
    names = {(renamed or {}).get(column.name, column.name): column for column in table.columns}
    wanted = [_as_stored(names[name]).label(name) for name in contract]
    return select(*wanted).where(table.c.connection_id == connection_id, *where)


def _frame(connection: Connection, query: Select[Any], contract: Mapping[str, str]) -> pd.DataFrame:
    """Run the query, whose columns are the contract's.

    Rows become Arrow columns batch by batch. A frame built from Python objects needs ten times the
    memory.
    """
    schema = _schema(contract)
    batches = [
        pa.record_batch(
            [pa.array(part, kind) for part, kind in zip(zip(*rows), schema.types)],  # noqa: B905
            schema,
        )
        for rows in connection.execute(query).partitions(_BATCH)
    ]
    return conform(pa.Table.from_batches(batches, schema).to_pandas(), contract)


def _schema(contract: Mapping[str, str]) -> pa.Schema:
    return pa.schema([(name, _ARROW[dtype]) for name, dtype in contract.items()])


def _as_stored(column: Any) -> Any:
    return type_coerce(column, BigInteger) if isinstance(column.type, Instant) else column
