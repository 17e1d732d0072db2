"""The JSON bodies around PagerDuty's payloads: pages, single objects and errors."""

from functools import cache
from typing import Annotated, Any, Final

from pydantic import Field, create_model

from corvana.pagerduty.payloads import (
    AlertGroupingSetting,
    Incident,
    LogEntry,
    LogEntryWithIncident,
    Otherwise,
    Payload,
    Reference,
    Relationship,
    Rows,
    Schedule,
    ScheduleV3,
    User,
)

_MOST_TOLD: Final = 1_000_000_000


class Page(Payload):
    """Paging of a classic list, https://developer.pagerduty.com/docs/pagination."""

    limit: Annotated[int, Field(ge=0, le=_MOST_TOLD), Otherwise(0)] = 0
    more: bool = False
    total: Annotated[Annotated[int, Field(ge=0, le=_MOST_TOLD)] | None, Otherwise(None)] = None


class ListPage(Page):
    """A page of a classic list; made by `page_of`."""

    rows: list[Any]


@cache
def page_of(rows: str, payload: type[Payload]) -> type[ListPage]:
    """The pages of the list of `payload` whose rows PagerDuty calls `rows`."""
    kept = Annotated[Rows[payload], Field(alias=rows)]  # type: ignore[valid-type]
    return create_model(f"{payload.__name__}Page", __base__=ListPage, rows=(kept, ...))


class IncidentsPage(Page):
    rows: Annotated[Rows[Incident], Field(alias="incidents")]


class IncidentResponse(Payload):
    incident: Incident


class LogEntriesPage(Page):
    rows: Annotated[Rows[LogEntry], Field(alias="log_entries")]


class LogEntriesWithIncidentsPage(Page):
    rows: Annotated[Rows[LogEntryWithIncident], Field(alias="log_entries")]


class RelationshipsResponse(Payload):
    """Every edge of one service; not paged."""

    rows: Annotated[Rows[Relationship], Field(alias="relationships")]


class AlertGroupingSettingsPage(Payload):
    """Paged by cursor: `after` requests the next page and is null on the last page."""

    after: str | None = None
    rows: Annotated[Rows[AlertGroupingSetting], Field(alias="alert_grouping_settings")]


class SchedulesPage(Page):
    rows: Annotated[Rows[Schedule], Field(alias="schedules")]


class ScheduleReferencesPage(Page):
    rows: Annotated[Rows[Reference], Field(alias="schedules")]


class ScheduleV3Response(Payload):
    schedule: ScheduleV3


class UserResponse(Payload):
    user: User


class ErrorDetail(Payload):
    """The number of an error. Its message is not declared, because it can quote the request."""

    code: int | None = None


class ErrorResponse(Payload):
    """An error body. `error` is a string on some endpoints; then only the status counts."""

    error: Annotated[ErrorDetail | None, Otherwise(None)] = None
