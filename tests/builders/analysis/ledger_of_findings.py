"""Findings, and the ledger they stand in."""

import pandas as pd

from corvana import frames
from corvana.analysis.findings.kind import Finding
from tests.builders.analysis.written_account import END, START

CODE = "JXKLSNCXAX5JFM22"


def finding(kind: str, subject: str = "P1", minutes: float = 60.0, **more) -> Finding:
    row = {
        "kind": kind, "subject_type": "escalation_policy", "subject_id": subject, "detail": None,
        "effect": 0.5, "low": 0.4, "high": 0.6, "reference": 0.1, "n": 40, "p_value": 0.001,
        "is_material": True, "avoidable_minutes_per_month": minutes, "q_value": 0.002,
    }  # fmt: skip
    return Finding(**row | more)


def ledger(*found: Finding) -> pd.DataFrame:
    rows = [one._asdict() for one in found]
    return frames.conform(pd.DataFrame(rows, columns=list(frames.FINDINGS)), frames.FINDINGS)


def shifts(people: int, schedule: str = "H1") -> pd.DataFrame:
    rows = [
        {"schedule_id": schedule, "responder": f"{CODE}{number}", "start": START, "end": END}
        for number in range(people)
    ]
    return frames.conform(pd.DataFrame(rows, columns=list(frames.SHIFTS)), frames.SHIFTS)


def overloaded(minutes: float = 60.0) -> Finding:
    return finding(
        "overloaded_responder", f"{CODE}0", minutes, subject_type="responder", detail="H1",
        effect=2.1, low=1.8, high=2.4, reference=1.0,
    )  # fmt: skip
