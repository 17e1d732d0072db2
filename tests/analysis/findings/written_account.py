"""Accounts of one mean month, written incident by incident."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import pandas as pd

from corvana import frames
from corvana.analysis.account import Account
from corvana.analysis.findings.kind import Finding, Kind

START = pd.Timestamp("2026-03-02T10:00:00", tz="UTC")
END = START + timedelta(days=365.25 / 12)

_NEUTRAL = {frames.COUNT: 0, frames.FLAG: False}
_CONTRACTS = {
    "incidents": frames.INCIDENTS,
    "escalation_steps": frames.ESCALATION_STEPS,
    "interruptions": frames.INTERRUPTIONS,
    "engagements": frames.ENGAGEMENTS,
    "shifts": frames.SHIFTS,
    "rules": frames.RULES,
    "repeats": frames.REPEATS,
    "services": frames.SERVICES,
    "support_hours": frames.SUPPORT_HOURS,
    "schedules": frames.SCHEDULES,
    "dependencies": frames.DEPENDENCIES,
    "responders": frames.RESPONDERS,
    "maintenance_windows": frames.MAINTENANCE_WINDOWS,
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


def account(incidents: Iterable[Mapping[str, Any]] = (), **services: Any) -> Account:
    """The incidents, in order and named Q0, Q1 …, each assigned to its policy's first level.

    `services` by id: their further columns of SERVICES.
    """
    rows = [{"incident_id": f"Q{number}", **row} for number, row in enumerate(incidents)]
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
    return Account(
        **{name: _framed(known.get(name, []), each) for name, each in _CONTRACTS.items()},
        since=START,
        as_of=END,
        time_zone="UTC",
    )


def subjects(account: Account, kind: Kind) -> pd.DataFrame:
    """The kind's TESTS by subject."""
    return kind.tests(account).set_index("subject_id")


def finding(account: Account, kind: Kind, subject: str) -> Finding:
    """A subject's test as the ledger hands it over."""
    row = kind.tests(account).set_index("subject_id", drop=False).loc[subject]
    return Finding(kind=kind.name, q_value=0.01, **{**row, "detail": None})


def _framed(rows: list[dict[str, Any]], contract: Mapping[str, str]) -> pd.DataFrame:
    blank = {name: _NEUTRAL.get(dtype) for name, dtype in contract.items()} | (
        {"number": 1} if "number" in contract else {}
    )
    table = pd.DataFrame([blank | row for row in rows], columns=list(contract))
    return frames.conform(table, contract)
