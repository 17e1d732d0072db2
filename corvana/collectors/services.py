"""Technical services: their escalation policy, urgency rule, support hours and timers."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from corvana.collectors.context import Context, id_of, ids_of
from corvana.collectors.listed import Listed
from corvana.pagerduty import payloads
from corvana.store import configuration_frames, history_frames, models


def transform(context: Context, services: Sequence[payloads.Service]) -> list[dict[str, Any]]:
    return [
        {
            "connection_id": context.connection_id,
            "id": service.id,
            "label": service.name,
            "status": service.status,
            "escalation_policy_id": id_of(service.escalation_policy),
            "team_ids": ids_of(service.teams),
            "auto_resolve_timeout": service.auto_resolve_timeout,
            "acknowledgement_timeout": service.acknowledgement_timeout,
            **_urgency(service.incident_urgency_rule or payloads.UrgencyRule()),
            **_support_hours(service.support_hours or payloads.SupportHours(days_of_week=[])),
        }
        for service in services
    ]


def _urgency(rule: payloads.UrgencyRule) -> dict[str, str | None]:
    during, outside = rule.during_support_hours, rule.outside_support_hours
    return {
        "urgency_rule": rule.type,
        "urgency": rule.urgency,
        "urgency_during_support_hours": during.urgency if during else None,
        "urgency_outside_support_hours": outside.urgency if outside else None,
    }


def _support_hours(hours: payloads.SupportHours) -> dict[str, str | None]:
    """Days as `1 2 3 4 5` (1 is Monday); times as `09:00:00` in `support_time_zone`."""
    return {
        "support_time_zone": hours.time_zone,
        "support_days": " ".join(map(str, sorted(set(hours.days_of_week)))) or None,
        "support_start": hours.start_time.isoformat("seconds") if hours.start_time else None,
        "support_end": hours.end_time.isoformat("seconds") if hours.end_time else None,
    }


NOUN: Final = Listed(
    name="services",
    words="services",
    every=timedelta(hours=1),
    turn="first",
    path="/services",
    payload=payloads.Service,
    table=models.Service,
    transform=transform,
    frames={
        "services": configuration_frames.services,
        "support_hours": configuration_frames.support_hours,
        "urgency_rules": configuration_frames.urgency_rules,
        "service_history": history_frames.service_history,
        "configuration_changes": history_frames.configuration_changes,
    },
)
