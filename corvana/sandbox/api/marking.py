"""Write a marker into every free-text string of a response. Tests prove that none is kept."""

from typing import Any, TypeAlias

Json: TypeAlias = Any

_FIELDS = """
    id type status urgency time_zone role assigned_via state grouping_type alert_creation at
    start end user_id rotation_id shift_id override_id to_status rotation_virtual_start
    start_time end_time on_call_handoff_notifications escalation_rule_assignment_strategy
    code effective_since effective_until abilities recurrence region
    account_id date_time
"""
_VALID = frozenset(_FIELDS.split())
_LABELLED = frozenset(
    {
        "service",
        "escalation_policy",
        "schedule",
        "schedule_v3",
        "team",
        "priority",
        "business_service",
    }
)
_FIXED_NAMES = frozenset({"Final Schedule", "Overrides"})
_LINKS = ("url", "self")
_FREE_FORM = frozenset({"details", "event_details"})
"""Objects in which even the keys are the customer's text."""


def mark(value: Json, marker: str, *, labels: bool = False) -> Json:
    """Return a copy of a decoded body with the marker in every free-text string and free key.

    Ids, types, timestamps, enumeration values and time zones stay valid, and so do the names of
    services, policies, schedules, teams and priorities unless `labels` is set.
    """
    if isinstance(value, dict):
        return {
            key: _mark_field(key, item, value, marker, labels=labels) for key, item in value.items()
        }
    if isinstance(value, list):
        return [
            _written("", item, marker)
            if isinstance(item, str)
            else mark(item, marker, labels=labels)
            for item in value
        ]
    return value


def _mark_field(
    key: str, item: Json, parent: dict[str, Json], marker: str, *, labels: bool
) -> Json:
    if key in _VALID or key.endswith("_at"):
        return mark(item, marker, labels=labels) if isinstance(item, dict) else item
    if not isinstance(item, str):
        marked = mark(item, marker, labels=labels)
        if key in _FREE_FORM and isinstance(marked, dict):
            return {_written("", name, marker): value for name, value in marked.items()}
        return marked
    is_label = parent.get("type") in _LABELLED and not labels
    if key == "name" and (item in _FIXED_NAMES or is_label):
        return item
    return _written(key, item, marker)


def _written(key: str, text: str, marker: str) -> str:
    if key.endswith(_LINKS):
        return f"{text}/{marker}"
    if key == "email" or (key == "address" and "@" in text):
        return f"{marker}.{text}"
    return f"{text} {marker}" if text else marker
