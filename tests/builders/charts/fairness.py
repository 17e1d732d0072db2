"""Shares of a burden to draw."""

import numpy as np
import pandas as pd

from corvana.analysis.staffing.fairness import fairness


def split(*loads):
    """Nights of people with equal time on call."""
    people = [f"R{i:04}" for i in range(len(loads))]
    nights = pd.DataFrame({"responder": np.repeat(people, loads), "size": 1.0})
    return fairness(nights, pd.Series(3_600.0, index=people), seed=1)
