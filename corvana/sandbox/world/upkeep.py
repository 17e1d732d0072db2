"""The upkeep of services: support hours, maintenance windows and alert grouping.

This file draws no random numbers, so that the rest of the account stays the same.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from corvana.sandbox.world.model import (
    AlertGrouping,
    MaintenanceWindow,
    Service,
    SupportHours,
    Urgency,
)
from corvana.sandbox.world.responders import LocalHours

_WORKING_DAYS = (1, 2, 3, 4, 5)
_SUPPORTED_PART = 3
_OUTSIDE: Mapping[int, Urgency] = {1: "low", 5: "severity_based", 7: "low"}
"""Squad → urgency outside the support hours of its one service that has support hours."""

_GroupingKind = Literal["time", "intelligent", "content_based", "content_based_intelligent"]
_GROUPINGS: tuple[tuple[_GroupingKind, Mapping[str, Any]], ...] = (
    ("time", {"timeout": 300}),
    ("intelligent", {"time_window": 900, "recommended_time_window": 600}),
    (
        "content_based",
        {"aggregate": "all", "fields": ["summary", "component"], "time_window": 3600},
    ),
    (
        "content_based_intelligent",
        {"aggregate": "any", "fields": ["custom_details.host"], "time_window": 1800},
    ),
)
_WINDOWS = (
    (timedelta(days=-60), timedelta(hours=2)),
    (timedelta(days=-20), timedelta(hours=6)),
    (timedelta(days=-6), timedelta(days=9)),
    (timedelta(days=12), timedelta(hours=2)),
    (timedelta(days=45), timedelta(hours=4)),
)
"""Start of each window, relative to the end of the simulated time, and its duration."""


def support_hours(squad: int, part: int, time_zone: str) -> SupportHours | None:
    """Return the office hours of a squad's service; most services have none."""
    if part != _SUPPORTED_PART or squad not in _OUTSIDE:
        return None
    return SupportHours(time_zone, _WORKING_DAYS, 9, 17, "high", _OUTSIDE[squad])


def urgency_rule(service: Service, hours: LocalHours, second: int) -> Urgency:
    """Return the rule that holds for an incident opened at that second."""
    support = service.support_hours
    if support is None:
        return service.urgency
    hour = hours.hour(support.time_zone, second)
    working = hours.weekday(support.time_zone, second) in support.days
    supported = working and support.start_hour <= hour < support.end_hour
    return support.during if supported else support.outside


def maintenance_windows(services: Sequence[Service], end: datetime) -> list[MaintenanceWindow]:
    """Return past, running and planned windows around `end`.

    PagerDuty opens no incidents by itself in them. Here incidents go on, as if opened by hand, so
    that there is something to leave out.
    """
    return [
        MaintenanceWindow(
            id=f"PM{service.id[1:]}",
            number=number,
            start=end + start,
            end=end + start + length,
            service_ids=(service.id,),
            team_ids=service.team_ids,
        )
        for number, (service, (start, length)) in enumerate(
            zip(services[::7], _WINDOWS, strict=False), start=1
        )
    ]


def alert_groupings(services: Sequence[Service]) -> list[AlertGrouping]:
    """Return a setting for every third service, of each kind in turn."""
    return [
        AlertGrouping(
            id=f"PG{service.id[1:]}",
            kind=kind,
            config=config,
            service_ids=(service.id,),
            created_at=service.created_at,
            updated_at=service.created_at + timedelta(days=7),
        )
        for number, service in enumerate(services[::3])
        for kind, config in (_GROUPINGS[number % len(_GROUPINGS)],)
    ]
