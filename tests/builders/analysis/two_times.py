"""Weeks of incidents written by hand, and two times of them compared."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np

from corvana.analysis.account.analysed import Account
from corvana.analysis.account.narrowing import narrow
from corvana.analysis.account.selection import Filters
from corvana.analysis.assessment.changed.measure import Measure
from corvana.analysis.assessment.changed.measures import measures
from tests.builders.analysis.rotations import at
from tests.builders.analysis.written_account import account_of, incidents

WEEK = 7 * 24


def lived(
    hours: float,
    *,
    service: str = "web",
    urgency: str = "high",
    acked: float | None = 600.0,
    resolved: float | None = 3_600.0,
    **more: Any,
) -> dict[str, object]:
    """An incident created so many hours after Monday; seconds until its ends."""
    created = at(hours)
    return {
        "service_id": service,
        "escalation_policy_id": "P1",
        "urgency": urgency,
        "urgency_at_creation": urgency,
        "created_at": created,
        "first_acknowledged_at": None if acked is None else created + timedelta(seconds=acked),
        "seconds_to_first_ack": acked,
        "seconds_to_resolve": resolved,
        "resolution": "open" if resolved is None else "responder",
        **more,
    }


def collected(rows: list[dict[str, object]], weeks: float) -> Account:
    ordered = sorted(rows, key=lambda row: str(row["created_at"]))
    return replace(account_of(incidents=incidents(*ordered)), as_of=at(weeks * WEEK))


def between(account: Account, first: float, last: float) -> Account:
    return narrow(account, Filters(at(first * WEEK), at(last * WEEK)))


def compared(
    account: Account, before: tuple[float, float], after: tuple[float, float]
) -> dict[str, Measure]:
    found = measures(between(account, *before), between(account, *after), account)
    return {each.name: each for each in found}


def weekly(seconds: Sequence[float], n: int = 20, **more: Any) -> list[dict[str, object]]:
    """Weeks of incidents whose times lie around these, evenly."""
    places = np.linspace(-1, 1, n)
    return [
        lived(week * WEEK + 8 * number, acked=typical * float(np.exp(place)), **more)
        for week, typical in enumerate(seconds)
        for number, place in enumerate(places[np.argsort(places % 0.37)])
    ]
