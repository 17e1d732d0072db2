"""Changes of settings in words: what, from, to; with names, and without naming a person."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import pandas as pd

from corvana.analysis.wording import duration, plural

_NONE: Final = "none"
_OFF: Final = "off"
_WORDS: Final[Mapping[str, str]] = {
    "label": "name",
    "status": "status",
    "escalation_policy_id": "escalation policy",
    "team_ids": "teams",
    "auto_resolve_timeout": "auto-resolve timeout",
    "acknowledgement_timeout": "acknowledgement timeout",
    "urgency_rule": "urgency rule",
    "urgency": "urgency",
    "urgency_during_support_hours": "urgency during support hours",
    "urgency_outside_support_hours": "urgency outside support hours",
    "support_time_zone": "time zone of the support hours",
    "support_days": "days of the support hours",
    "support_start": "start of the support hours",
    "support_end": "end of the support hours",
    "num_loops": "repeats",
    "time_zone": "time zone",
    "alert_grouping": "alert grouping",
    "escalation_delay_in_minutes": "delay",
    "targets": "who is paged",
}
_GROUPED: Final[Mapping[str, str]] = {
    "time": "by time",
    "intelligent": "by similarity (intelligent)",
    "content_based": "by content",
    "content_based_intelligent": "by content and similarity",
}
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def told(rows: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Return the changes of one object in words: "delay of level 1: 30 min → 15 min".

    `rows` are CONFIGURATION_CHANGES of one object and instant, `names` labels by id.
    """
    return "; ".join(
        _change(str(row.field), row.level, row.before, row.after, names)
        for row in rows.itertuples(index=False)
    )


def _change(field: str, level: Any, before: Any, after: Any, names: Mapping[str, str]) -> str:
    if field in {"added", "deleted"}:
        return field
    name = _WORDS.get(field, field.replace("_", " "))
    where = "" if pd.isna(level) else f" of level {level}" if field != "targets" else ""
    what = f"{name} on level {level}" if field == "targets" else f"{name}{where}"
    one, other = (_value(field, each, names) for each in (before, after))
    if one == other:
        return f"{what}: other people than before"
    return f"{what}: {one} → {other}"


def _value(field: str, value: Any, names: Mapping[str, str]) -> str:
    if pd.isna(value):
        return _OFF if field.endswith("timeout") or field == "alert_grouping" else _NONE
    return _TOLD.get(field, _as_is)(str(value), names)


def _as_is(value: str, _names: Mapping[str, str]) -> str:
    return value.replace("_", " ")


def _label(value: str, _names: Mapping[str, str]) -> str:
    return value


def _named(value: str, names: Mapping[str, str]) -> str:
    return ", ".join(names.get(each, each) for each in value.split())


def _seconds(value: str, _names: Mapping[str, str]) -> str:
    return duration(float(value))


def _minutes(value: str, _names: Mapping[str, str]) -> str:
    return duration(float(value) * 60)


def _days(value: str, _names: Mapping[str, str]) -> str:
    return " ".join(_DAYS[int(each) - 1] for each in value.split())


def _paged(value: str, names: Mapping[str, str]) -> str:
    """Schedules by name; people are only counted."""
    targets = value.split()
    schedules = [names[each] for each in targets if each in names]
    people = len(targets) - len(schedules)
    counted = [plural(people, "person", "people")] if people else []
    return ", ".join([*schedules, *counted])


def _grouping(value: str, _names: Mapping[str, str]) -> str:
    kind, _, seconds = value.partition(" ")
    within = f", {duration(float(seconds))}" if seconds else ""
    return f"{_GROUPED.get(kind, kind)}{within}"


_TOLD: Final[Mapping[str, Callable[[str, Mapping[str, str]], str]]] = {
    "label": _label,
    "time_zone": _label,
    "support_time_zone": _label,
    "escalation_policy_id": _named,
    "team_ids": _named,
    "auto_resolve_timeout": _seconds,
    "acknowledgement_timeout": _seconds,
    "escalation_delay_in_minutes": _minutes,
    "support_days": _days,
    "targets": _paged,
    "alert_grouping": _grouping,
}
