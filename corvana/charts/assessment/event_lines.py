"""Thin lines on a chart of weeks: what happened when.

Lines that are close together share one label, so that labels do not cover each other.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.wording import instant, plural
from corvana.charts.labels import safe
from corvana.charts.theme import CONTEXT

_MOST_LABELS: Final = 8
"""More upright labels do not fit a phone."""
_MOST_LINES: Final = 60
_LONGEST: Final = 20
_LINE: Final = 1.0
ROOM: Final = 1.5
"""As many times the highest bar is the axis of a bar chart with labels, which bars would hide."""

Mark = tuple[date, str]


def mark(drawn: go.Figure, marks: Sequence[Mark], first: date, last: date) -> go.Figure:
    """Draw a dotted line on each day between `first` and `last`, with labels along them; return the
    figure.

    `marks` are days with what happened on them. Hovering a label tells all that it stands for.
    """
    inside = within(marks, first, last)
    for day in dict.fromkeys(day for day, _ in inside):
        drawn.add_vline(
            x=day.isoformat(), line={"dash": "dot", "color": CONTEXT, "width": _LINE}, layer="below"
        )
    for near in _near(inside, first, last):
        drawn.add_annotation(
            x=near[0][0].isoformat(),
            y=1,
            yref="y domain",
            text=_label(near),
            textangle=-90,
            showarrow=False,
            xanchor="right",
            yanchor="top",
            font={"size": 11},
            hovertext="<br>".join(f"{instant(day)}: {safe(name)}" for day, name in near),
        )
    return drawn


def within(marks: Sequence[Mark], first: date, last: date) -> list[Mark]:
    """Return the marks between two days that are drawn, in their order; of many the latest."""
    return sorted(one for one in marks if first <= one[0] <= last)[-_MOST_LINES:]


def mark_weeks(drawn: go.Figure, marks: Sequence[Mark], weeks: pd.Series) -> go.Figure:
    """Draw the lines (see `mark`) on a chart of weeks, from the first one to the end of the last.

    `weeks` are the midnights of their Mondays, in order.
    """
    first, last = (pd.Timestamp(weeks.iloc[place]).date() for place in (0, -1))
    return mark(drawn, marks, first, last + timedelta(days=6))


def _near(marks: Sequence[Mark], first: date, last: date) -> list[list[Mark]]:
    """The marks, those together that are too close for a label each."""
    least = max((last - first).days / _MOST_LABELS, 1.0)
    groups: list[list[Mark]] = []
    for one in marks:
        if groups and (one[0] - groups[-1][0][0]).days < least:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _label(near: Sequence[Mark]) -> str:
    if len(near) > 1:
        return plural(len(near), "change", "changes")
    name = near[0][1]
    return safe(name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…")
