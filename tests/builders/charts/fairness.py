"""Shares of a burden to draw."""

from collections.abc import Sequence

import pandas as pd

from corvana.analysis.staffing.fairness import Fairness, fairness
from corvana.frames import INSTANT

_MONDAY = pd.Timestamp("2026-03-02", tz="UTC")
_WEEK = pd.Timedelta(weeks=1)


def split(*loads: int, turns: int = 0) -> Fairness:
    """Nights of people with as many weekly turns each, over which their nights are spread; without
    `turns`, enough of them to tell."""
    each = turns or max(2, -(-10 // max(len(loads), 1)))
    people = [f"R{i:04}" for i in range(len(loads))]
    worked = pd.DataFrame(
        [
            (who, *_turn(people, place, turn))
            for place, who in enumerate(people)
            for turn in range(each)
        ],
        columns=["responder", "start", "end"],
    ).astype({"start": INSTANT, "end": INSTANT})
    nights = pd.DataFrame(
        [
            (who, _turn(people, place, night % each)[0] + pd.Timedelta(hours=1), 1.0)
            for place, (who, load) in enumerate(zip(people, loads, strict=True))
            for night in range(load)
        ],
        columns=["responder", "at", "size"],
    ).astype({"at": INSTANT, "size": "float64"})
    return fairness(nights, worked, worked, seed=1)


def _turn(people: Sequence[str], place: int, turn: int) -> tuple[pd.Timestamp, pd.Timestamp]:
    # Several rotations side by side, so that the years of many people are not many years.
    slot = place % 10
    begins = _MONDAY + (slot + 10 * turn) * _WEEK
    return begins, begins + _WEEK
