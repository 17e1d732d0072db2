"""The tables, one file for each reason to change.

Rows of a PagerDuty account have a `connection_id` and are deleted with the connection. People
appear only as pseudonyms (columns `responder`, `agent`, `assignees`). A row with `deleted_at` is a
tombstone: the object was deleted at PagerDuty, its history stays. Every column names its reader.

A change here needs a revision in `corvana/store/migrations/versions`.
"""

from corvana.store.models import bookkeeping, configuration, incidents, on_call
from corvana.store.models.bookkeeping import (
    CollectionRun,
    CollectionWindow,
    Connection,
    Engagement,
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

__all__ = [
    "COLLECTED",
    "AlertGroupingSetting",
    "AuditEntry",
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
    "Responder",
    "ResponderJoin",
    "Schedule",
    "ScheduleCoverage",
    "ScheduleOverride",
    "Secret",
    "Service",
    "ServiceDependency",
    "Shift",
    "SignIn",
    "Team",
    "WorkerHeartbeat",
]

COLLECTED: tuple[type[Collected], ...] = tuple(
    table
    for module in (incidents, on_call, configuration, bookkeeping)
    for table in vars(module).values()
    if isinstance(table, type) and issubclass(table, Collected) and table is not Collected
)
"""Every table that a disconnect empties, in the receipt's order. `Secret` is emptied first."""
