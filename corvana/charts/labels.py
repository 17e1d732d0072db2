"""Names and ranges in the form used in figures."""

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

from corvana.analysis.wording import count, duration


def safe(name: str) -> str:
    """Return a name with Plotly's markup characters escaped."""
    return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def short(name: str, length: int = 28) -> str:
    """Return a name that is short enough to stand beside an axis.

    A long one is cut in the middle: names of one account often begin alike and differ at the end.
    """
    if len(name) <= length:
        return safe(name)
    end = (length - 1) // 2
    return safe(f"{name[: length - 1 - end].rstrip()}…{name[-end:].lstrip()}")


def duration_range(value: float, low: float, high: float) -> str:
    """Return "4 min (3 min to 5 min)"; without bounds the value alone."""
    if math.isnan(low) or math.isnan(high):
        return duration(value)
    return f"{duration(value)} ({duration(low)} to {duration(high)})"


def top_of(most: int, n: int) -> str:
    """Return " · top 25 of 45" for a title, if only the first `most` of `n` rows are drawn."""
    return f" · top {count(most)} of {count(n)}" if n > most else ""


def rows(frame: pd.DataFrame) -> Iterable[Any]:
    """Return the rows as named tuples, whose fields have no static type."""
    return frame.itertuples()
