"""The envelopes PagerDuty's payloads come in: pages, single objects and errors."""

from typing import Annotated

from pydantic import Field

from corvana.pagerduty.payloads import (
    AlertGroupingSetting,
    BusinessService,
    EscalationPolicy,
    Incident,
    LogEntry,
    LogEntryWithIncident,
    MaintenanceWindow,
    OnCall,
    Otherwise,
    Payload,
    Priority,
    Reference,
    Relationship,
    Rows,
    Schedule,
    ScheduleV3,
    Service,
    Team,
    User,
)


class Page(Payload):
    """Paging of a classic list, https://developer.pagerduty.com/docs/pagination."""

    limit: int = 0
    offset: int = 0
    more: bool = False
    total: int | None = None


class IncidentsPage(Page):
    rows: Annotated[Rows[Incident], Field(alias="incidents")]


class IncidentResponse(Payload):
    incident: Incident


class LogEntriesPage(Page):
    rows: Annotated[Rows[LogEntry], Field(alias="log_entries")]


class LogEntriesWithIncidentsPage(Page):
    rows: Annotated[Rows[LogEntryWithIncident], Field(alias="log_entries")]


class ServicesPage(Page):
    rows: Annotated[Rows[Service], Field(alias="services")]


class PrioritiesPage(Page):
    rows: Annotated[Rows[Priority], Field(alias="priorities")]


class BusinessServicesPage(Page):
    rows: Annotated[Rows[BusinessService], Field(alias="business_services")]


class RelationshipsResponse(Payload):
    """Every edge of one service; not paged."""

    rows: Annotated[Rows[Relationship], Field(alias="relationships")]


class MaintenanceWindowsPage(Page):
    rows: Annotated[Rows[MaintenanceWindow], Field(alias="maintenance_windows")]


class AlertGroupingSettingsPage(Payload):
    """Paged by cursor: `after` asks for the next page and is null on the last."""

    after: str | None = None
    rows: Annotated[Rows[AlertGroupingSetting], Field(alias="alert_grouping_settings")]


class EscalationPoliciesPage(Page):
    rows: Annotated[Rows[EscalationPolicy], Field(alias="escalation_policies")]


class SchedulesPage(Page):
    rows: Annotated[Rows[Schedule], Field(alias="schedules")]


class ScheduleReferencesPage(Page):
    rows: Annotated[Rows[Reference], Field(alias="schedules")]


class ScheduleV3Response(Payload):
    schedule: ScheduleV3


class OnCallsPage(Page):
    rows: Annotated[Rows[OnCall], Field(alias="oncalls")]


class TeamsPage(Page):
    rows: Annotated[Rows[Team], Field(alias="teams")]


class UsersPage(Page):
    rows: Annotated[Rows[User], Field(alias="users")]


class UserResponse(Payload):
    user: User


class ErrorDetail(Payload):
    """The number of an error. Its message is not declared: it can quote what was sent."""

    code: int | None = None


class ErrorResponse(Payload):
    """An error body. `error` is a string on some endpoints; then only the status counts."""

    error: Annotated[ErrorDetail | None, Otherwise(None)] = None
