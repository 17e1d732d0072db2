"""A told account as a data version: the rows PagerDuty would give, through the lifecycle."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

import pandas as pd

from corvana import frames
from corvana.analysis.account.incidents import as_read
from corvana.analysis.assessment.targets import Target
from corvana.analysis.lifecycle.incident_rows import rebuild_frames
from corvana.questions.view import View
from corvana.versions.account_frames import account_of
from corvana.versions.categories import in_memory
from corvana.versions.conclusions import CONCLUSIONS
from corvana.versions.files import CONTRACTS, DataVersion
from tests.builders.sentences.told import MACHINE, START, Life, Told

_KINDS: Final = {
    "services": "service",
    "policies": "escalation_policy",
    "schedules": "schedule",
    "teams": "team",
}
_TECHNICAL: Final = "technical_service"


TARGETS: Final[Mapping[tuple[str, str], tuple[float | None, float | None]]] = {
    ("high", ""): (10, 60),
    ("low", ""): (120, None),
    ("high", "search"): (20, None),
}
"""By urgency and service the minutes within which the client wants incidents to be acknowledged and
resolved; the empty service stands for all others."""
WITHOUT_TARGETS: Final = ("two incidents",)
"""Names of accounts for which nobody set a target."""


def label(identity: str) -> str:
    """The name of a service, policy, schedule or team in PagerDuty: its id in other letters."""
    return identity.replace("_", " ").title()


def version_of(told: Told, *, is_concluded: bool) -> DataVersion:
    """Return the data version, with findings and scorecard if these are wanted."""
    rebuilt = rebuild_frames(
        _framed(_incidents(told), frames.INCIDENT_ROWS),
        _framed(_log(told), frames.LOG_ENTRIES),
        frames.empty(frames.JOINED),
        _framed([{**rule, "since": START} for rule in _rules(told)], frames.RULE_VERSIONS),
        _framed(_shifts(told), frames.SHIFTS),
        _framed([{**each, "since": START} for each in _services(told)], frames.SERVICE_VERSIONS),
        as_of=pd.Timestamp(told.as_of),
    )
    windows = _framed(_windows(told), frames.MAINTENANCE_WINDOWS)
    known = {
        "incidents": rebuilt.incidents,
        "maintenance_windows": windows,
        "escalation_steps": rebuilt.escalation_steps,
        "arrivals": rebuilt.arrivals,
        "participations": rebuilt.participations,
        "dependencies": _framed(_edges(told), frames.DEPENDENCIES),
        "labels": _framed(_labels(told), frames.LABELS),
        "repeats": _framed(
            [{"escalation_policy_id": each, "num_loops": 0} for each in told.policies],
            frames.REPEATS,
        ),
        "responders": _framed(
            [{"responder": each, "time_zone": "UTC"} for each in people(told)], frames.RESPONDERS
        ),
        "rules": _framed(_rules(told), frames.RULES),
        "schedules": _framed(
            [{"schedule_id": each, "time_zone": "UTC"} for each in told.schedules],
            frames.SCHEDULES,
        ),
        "services": _framed(_services(told), frames.SERVICES),
        "shifts": _framed(_shifts(told), frames.SHIFTS),
    }
    collected = {
        name: in_memory(known.get(name, frames.empty(contract)), name)
        for name, contract in CONTRACTS.items()
    }
    incidents = as_read(collected["incidents"], windows, collected["dependencies"])
    every = {**collected, "incidents": incidents}
    return _concluded(told, every) if is_concluded else _version(told, every, None)


@cache
def view_of(told: Told, *, is_concluded: bool = True) -> View:
    """Return what the pages hold of the account."""
    view = View.of_version(version_of(told, is_concluded=is_concluded))
    return replace(view, targets=() if told.name in WITHOUT_TARGETS else _targets())


def _targets() -> tuple[Target, ...]:
    return tuple(
        Target(
            "urgency", urgency, service, *(None if one is None else round(60 * one) for one in of)
        )
        for (urgency, service), of in TARGETS.items()
    )


def numbered(told: Told) -> list[tuple[int, Life]]:
    """The incidents with their numbers, the oldest first."""
    return list(enumerate(sorted(told.lives, key=lambda life: life.hour), start=1))


def people(told: Told) -> list[str]:
    """Everybody on a schedule or named in a policy."""
    named = {each for levels in told.policies.values() for level in levels for each in level}
    on_schedules = {who for turns in told.schedules.values() for who, *_ in turns}
    return sorted((named - set(told.schedules)) | on_schedules)


def _concluded(told: Told, collected: Mapping[str, pd.DataFrame]) -> DataVersion:
    account = account_of(_version(told, collected, None))
    concluded = {name: make(account) for name, make in CONCLUSIONS.items()}
    return _version(told, {**collected, **concluded}, told.as_of)


def _version(
    told: Told, collected: Mapping[str, pd.DataFrame], analysed_as_of: datetime | None
) -> DataVersion:
    return DataVersion(told.name, 1, told.as_of, START, (), collected, analysed_as_of)


def _incidents(told: Told) -> list[dict[str, Any]]:
    return [
        {
            "incident_id": f"Q{number}",
            "number": number,
            "service_id": life.service,
            "escalation_policy_id": told.services[life.service],
            "team_ids": told.teams.get(life.service),
            "urgency": life.urgency,
            "assigned_via": "direct_assignment" if life.is_direct else "escalation_policy",
            "merged": life.is_merged,
            "created_at": life.at,
            "status": _status(life),
        }
        for number, life in numbered(told)
    ]


def _status(life: Life) -> str:
    if not life.is_open:
        return "resolved"
    return "acknowledged" if life.acked is not None and life.reopened is None else "triggered"


def _log(told: Told) -> list[dict[str, Any]]:
    return [
        {"incident_id": f"Q{number}", "place": place, **entry}
        for number, life in numbered(told)
        for place, entry in enumerate(_entries(told, life))
    ]


def _entries(told: Told, life: Life) -> list[dict[str, Any]]:
    """What the log holds of one incident, in order."""
    rows = [_did(life, 0, "trigger", channel_type="api")]
    for minute, level, cause in told.steps(life):
        rows += _came_to(told, life, minute, level, cause)
    acked = [] if life.acked is None else [_did(life, life.acked, "acknowledge", life.acker)]
    happened = (
        (life.repeated, "repeat_escalation_path", ""),
        (life.exhausted, "exhaust_escalation_path", ""),
        (life.reopened, "trigger", ""),
        (life.resolved, "resolve", life.resolver),
        (life.resolved_again, "resolve", life.resolver),
    )
    rows += [
        *acked,
        *(_did(life, minute, kind, by) for minute, kind, by in happened if minute is not None),
    ]
    return sorted(rows, key=lambda row: row["at"])


def _came_to(told: Told, life: Life, minute: float, level: int, cause: str) -> list[dict[str, Any]]:
    who = ["zoe"] if life.is_direct else told.paged(life, level, minute)
    kind = "assign" if cause == "first" else "escalate"
    by = "zoe" if cause == "manual" or life.is_direct else ""
    channel = "timeout" if cause == "timeout" else "web"
    came = _did(life, minute, kind, by, assignees=" ".join(who), channel_type=channel)
    pages = [_did(life, minute, "notify", responder=each, notification_type="push") for each in who]
    return [came, *(pages if life.urgency == "high" else [])]


def _did(life: Life, minute: float, kind: str, by: str = "", **more: Any) -> dict[str, Any]:
    is_person = by not in ("", MACHINE)
    return {
        "at": life.at + timedelta(minutes=minute),
        "type": kind,
        "agent_type": "user" if is_person else "service",
        "agent": by if is_person else None,
        "channel_type": "web",
        "assignees": "",
    } | more


def _rules(told: Told) -> list[dict[str, Any]]:
    return [
        {
            "escalation_policy_id": policy,
            "level": level,
            "escalation_delay_in_minutes": told.delay,
            "target": target,
            "target_type": "schedule" if target in told.schedules else "user",
        }
        for policy, levels in told.policies.items()
        for level, targets in enumerate(levels, start=1)
        for target in targets
    ]


def _shifts(told: Told) -> list[dict[str, Any]]:
    return [
        {"schedule_id": schedule, "responder": who, "start": _at(start), "end": _at(end)}
        for schedule, turns in told.schedules.items()
        for who, start, end in turns
    ]


def _windows(told: Told) -> list[dict[str, Any]]:
    return [
        {"service_id": service, "start": _at(start), "end": _at(end)}
        for service, start, end in told.maintenance
    ]


def _at(hour: float) -> datetime:
    return START + timedelta(hours=hour)


def _services(told: Told) -> list[dict[str, Any]]:
    return [
        {
            "service_id": service,
            "label": label(service),
            "status": "active",
            "escalation_policy_id": policy,
            "team_ids": told.teams.get(service),
        }
        for service, policy in told.services.items()
    ]


def _edges(told: Told) -> list[dict[str, Any]]:
    return [
        {
            "dependent_id": dependent,
            "dependent_type": _TECHNICAL,
            "supporting_id": supporting,
            "supporting_type": _TECHNICAL,
        }
        for dependent, supporting in told.edges
    ]


def _labels(told: Told) -> list[dict[str, Any]]:
    named = {
        "services": told.services,
        "policies": told.policies,
        "schedules": told.schedules,
        "teams": dict.fromkeys(told.teams.values()),
    }
    return [
        {"kind": kind, "id": each, "label": label(each)}
        for group, kind in _KINDS.items()
        for each in named[group]
    ]


def _framed(rows: Sequence[Mapping[str, Any]], contract: Mapping[str, str]) -> pd.DataFrame:
    if not rows:
        return frames.empty(contract)
    blank = dict.fromkeys(contract)
    return frames.conform(pd.DataFrame([{**blank, **row} for row in rows]), contract)
