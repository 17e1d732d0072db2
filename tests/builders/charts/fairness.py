"""Shares of a burden to draw."""

import numpy as np
import pandas as pd

from corvana.analysis.staffing.fairness import Fairness, fairness
from corvana.analysis.statistics.estimates import Numbers
from corvana.frames import INSTANT

_MONDAY = pd.Timestamp("2026-03-02", tz="UTC")
_WEEK = pd.Timedelta(weeks=1)


def split(*loads: int, turns: int = 0) -> Fairness:
    """Nights of people with as many weekly turns each, over which their nights are spread; without
    `turns`, enough of them to tell."""
    each = turns or max(2, -(-10 // max(len(loads), 1)))
    people = np.array([f"R{i:04}" for i in range(len(loads))])
    place, turn = (numbers.ravel() for numbers in np.indices((len(loads), each)))
    begins = _begins(place, turn)
    worked = pd.DataFrame({"responder": people[place], "start": begins, "end": begins + _WEEK})
    whose = np.repeat(np.arange(len(loads)), loads)
    night = np.concatenate([np.arange(load) for load in loads] or [whose])
    nights = pd.DataFrame(
        {
            "responder": people[whose],
            "at": _begins(whose, night % each) + pd.Timedelta(hours=1),
            "size": 1.0,
        }
    )
    return fairness(
        nights.astype({"responder": "str", "at": INSTANT}),
        *(worked.astype({"responder": "str", "start": INSTANT, "end": INSTANT}),) * 2,
        seed=1,
    )


def rotations(n: int) -> pd.DataFrame:
    """Rotations as questions.on_call.evenness returns them."""
    gini = np.linspace(0.5, 0.1, n)
    return pd.DataFrame(
        {
            "schedule_id": [f"S{i}" for i in range(n)],
            "gini": gini,
            "low": gini - 0.1,
            "high": gini + 0.1,
            "by_chance": 0.2,
            "nights": 20,
            "p_value": 0.5,
            "is_clear": False,
        }
    )


def _begins(place: Numbers, turn: Numbers) -> pd.DatetimeIndex:
    # Several rotations side by side, so that the years of many people are not many years.
    return pd.DatetimeIndex(_MONDAY + pd.to_timedelta((place % 10 + 10 * turn) * 7, unit="D"))
