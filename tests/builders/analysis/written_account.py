"""Accounts written by hand: of incidents, of the ways they took, or of whole frames."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

import pandas as pd

from corvana import frames
from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.kind import Finding, Kind
from tests.builders.analysis.climbing_incidents import step, steps_of
from tests.builders.analysis.rotations import at, framed

START = pd.Timestamp("2026-03-02T10:00:00", tz="UTC")
END = START + timedelta(days=365.25 / 12)
"""A mean month, of the accounts of incidents and of ways."""

DAY = 24
PERIOD = 30 * DAY
COMING = PERIOD + 84 * DAY
MONTHS = 30 / (365.25 / 12)
"""Hours from a Monday midnight, of the accounts of frames; and their length in mean months."""

_NEUTRAL = {frames.COUNT: 0, frames.FLAG: False}
_CONTRACTS = {
    "incidents": frames.INCIDENTS,
    "escalation_steps": frames.ESCALATION_STEPS,
    "interruptions": frames.INTERRUPTIONS,
    "participations": frames.PARTICIPATIONS,
    "shifts": frames.SHIFTS,
    "rules": frames.RULES,
    "repeats": frames.REPEATS,
    "services": frames.SERVICES,
    "support_hours": frames.SUPPORT_HOURS,
    "schedules": frames.SCHEDULES,
    "dependencies": frames.DEPENDENCIES,
    "responders": frames.RESPONDERS,
    "maintenance_windows": frames.MAINTENANCE_WINDOWS,
    "urgency_rules": frames.URGENCY_RULES,
    "alert_grouping": frames.ALERT_GROUPING,
}


def incident(
    service: str,
    *,
    acked: float | None = None,
    resolved: float | None = None,
    **more: Any,
) -> dict[str, Any]:
    """An urgent incident on policy P1; `acked` and `resolved` in minutes since its creation.

    Resolved by a responder unless said otherwise; a page to one responder unless `pages` says
    otherwise.
    """
    created = more.get("created_at", START)
    ended = None if resolved is None else created + timedelta(minutes=resolved)
    return {
        "service_id": service,
        "escalation_policy_id": "P1",
        "urgency": "high",
        "urgency_at_creation": "high",
        "created_at": created,
        "first_paged_at": created if more.get("pages", 1) else None,
        "first_acknowledged_at": None if acked is None else created + timedelta(minutes=acked),
        "acknowledgement_count": int(acked is not None),
        "first_resolved_at": ended,
        "resolved_at": ended,
        "seconds_to_resolve": None if resolved is None else resolved * 60,
        "resolution": "open" if resolved is None else "responder",
        "pages": 1,
    } | more


def account(told: Iterable[Mapping[str, Any]] = (), **services: Any) -> Account:
    """The incidents, in order and named Q0, Q1 …, each assigned to its policy's first level.

    `services` by id: their further columns of SERVICES.
    """
    rows = [{"incident_id": f"Q{number}", **row} for number, row in enumerate(told)]
    steps = [
        {
            "incident_id": row["incident_id"],
            "at": row["created_at"],
            "escalation_policy_id": row["escalation_policy_id"],
            "level": 1,
            "to_responders": "ann",
            "cause": "first",
        }
        for row in rows
    ]
    pages = [
        {
            "responder": f"responder {number}",
            "at": row["created_at"],
            "incident_id": row["incident_id"],
        }
        for row in rows
        for number in range(row["pages"])
    ]
    known = {
        "incidents": rows,
        "escalation_steps": steps,
        "interruptions": pages,
        "services": [{"service_id": service, **more} for service, more in services.items()],
    }
    filled: dict[str, Any] = {
        name: _framed(known.get(name, []), each) for name, each in _CONTRACTS.items()
    }
    return Account(
        **filled,
        since=START,
        as_of=END,
        time_zone="UTC",
    )


def subjects(account: Account, kind: Kind) -> pd.DataFrame:
    """The kind's TESTS by subject."""
    return kind.tests(account).set_index("subject_id")


def finding(account: Account, kind: Kind, subject: str) -> Finding:
    """A subject's test as the ledger hands it over."""
    row = subjects(account, kind).loc[subject]
    return Finding.of(pd.Series({**row, "subject_id": subject, "kind": kind.name, "q_value": 0.01}))


def first_finding(tests: pd.DataFrame, **chosen: object) -> Finding:
    """The first row as the ledger hands it over, when it is a finding of this kind."""
    row = {**tests.iloc[0].to_dict(), "kind": "any", "q_value": 0.01, **chosen}
    return Finding.of(pd.Series(row, dtype="object"))


def incidents(*rows: Mapping[str, Any]) -> pd.DataFrame:
    """INCIDENTS with the given columns; the others are false, zero or missing."""
    return _framed(
        [{"incident_id": f"Q{number}"} | dict(row) for number, row in enumerate(rows)],
        frames.INCIDENTS,
    )


def services(**policies: str) -> pd.DataFrame:
    """SERVICES by id, each on its policy."""
    rows = [
        {"service_id": service, "status": "active", "escalation_policy_id": policy}
        for service, policy in policies.items()
    ]
    return framed(rows, frames.SERVICES)


API = services(api="P1")


def account_of(**known: pd.DataFrame) -> Account:
    """Thirty days from Monday on a UTC clock; every schedule with a shift was collected."""
    worked = known.get("shifts", frames.empty(frames.SHIFTS))
    collected = [
        {"schedule_id": each, "time_zone": "UTC"} for each in worked["schedule_id"].unique()
    ]
    filled: dict[str, Any] = {name: frames.empty(each) for name, each in _CONTRACTS.items()} | {
        "schedules": framed(collected, frames.SCHEDULES)
    }
    return Account(**(filled | known), since=at(0), as_of=at(PERIOD), time_zone="UTC")


def waited(
    *rows: tuple[float, float, str], policy: str = "P1", level: int = 1, **changed: Any
) -> dict[str, pd.DataFrame]:
    """INCIDENTS and ESCALATION_STEPS of an hour of creation, a wait in seconds and who is paged."""
    named = [(f"{policy}-{number}", *row) for number, row in enumerate(rows)]
    lived = [
        {
            "incident_id": incident,
            "escalation_policy_id": policy,
            "urgency": "high",
            "urgency_at_creation": "high",
            "resolution": "responder",
            "created_at": at(hour),
            "first_acknowledged_at": at(hour + wait / 3600),
            "seconds_to_first_ack": wait,
            **changed,
        }
        for incident, hour, wait, _ in named
    ]
    entered = [
        {
            "incident_id": incident,
            "at": at(hour),
            "escalation_policy_id": policy,
            "level": level,
            "to_responders": who,
            "cause": "first",
        }
        for incident, hour, _, who in named
    ]
    return {
        "incidents": incidents(*lived),
        "escalation_steps": framed(entered, frames.ESCALATION_STEPS),
    }


Rules = Mapping[str, Sequence[tuple[int, str]]]
"""By policy the levels in order: delay in minutes, and the people on it, separated by a space."""


class Way(NamedTuple):
    """An incident and its steps; minutes are those since its creation."""

    incident: dict[str, Any]
    steps: list[dict[str, Any]]


def way(*steps: dict[str, Any], policy: str = "P1", **ends: Any) -> Way:
    """An incident that began on the policy; `ends` are those of `incident`."""
    acked = ends.get("acked")
    to_ack = None if acked is None else acked * 60
    known: dict[str, Any] = {"escalation_policy_id": policy, "seconds_to_first_ack": to_ack}
    named = [{**each, "escalation_policy_id": each.get("policy", policy)} for each in steps]
    return Way(incident("db", **(known | ends)), named)


def paged(minute: float, level: int | None, cause: str = "timeout", **more: Any) -> dict[str, Any]:
    """A step; `policy` names another policy than the first, `to_responders` other than Ann."""
    return step("", minute, level, cause, **more)


def begun(**more: Any) -> dict[str, Any]:
    """The first step."""
    return paged(0, 1, "first", **more)


def account_of_ways(ways: Iterable[Way], rules: Rules, *, loops: int = 0) -> Account:
    """The incidents are named Q0, Q1 … in order; every policy has `loops` repeats."""
    told = list(ways)
    steps = [
        {**each, "incident_id": f"Q{number}"}
        for number, one in enumerate(told)
        for each in one.steps
    ]
    levels = [
        (policy, level, delay, person, "user")
        for policy, chain in rules.items()
        for level, (delay, people) in enumerate(chain, start=1)
        for person in people.split()
    ]
    return replace(
        account(one.incident for one in told),
        escalation_steps=steps_of(*steps),
        rules=frames.conform(pd.DataFrame(levels, columns=list(frames.RULES)), frames.RULES),
        repeats=pd.DataFrame({"escalation_policy_id": list(rules), "num_loops": loops}),
    )


def _framed(rows: list[dict[str, Any]], contract: Mapping[str, str]) -> pd.DataFrame:
    if not rows:
        return frames.empty(contract)
    blank = {name: _NEUTRAL.get(dtype) for name, dtype in contract.items()} | (
        {"number": 1} if "number" in contract else {}
    )
    table = pd.DataFrame([blank | row for row in rows], columns=list(contract))
    return frames.conform(table, contract)
