"""THE ALLOWLIST: the only fields that ever leave a PagerDuty response.

Response bytes are parsed straight into these models. The parser skips every undeclared field
(titles, descriptions, names, e-mail addresses, phone numbers, notes, links). Such a field never
becomes a Python object, so it cannot reach a log line, an exception, a cache or a table.

The kept strings are narrow too: an identifier must look like one, an enumeration value that is not
a plain lower-case word becomes ``unknown``, a time zone must exist. Only a `Label` is free text.

Every field carries a `Kept`: the kind of data and the reason for keeping it. Every file ends with
its `OBJECTS` and with `DROPPED`, the fields skipped in their responses. The privacy page is
generated from these declarations, and a test fails when a declaration is missing.

Field names and meanings: PagerDuty REST API v2, https://developer.pagerduty.com/api-reference/.
"""

from corvana.pagerduty.payloads.allowlist import UNKNOWN, Kept, Kind, Otherwise, Payload, Rows
from corvana.pagerduty.payloads.escalation_policies import EscalationPolicy, EscalationRule
from corvana.pagerduty.payloads.incidents import Incident, IncidentResponder, ResolveReason
from corvana.pagerduty.payloads.log_entries import (
    AnyLogEntry,
    ChangedAction,
    Channel,
    LogEntry,
    LogEntryBase,
    LogEntryWithIncident,
    Notification,
)
from corvana.pagerduty.payloads.on_call import (
    AnySchedule,
    ComputedShift,
    Coverage,
    FinalSchedule,
    FinalScheduleV3,
    OnCall,
    OverridesSubschedule,
    RenderedEntry,
    Schedule,
    ScheduleBase,
    ScheduleV3,
    ShiftMember,
    ShiftSource,
)
from corvana.pagerduty.payloads.people import Team, User
from corvana.pagerduty.payloads.references import (
    Actor,
    Agent,
    PersonReference,
    Reference,
    TypedReference,
)
from corvana.pagerduty.payloads.services import (
    AlertGroupingConfig,
    AlertGroupingSetting,
    BusinessService,
    MaintenanceWindow,
    Priority,
    Relationship,
    Service,
    SupportHours,
    UrgencyRule,
    UrgencyType,
)

__all__ = [
    "UNKNOWN",
    "Actor",
    "Agent",
    "AlertGroupingConfig",
    "AlertGroupingSetting",
    "AnyLogEntry",
    "AnySchedule",
    "BusinessService",
    "ChangedAction",
    "Channel",
    "ComputedShift",
    "Coverage",
    "EscalationPolicy",
    "EscalationRule",
    "FinalSchedule",
    "FinalScheduleV3",
    "Incident",
    "IncidentResponder",
    "Kept",
    "Kind",
    "LogEntry",
    "LogEntryBase",
    "LogEntryWithIncident",
    "MaintenanceWindow",
    "Notification",
    "OnCall",
    "Otherwise",
    "OverridesSubschedule",
    "Payload",
    "PersonReference",
    "Priority",
    "Reference",
    "Relationship",
    "RenderedEntry",
    "ResolveReason",
    "Rows",
    "Schedule",
    "ScheduleBase",
    "ScheduleV3",
    "Service",
    "ShiftMember",
    "ShiftSource",
    "SupportHours",
    "Team",
    "TypedReference",
    "UrgencyRule",
    "UrgencyType",
    "User",
]
