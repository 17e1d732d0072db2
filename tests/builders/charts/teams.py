"""Rankings of teams."""

import numpy as np
import pandas as pd


def ranked(n: int) -> pd.DataFrame:
    """So many teams, each with one finding fewer than the one before and a day less to avoid."""
    days = np.arange(n, 0, -1, dtype=np.float64) * 1_440
    return pd.DataFrame(
        {
            "team": pd.Series([f"t{place}" for place in range(n)], dtype="str"),
            "findings": np.arange(n, 0, -1),
            "waiting": days * 0.75,
            "work": days * 0.25,
            "added": days * 1.5,
            "largest": np.arange(n),
            "once": days,
        }
    )
