"""The tables, by what makes them change.

Rows of a PagerDuty account carry `connection_id` and die with the connection. People appear only
as pseudonyms (columns named `responder`, `agent`, `assignees`). A row with `deleted_at` is a
tombstone: the object is gone at PagerDuty, its history stays.

A change here needs a revision in `corvana/store/migrations/versions`.
"""

from sqlmodel import SQLModel

from corvana.store.models.bookkeeping import (
    CollectionRun,
    CollectionWindow,
    Connection,
    Engagement,
    NounStatus,
    OAuthState,
    Receipt,
    Secret,
    WorkerHeartbeat,
)
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

__all__ = [
    "COLLECTED",
    "AlertGroupingSetting",
    "BusinessService",
    "CollectionRun",
    "CollectionWindow",
    "ConfigurationVersion",
    "Connection",
    "Engagement",
    "EscalationPolicy",
    "EscalationTarget",
    "Incident",
    "LogEntry",
    "MaintenanceWindow",
    "NounStatus",
    "OAuthState",
    "OnCall",
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
    "Team",
    "WorkerHeartbeat",
]

COLLECTED: tuple[type[SQLModel], ...] = (
    LogEntry,
    ResponderJoin,
    Incident,
    OnCall,
    ScheduleOverride,
    ScheduleCoverage,
    Shift,
    Schedule,
    EscalationTarget,
    EscalationPolicy,
    AlertGroupingSetting,
    MaintenanceWindow,
    ServiceDependency,
    BusinessService,
    Service,
    Priority,
    Team,
    Responder,
    ConfigurationVersion,
    NounStatus,
    CollectionWindow,
    CollectionRun,
)
"""Every table a disconnect empties, children before parents; `Secret` goes first of all."""
