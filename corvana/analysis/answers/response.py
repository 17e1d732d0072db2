"""How fast do we respond: whether it changed, in a sentence."""

import math

import pandas as pd

from corvana.analysis.splits import LASTING
from corvana.analysis.wording import count, duration, instant

_MANY = 10


def change(levels: pd.DataFrame, split: pd.DataFrame) -> str:
    """Return since when a duration differs, or what would have shown had it changed.

    Parameters
    ----------
    levels
        The stretches between changes, of changes.segments.
    split
        The one row of changes.trends for the same duration.
    """
    whole, detectable = int(split["weeks"].iloc[0]), float(split["detectable"].iloc[0])
    if whole < 2 * LASTING:
        return f"A change can be told from chance from {count(2 * LASTING)} whole weeks on."
    if math.isnan(detectable):
        return f"Too few values in {count(whole)} weeks to tell a change from chance."
    if len(levels) < 2:
        return f"No lasting change in {count(whole)} whole weeks; {_smallest(detectable)}"
    last, before = levels.iloc[-1], levels.iloc[-2]
    return (
        f"Typically {duration(before['value'])} before {instant(last['start'])}, "
        f"{duration(last['value'])} since: {_times(last)}. Its place was chosen by the data, which "
        f"overstates it; {_smallest(detectable)}"
    )


def _smallest(detectable: float) -> str:
    if detectable > _MANY:
        return "this much data would hardly have shown any."
    return (
        f"one of {(detectable - 1) * 100:.0f} % longer or {(1 - 1 / detectable) * 100:.0f} % "
        "shorter would most likely have shown."
    )


def _times(level: pd.Series) -> str:
    low, high = level["ratio_low"], level["ratio_high"]
    within = "" if math.isnan(low) or math.isnan(high) else f" ({low:.2f} to {high:.2f})"
    return f"{level['ratio']:.2f} times{within}"
