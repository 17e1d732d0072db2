"""Who is on call by PagerDuty's own account, as frames of `corvana.frames`, of one connection."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, select

from corvana.frames import OVERRIDES, SCHEDULE_COVERAGE, SNAPSHOT, conform
from corvana.store import models
from corvana.store.queries import join_shifts


def on_call_snapshot(connection: Connection, connection_id: str) -> pd.DataFrame:
    """SNAPSHOT: the newest list; the older ones stay in the database."""
    table = _table(models.OnCall)
    newest = select(func.max(table.c.taken_at)).where(table.c.connection_id == connection_id)
    query = (
        select(*(table.c[name] for name in SNAPSHOT))
        .where(table.c.connection_id == connection_id, table.c.taken_at == newest.scalar_subquery())
        .order_by(*(table.c[name] for name in SNAPSHOT))
    )
    return _frame(connection.execute(query), SNAPSHOT)


def overrides(connection: Connection, connection_id: str) -> pd.DataFrame:
    """OVERRIDES; parts of one override that were collected in several windows are joined."""
    table = _table(models.ScheduleOverride)
    query = select(*(table.c[name] for name in OVERRIDES)).where(
        table.c.connection_id == connection_id
    )
    return join_shifts(_frame(connection.execute(query), OVERRIDES)).pipe(conform, OVERRIDES)


def schedule_coverage(connection: Connection, connection_id: str) -> pd.DataFrame:
    """SCHEDULE_COVERAGE, in the order of schedules and spans."""
    table = _table(models.ScheduleCoverage)
    query = (
        select(*(table.c[name] for name in SCHEDULE_COVERAGE))
        .where(table.c.connection_id == connection_id)
        .order_by(table.c.schedule_id, table.c.since)
    )
    return _frame(connection.execute(query), SCHEDULE_COVERAGE)


def _frame(rows: Any, contract: Mapping[str, str]) -> pd.DataFrame:
    return conform(pd.DataFrame(list(rows), columns=list(contract)), contract)


def _table(model: Any) -> Any:
    return model.__table__
