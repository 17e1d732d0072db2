"""Policies and a what-if to draw."""

import numpy as np
import pandas as pd


def policies(n):
    shares = {
        f"{name}{end}": np.linspace(0.1, 0.6, n)
        for name in ("escalated", "repeated", "exhausted")
        for end in ("", "_low", "_high")
    }
    ids = [f"P{i}" for i in range(n - 1)] + [None]
    return pd.DataFrame({"escalation_policy_id": ids, "n": np.arange(n) + 5, **shares})


WHAT_IF = pd.DataFrame(
    {"p90_observed": [1_620.0], "p90_replayed": [1_630.0], "p90": [1_300.0], "p90_low": [1_100.0],
     "p90_high": [1_500.0], "change": [-0.2], "backtest": [0.006],
     "extrapolated": [False]}
)  # fmt: skip
