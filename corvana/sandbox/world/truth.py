"""The true lifecycle of an incident. Tests compare every computed value with it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class Truth:
    """The lifecycle of one incident as the simulation played it. People have raw user ids."""

    incident_id: str
    number: int
    service_id: str
    escalation_policy_id: str
    team_ids: tuple[str, ...]
    urgency: str
    urgency_at_creation: str
    priority: str | None
    assigned_via: str
    created_at: datetime
    first_paged_at: datetime | None = None
    pages_proxy: bool = False
    first_acknowledged_at: datetime | None = None
    seconds_to_first_ack: float | None = None
    clock_skew: bool = False
    acknowledged_by: str | None = None
    acknowledged_level: int | None = None
    level_source: str | None = None
    first_resolved_at: datetime | None = None
    resolved_at: datetime | None = None
    seconds_to_resolve: float | None = None
    seconds_to_engage: float | None = None
    seconds_to_mobilize: float | None = None
    engaged_seconds: float | None = None
    snoozed_seconds: float = 0.0
    active_seconds: float | None = None
    resolution: str = "open"
    timeout_escalation_count: int = 0
    manual_escalation_count: int = 0
    unknown_escalation_count: int = 0
    reassignment_count: int = 0
    acknowledgement_count: int = 0
    service_acknowledgement_count: int = 0
    ack_timeout_count: int = 0
    repeated: bool = False
    exhausted: bool = False
    reopened: bool = False
    status_without_log: bool = False
    snooze_count: int = 0
    max_level_reached: int | None = None
    responder_count: int = 0
    notification_count: int = 0
