"""A ledger and evidence to draw."""

import numpy as np
import pandas as pd

from corvana.analysis.findings.kind import Finding

NAN = float("nan")
SLOW = Finding(
    "slow_ack", "service", "S1", None, 1_600.0, 1_300.0, 1_900.0, 250.0, 117, 1e-9, True, 930.0,
    1e-8,
)  # fmt: skip


def ledger(n):
    return pd.DataFrame(
        {
            "key": [f"slow_ack:S{i}" for i in range(n)],
            "where": [f"<b>Shop {i}" for i in range(n)],
            "title": "slow to acknowledge",
            "minutes": ["incidents wait" if i % 2 == 0 else "responders work" for i in range(n)],
            "sure": "very sure",
            "avoidable_minutes_per_month": np.linspace(8_640.0, 0.0, max(n, 1))[:n],
        }
    )


def looked_at(n):
    return pd.DataFrame(
        {
            "subject_id": [f"S{i}" for i in range(n)],
            "detail": pd.Series([None] * n, dtype="str"),
            "name": [f"Shop {i}" for i in range(n)],
            "effect": np.linspace(100.0, 1_000.0, n),
            "low": np.linspace(90.0, 900.0, n),
            "high": np.linspace(110.0, 1_100.0, n),
            "n": 50,
            "p_value": 0.5,
        }
    )
