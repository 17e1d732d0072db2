"""Services and their configuration, from priorities to maintenance windows."""

from datetime import datetime, time
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from corvana.pagerduty.payloads.allowlist import (
    Dropped,
    Id,
    Instant,
    Kept,
    Label,
    Many,
    Named,
    Number,
    Object,
    Otherwise,
    Payload,
    TimeZone,
    Word,
)
from corvana.pagerduty.payloads.references import Reference, TypedReference


def _time_of_day(value: time | datetime) -> time:
    return value.time() if isinstance(value, datetime) else value.replace(tzinfo=None)


TimeOfDay = Annotated[
    Annotated[time | datetime, AfterValidator(_time_of_day)] | None, Otherwise(None)
]
"""`09:00:00`. The API reference also allows a full date and time; only its time is kept."""

Weekday = Annotated[int, Field(ge=1, le=7)]
"""1 is Monday."""


class UrgencyType(Payload):
    """How urgent incidents are inside or outside support hours."""

    urgency: Annotated[Word | None, Kept("setting", "which incidents page at once", "urgency")] = (
        None
    )


class UrgencyRule(Payload):
    type: Annotated[
        Word | None, Kept("setting", "constant, or by support hours", "urgency_rule")
    ] = None
    urgency: Annotated[Word | None, Kept("setting", "which incidents page at once", "urgency")] = (
        None
    )
    during_support_hours: Annotated[
        UrgencyType | None,
        Kept(
            "setting",
            "which incidents page at once, in working hours",
            "urgency_during_support_hours",
        ),
    ] = None
    outside_support_hours: Annotated[
        UrgencyType | None,
        Kept("setting", "which incidents page at once, at night", "urgency_outside_support_hours"),
    ] = None


class SupportHours(Payload):
    time_zone: Annotated[TimeZone, Kept("setting", "whose working hours", "support_time_zone")] = (
        None
    )
    days_of_week: Annotated[
        Many[Weekday], Kept("setting", "working days, 1 is Monday", "support_days")
    ]
    start_time: Annotated[
        TimeOfDay, Kept("setting", "when working hours begin", "support_start")
    ] = None
    end_time: Annotated[TimeOfDay, Kept("setting", "when working hours end", "support_end")] = None


class Priority(Named):
    """`GET /priorities`. The place in the list is the severity; the most severe comes first."""

    called = "priority"

    id: Annotated[Id, Kept("identifier", "joins incidents to their priority", "id severity")]
    name: Annotated[Label, Kept("label", "so that a finding can be acted on", "label")]


class Service(Named):
    """`GET /services`."""

    called = "service"

    id: Annotated[Id, Kept("identifier", "joins incidents to their service")]
    name: Annotated[Label, Kept("label", "so that a finding can be acted on", "label")]
    status: Annotated[Word, Kept("state", "disabled services are left out")]
    auto_resolve_timeout: Annotated[
        Number | None, Kept("setting", "seconds; tells timers from people")
    ] = None
    acknowledgement_timeout: Annotated[
        Number | None, Kept("setting", "seconds; explains acks that lapse")
    ] = None
    escalation_policy: Annotated[Reference | None, Kept("identifier", "which policy responds")] = (
        None
    )
    teams: Annotated[Many[Reference], Kept("identifier", "compare teams", "team_ids")]
    incident_urgency_rule: Annotated[
        UrgencyRule | None, Otherwise(None), Kept("setting", "which incidents page at once")
    ] = None
    support_hours: Annotated[
        SupportHours | None, Otherwise(None), Kept("setting", "working hours of the service")
    ] = None


class BusinessService(Named):
    """`GET /business_services`. The point of contact, a person, is not declared."""

    called = "business_service"

    id: Annotated[Id, Kept("identifier", "joins dependencies to their business service")]
    name: Annotated[Label, Kept("label", "so that a finding can be acted on", "label")]


class Relationship(Payload):
    """One edge of `GET /service_dependencies/{kind}/{id}`."""

    id: Annotated[Id, Kept("identifier", "an edge is listed at both its ends")]
    supporting_service: Annotated[
        TypedReference, Kept("identifier", "what is needed", "supporting_id supporting_type")
    ]
    dependent_service: Annotated[
        TypedReference, Kept("identifier", "what needs it", "dependent_id dependent_type")
    ]


class MaintenanceWindow(Payload):
    """`GET /maintenance_windows`. Its description and author are not declared."""

    id: Annotated[Id, Kept("identifier", "one row a window")]
    start_time: Annotated[Instant, Kept("timestamp", "no incidents from here …", "start")]
    end_time: Annotated[Instant, Kept("timestamp", "… to here", "end")]
    services: Annotated[Many[Reference], Kept("identifier", "on which services", "service_ids")]


class AlertGroupingConfig(Payload):
    """The numbers in a grouping configuration. Its other fields differ by the type of grouping."""

    timeout: Annotated[
        Number | None,
        Otherwise(None),
        Kept("setting", "seconds; how long alerts join an incident", "timeout"),
    ] = None
    time_window: Annotated[
        Number | None,
        Otherwise(None),
        Kept("setting", "seconds between alerts of one incident", "time_window"),
    ] = None


class AlertGroupingSetting(Payload):
    """`GET /alert_grouping_settings`. Which alert fields are compared is not declared."""

    id: Annotated[Id, Kept("identifier", "one row a setting")]
    type: Annotated[Word, Kept("setting", "how alerts become one incident")]
    config: Annotated[
        AlertGroupingConfig | None, Otherwise(None), Kept("setting", "how long alerts are grouped")
    ] = None
    services: Annotated[Many[Reference], Kept("identifier", "on which services", "service_ids")]


OBJECTS: Final = (
    Object("priority", Priority, "priority"),
    Object("service", Service, "service"),
    Object("business service", BusinessService, "businessservice"),
    Object("dependency", Relationship, "servicedependency"),
    Object("maintenance window", MaintenanceWindow, "maintenancewindow"),
    Object("alert grouping setting", AlertGroupingSetting, "alertgroupingsetting"),
)
DROPPED: Final = (
    Dropped(
        "GET /services",
        (
            "descriptions",
            "integrations and their keys",
            "webhooks, add-ons and response plays",
            "runbook and other links",
        ),
    ),
    Dropped("GET /priorities", ("descriptions", "links")),
    Dropped(
        "GET /business_services",
        ("descriptions", "points of contact, which are people", "links"),
    ),
    Dropped("GET /service_dependencies", ("links",)),
    Dropped(
        "GET /maintenance_windows",
        ("descriptions and summaries", "who created them", "links", "names of services and teams"),
    ),
    Dropped(
        "GET /alert_grouping_settings",
        ("names and descriptions", "the alert fields that are compared", "names of services"),
    ),
)
