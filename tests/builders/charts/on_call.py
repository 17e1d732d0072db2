"""Burdens and bus factors to draw."""

import numpy as np
import pandas as pd


def burdens(n):
    ids = [f"R{i}" for i in range(n)]
    rates = np.linspace(0.5, 0.01, n)
    return pd.DataFrame(
        {"id": ids, "n": np.arange(n)[::-1] + 10, "hours": 100.0, "members": 1,
         "on_call_share": 0.5, "enough": True, "per_hour": rates, "per_hour_low": rates * 0.8,
         "per_hour_high": rates * 1.3, "sleep": rates / 2, "off": rates / 4, "business": rates / 4}
    )  # fmt: skip


def services(n):
    return pd.DataFrame(
        {"service_id": [f"S{i}" for i in range(n)], "acknowledgements": np.arange(n) + 8,
         "responders": 4, "effective_responders": np.linspace(1.0, 4.0, n),
         "smallest_group_50": 1, "smallest_group_80": np.where(np.arange(n) < n // 2, 1, 3),
         "top_responder": "secret", "uncovered_share": 0.5, "uncovered_share_low": 0.4,
         "uncovered_share_high": 0.6}
    )  # fmt: skip
