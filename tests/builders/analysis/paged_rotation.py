"""A rotation whose members are paged on their shifts."""

import pandas as pd

from corvana import frames
from tests.builders.analysis.rotations import at, framed, rules
from tests.builders.analysis.written_account import incidents

CHAIN = rules(("P1", 1, "S1"))
Paged = tuple[str, str, float]


def paged(*pages: Paged) -> dict[str, pd.DataFrame]:
    """Pages of responder, incident and hour, and the incidents, all on one policy."""
    rows = [
        {"responder": who, "incident_id": incident, "at": at(when)} for who, incident, when in pages
    ]
    numbers = dict.fromkeys(incident for _, incident, _ in pages)
    return {
        "interruptions": framed(rows, frames.INTERRUPTIONS),
        "incidents": incidents(
            *({"incident_id": number, "escalation_policy_id": "P1"} for number in numbers)
        ),
    }
