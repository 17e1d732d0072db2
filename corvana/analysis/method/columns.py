"""The meaning of every column of the lifecycle: the dictionary of `incidents.csv`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

INCIDENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "incident_id": "PagerDuty's id.",
        "number": "PagerDuty's number.",
        "service_id": "The technical service it was opened on.",
        "escalation_policy_id": "Its last escalation policy.",
        "team_ids": "Its teams, ids separated by one space.",
        "urgency": "high or low, at the end.",
        "urgency_at_creation": "high or low, when it was opened.",
        "priority": "The id of its priority, at the end.",
        "assigned_via": "escalation_policy or direct_assignment, as PagerDuty says.",
        "created_at": "When it was opened.",
        "first_paged_at": "Earliest push, phone call or SMS; without any notification, the "
        "earliest assignment or escalation.",
        "pages_proxy": "True where the first page is such an assignment.",
        "first_acknowledged_at": "First acknowledgement by a person before the first resolve. "
        "Reassigning, escalating or resolving is none.",
        "seconds_to_first_ack": "first_acknowledged_at − created_at; empty if never acknowledged.",
        "clock_skew": "True where the ack was stamped before the creation: the duration is then 0.",
        "acknowledged_by": "Pseudonym of who acknowledged first.",
        "acknowledged_level": "Level of the policy in force at that ack, from 1; empty while "
        "directly assigned.",
        "level_source": "How the level was told: target (a person named in it), schedule (on call "
        "for it then), ordinal (counted by escalations).",
        "first_resolved_at": "First resolve, by anyone or anything.",
        "resolved_at": "Last resolve; empty while open.",
        "seconds_to_resolve": "first_resolved_at − created_at; empty while open.",
        "seconds_to_engage": "First to last responder's engagement; empty with fewer than two.",
        "seconds_to_mobilize": "Creation to last engagement; empty with fewer than two responders.",
        "engaged_seconds": "Engagement (ack or accepted request) to the end of the episode, summed "
        "over responders; snoozes included, as at PagerDuty.",
        "snoozed_seconds": "Time snoozed.",
        "active_seconds": "engaged_seconds without the time snoozed.",
        "resolution": "responder, auto (a service, an integration or a timer), merged or open.",
        "timeout_escalation_count": "Escalations by the policy's timer, one an instant however "
        "many targets; a repeat's return to level 1 is one too.",
        "manual_escalation_count": "Escalations by a person.",
        "unknown_escalation_count": "Escalations whose cause the log does not tell.",
        "reassignment_count": "Moves by a person to people or to another policy after the first "
        "assignment.",
        "acknowledgement_count": "Acks by people.",
        "service_acknowledgement_count": "Acks by a service or an integration.",
        "ack_timeout_count": "Acks that timed out (unacknowledged, and not by a person).",
        "repeated": "The policy started over.",
        "exhausted": "The policy ran out of levels: nobody was paged any more.",
        "reopened": "Triggered, assigned or acknowledged again after a resolve.",
        "status_without_log": "The log does not tell the incident's status at the end; the "
        "incident itself does.",
        "snooze_count": "Snoozes.",
        "max_level_reached": "Highest level that was paged.",
        "responder_count": "People who engaged.",
        "notification_count": "All notifications, e-mail included.",
        "in_maintenance": "Created while its service was in a maintenance window: left out of "
        "times, shares, curves and comparisons.",
        "storm": "The number of the storm it came in: incidents of one service, or of services "
        "that need each other, that come together; 0 if it came alone.",
    }
)
TARGETS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "acknowledge_target_seconds": "The client's target to acknowledge it; empty without one, "
        "and for incidents that are left out.",
        "acknowledge_outcome": "met, missed, or not judged yet (younger than the target).",
        "resolve_target_seconds": "The client's target to resolve it; empty likewise.",
        "resolve_outcome": "met, missed, or not judged yet.",
    }
)
"""The meaning of the further columns of `incidents.csv`."""
