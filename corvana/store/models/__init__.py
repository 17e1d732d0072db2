"""The tables, one file for each reason to change.

Rows of a PagerDuty account have a `connection_id` and are deleted with the connection. People
appear only as pseudonyms (columns `responder`, `agent`, `assignees`). What an assessor wrote has an
`engagement_id` and is deleted with the connection, too. A row with `deleted_at` is a
tombstone: the object was deleted at PagerDuty, its history stays. Every column names its reader.

A change here needs a revision in `corvana/store/migrations/versions`.
"""

from sqlalchemy import Table
from sqlmodel import SQLModel

from corvana.store.models import bookkeeping, configuration, incidents, on_call, register, written
from corvana.store.models.bookkeeping import (
    CollectionRun,
    CollectionWindow,
    Connection,
    Engagement,
    FindingSeen,
    NounStatus,
    OAuthState,
    OddShape,
    Receipt,
    Secret,
    WorkerHeartbeat,
)
from corvana.store.models.collected import Collected
from corvana.store.models.configuration import (
    AlertGroupingSetting,
    BusinessService,
    ConfigurationVersion,
    EscalationPolicy,
    EscalationTarget,
    MaintenanceWindow,
    Priority,
    Responder,
    Schedule,
    Service,
    ServiceDependency,
    Team,
)
from corvana.store.models.incidents import (
    Incident,
    LogEntry,
    ResponderJoin,
)
from corvana.store.models.on_call import (
    OnCall,
    ScheduleCoverage,
    ScheduleOverride,
    Shift,
)
from corvana.store.models.people import (
    AuditEntry,
    ConnectLink,
    GroupRole,
    Membership,
    Person,
    SignIn,
)
from corvana.store.models.register import RegisterChange, RegisterEntry
from corvana.store.models.written import (
    AssessmentSettings,
    Baseline,
    ResponseTarget,
    Revised,
    TimelineDate,
    Written,
)

__all__ = [
    "COLLECTED",
    "WRITTEN",
    "AlertGroupingSetting",
    "AssessmentSettings",
    "AuditEntry",
    "Baseline",
    "BusinessService",
    "Collected",
    "CollectionRun",
    "CollectionWindow",
    "ConfigurationVersion",
    "ConnectLink",
    "Connection",
    "Engagement",
    "EscalationPolicy",
    "EscalationTarget",
    "FindingSeen",
    "GroupRole",
    "Incident",
    "LogEntry",
    "MaintenanceWindow",
    "Membership",
    "NounStatus",
    "OAuthState",
    "OddShape",
    "OnCall",
    "Person",
    "Priority",
    "Receipt",
    "RegisterChange",
    "RegisterEntry",
    "Responder",
    "ResponderJoin",
    "ResponseTarget",
    "Revised",
    "Schedule",
    "ScheduleCoverage",
    "ScheduleOverride",
    "Secret",
    "Service",
    "ServiceDependency",
    "Shift",
    "SignIn",
    "Team",
    "TimelineDate",
    "WorkerHeartbeat",
    "Written",
    "every_table",
]

COLLECTED: tuple[type[Collected], ...] = tuple(
    table
    for module in (incidents, on_call, configuration, bookkeeping)
    for table in vars(module).values()
    if isinstance(table, type) and issubclass(table, Collected) and table is not Collected
)
"""Every table that a disconnect empties, in the receipt's order. `Secret` is emptied first."""

WRITTEN: tuple[type[Written], ...] = tuple(
    table
    for module in (written, register)
    for table in vars(module).values()
    if isinstance(table, type) and issubclass(table, Written) and hasattr(table, "__table__")
)
"""Every table of what assessors wrote. A disconnect deletes the engagement's rows."""


def every_table() -> list[Table]:
    """Return all tables of the database, those first that others refer to."""
    return list(SQLModel.metadata.sorted_tables)
