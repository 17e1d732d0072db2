"""The envelopes PagerDuty's payloads come in: pages, single objects and errors."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from corvana.pagerduty.payloads import (
    EscalationPolicy,
    Incident,
    LogEntry,
    LogEntryWithIncident,
    Payload,
    Reference,
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


class LogEntriesPage(Page):
    rows: Annotated[Rows[LogEntry], Field(alias="log_entries")]


class LogEntriesWithIncidentsPage(Page):
    rows: Annotated[Rows[LogEntryWithIncident], Field(alias="log_entries")]


class ServicesPage(Page):
    rows: Annotated[Rows[Service], Field(alias="services")]


class EscalationPoliciesPage(Page):
    rows: Annotated[Rows[EscalationPolicy], Field(alias="escalation_policies")]


class SchedulesPage(Page):
    rows: Annotated[Rows[Schedule], Field(alias="schedules")]


class ScheduleReferencesPage(Page):
    rows: Annotated[Rows[Reference], Field(alias="schedules")]


class ScheduleV3Response(Payload):
    schedule: ScheduleV3


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

    error: Annotated[
        ErrorDetail | None, BeforeValidator(lambda v: v if isinstance(v, dict) else None)
    ] = None
