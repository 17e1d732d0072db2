"""The account's present configuration as frames of `corvana.frames`, of one connection.

An object that was deleted at PagerDuty (`deleted_at`) is left out here. It stays in the database,
because history needs it: `labels` gives its name, and `store.queries` reads it for the lifecycle.
Rows are in the order of their ids.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection, Select, and_, literal, select, union_all
from sqlmodel import SQLModel

from corvana.frames import (
    ALERT_GROUPING,
    DEPENDENCIES,
    LABELS,
    MAINTENANCE_WINDOWS,
    REPEATS,
    RULES,
    SCHEDULES,
    SERVICES,
    SUPPORT_HOURS,
    URGENCY_RULES,
    conform,
)
from corvana.labels import told
from corvana.seal import is_sealed
from corvana.store import models
from corvana.store.unknown_zones import known_zones

_LABELLED: Final[Mapping[str, type[SQLModel]]] = {
    re.sub(r"(?<=.)(?=[A-Z])", "_", model.__name__).lower(): model
    for model in models.COLLECTED
    if "label" in model.model_fields
}
"""Kind in LABELS → the table whose objects have names."""


def labels(connection: Connection, connection_id: str) -> pd.DataFrame:
    """LABELS of all objects with a name, such as services and teams.

    Deleted objects are included, because old incidents still refer to them. The names of objects
    that were deleted long ago may have been stored before names were made harmless.
    """
    named = [
        select(literal(kind).label("kind"), table.c.id, table.c.label).where(
            table.c.connection_id == connection_id
        )
        for kind, table in ((kind, _table(model)) for kind, model in _LABELLED.items())
    ]
    rows = connection.execute(union_all(*named).order_by("kind", "id"))
    return _frame([(kind, id_, _harmless(label, kind, id_)) for kind, id_, label in rows], LABELS)


def _harmless(label: str, kind: str, id_: str) -> str:
    """A sealed name was made harmless before it was sealed."""
    return label if is_sealed(label) else told(label, kind, id_)


def subjects(connection: Connection, connection_id: str) -> set[str]:
    """The ids of the services, escalation policies and schedules that exist."""
    present = [
        select(table.c.id).where(
            table.c.connection_id == connection_id, table.c.deleted_at.is_(None)
        )
        for table in (
            _table(models.Service),
            _table(models.EscalationPolicy),
            _table(models.Schedule),
        )
    ]
    return set(connection.execute(union_all(*present)).scalars())


def services(connection: Connection, connection_id: str) -> pd.DataFrame:
    """SERVICES that exist. A deleted service has no policy and no support hours."""
    query = _present(models.Service, connection_id, SERVICES, key="service_id")
    return _frame(connection.execute(query), SERVICES)


def rules(connection: Connection, connection_id: str) -> pd.DataFrame:
    """RULES of the policies that exist. A deleted policy pages nobody."""
    targets, policies = _table(models.EscalationTarget), _table(models.EscalationPolicy)
    query = (
        select(*(targets.c[name] for name in RULES))
        .join(
            policies,
            and_(
                policies.c.connection_id == targets.c.connection_id,
                policies.c.id == targets.c.escalation_policy_id,
            ),
        )
        .where(targets.c.connection_id == connection_id, policies.c.deleted_at.is_(None))
        .order_by(targets.c.escalation_policy_id, targets.c.level, targets.c.target)
    )
    return _frame(connection.execute(query), RULES)


def repeats(connection: Connection, connection_id: str) -> pd.DataFrame:
    """REPEATS of the policies that exist."""
    query = _present(models.EscalationPolicy, connection_id, REPEATS, key="escalation_policy_id")
    return _frame(connection.execute(query), REPEATS)


def support_hours(connection: Connection, connection_id: str) -> pd.DataFrame:
    """SUPPORT_HOURS of the existing services that have them. Other services have no row."""
    query = _present(models.Service, connection_id, SUPPORT_HOURS, key="service_id")
    kept = query.where(_table(models.Service).c.support_days.is_not(None))
    return known_zones(_frame(connection.execute(kept), SUPPORT_HOURS))


def urgency_rules(connection: Connection, connection_id: str) -> pd.DataFrame:
    """URGENCY_RULES of the existing services whose rule is known."""
    query = _present(models.Service, connection_id, URGENCY_RULES, key="service_id")
    known = query.where(_table(models.Service).c.urgency_rule.is_not(None))
    return _frame(connection.execute(known), URGENCY_RULES)


def alert_grouping(connection: Connection, connection_id: str) -> pd.DataFrame:
    """ALERT_GROUPING of the settings that exist, one row per setting and service."""
    table = _table(models.AlertGroupingSetting)
    query = select(table.c.service_ids, table.c.type, table.c.timeout, table.c.time_window).where(
        table.c.connection_id == connection_id, table.c.deleted_at.is_(None)
    )
    rows = [
        (service_id, *setting)
        for service_ids, *setting in connection.execute(query.order_by(table.c.id))
        for service_id in service_ids.split()
    ]
    return _frame(rows, ALERT_GROUPING)


def schedules(connection: Connection, connection_id: str) -> pd.DataFrame:
    """SCHEDULES that exist."""
    query = _present(models.Schedule, connection_id, SCHEDULES, key="schedule_id")
    return known_zones(_frame(connection.execute(query), SCHEDULES))


def dependencies(connection: Connection, connection_id: str) -> pd.DataFrame:
    """DEPENDENCIES that are declared between services that exist in the store.

    Edges are requested service by service, so the store may still hold an edge of a service that
    was deleted later. Such an edge is left out.
    """
    query = _present(models.ServiceDependency, connection_id, DEPENDENCIES, key="id")
    edges = _frame(connection.execute(query), DEPENDENCIES)
    gone = {
        service_id
        for model in (models.Service, models.BusinessService)
        for service_id in connection.scalars(_deleted(model, connection_id))
    }
    ends = edges[["dependent_id", "supporting_id"]]
    return edges[~ends.isin(gone).any(axis="columns")].reset_index(drop=True)


def maintenance_windows(connection: Connection, connection_id: str) -> pd.DataFrame:
    """MAINTENANCE_WINDOWS, past and planned, one row per service and window.

    A window that was deleted before its end was cancelled, so it is left out. A window that has
    ended is never a tombstone.
    """
    table = _table(models.MaintenanceWindow)
    query = select(table.c.service_ids, table.c.start, table.c.end).where(
        table.c.connection_id == connection_id, table.c.deleted_at.is_(None)
    )
    rows = [
        (service_id, start, end)
        for service_ids, start, end in connection.execute(query.order_by(table.c.start, table.c.id))
        for service_id in service_ids.split()
    ]
    return _frame(rows, MAINTENANCE_WINDOWS)


def _present(
    model: type[SQLModel], connection_id: str, contract: Mapping[str, str], *, key: str
) -> Select[Any]:
    """The contract's columns of the existing objects. `key` is the contract's name for their id."""
    table = _table(model)
    columns = [table.c["id" if name == key else name].label(name) for name in contract]
    return (
        select(*columns)
        .where(table.c.connection_id == connection_id, table.c.deleted_at.is_(None))
        .order_by(table.c.id)
    )


def _deleted(model: type[SQLModel], connection_id: str) -> Select[Any]:
    table = _table(model)
    return select(table.c.id).where(
        table.c.connection_id == connection_id, table.c.deleted_at.is_not(None)
    )


def _frame(rows: Iterable[Any], contract: Mapping[str, str]) -> pd.DataFrame:
    """Build the frame from Python objects; the configuration is small enough."""
    return conform(pd.DataFrame(list(rows), columns=list(contract)), contract)


def _table(model: type[SQLModel]) -> Any:
    return model.__table__  # type: ignore[attr-defined]
