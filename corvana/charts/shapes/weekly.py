"""The course of an estimate by weeks: a line with its interval as a ribbon, weeks of few cases
pale."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.statistics.estimates import ENOUGH
from corvana.charts.shapes.estimates_by_row import OPACITY
from corvana.charts.theme import ACCENT, CONTEXT, ribbon


def add_ribbon(drawn: go.Figure, weeks: pd.DataFrame) -> None:
    """Draw the interval of weeks (`week`, `low`, `high`), of which none is unknown."""
    drawn.add_scatter(
        x=[*weeks["week"], *weeks["week"][::-1]],
        y=[*weeks["high"], *weeks["low"][::-1]],
        fill="toself",
        mode="lines",
        line={"width": 0},
        fillcolor=ribbon(ACCENT),
        hoverinfo="skip",
    )


def add_line(
    drawn: go.Figure, weeks: pd.DataFrame, value: str, n: str, texts: Sequence[str]
) -> None:
    """Draw the column `value` of the weeks; one that is unknown breaks the line. `n` is the column
    of how many cases a value rests on, and `texts` is told when a week is pointed at."""
    drawn.add_scatter(
        x=weeks["week"],
        y=weeks[value],
        mode="lines+markers",
        line={"color": ACCENT, "width": 2},
        marker={
            "size": 7,
            "color": ACCENT,
            "opacity": [OPACITY[cases >= ENOUGH] for cases in weeks[n]],
        },
        text=texts,
        hovertemplate="%{text}<extra></extra>",
    )


def mark_period(
    drawn: go.Figure,
    weeks: "pd.Series[pd.Timestamp]",
    last_known: pd.Timestamp,
    period: tuple[datetime, datetime] | None,
) -> None:
    """Shade the period (start and end) if the weeks extend beyond it. `last_known` is the last week
    with a value."""
    if period is None:
        return
    x0, x1 = (pd.Timestamp(edge).tz_localize(None).isoformat() for edge in period)
    if x0 > weeks.iloc[:2].max().isoformat() or x1 < last_known.isoformat():
        drawn.add_vrect(x0=x0, x1=x1, fillcolor=ribbon(CONTEXT, 0.12), line={"width": 0})
