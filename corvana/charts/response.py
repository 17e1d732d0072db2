"""Charts of how fast incidents are acknowledged and resolved. Frames come from
analysis.response."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.wording import count, duration, instant
from corvana.charts.labels import duration_range, rows, safe, short
from corvana.charts.theme import (
    ACCENT,
    CONTEXT,
    figure,
    lay_out,
    log_time,
    nothing,
    ribbon,
    week_axis,
)

_EMPTY: Final = "No incident in this selection has a value yet"
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MOST_GROUPS: Final = 25
_OPACITY: Final = {True: 1.0, False: 0.4}


def plot_distribution(histogram: pd.DataFrame, verb: str = "acknowledged") -> go.Figure:
    """Draw the histogram of a duration on log time.

    Parameters
    ----------
    histogram
        start, end (seconds), n; from durations.distribution.
    verb
        The event that ended the duration: "acknowledged" or "resolved".
    """
    if histogram.empty:
        return nothing(_EMPTY)
    top = histogram.nlargest(1, "n").iloc[0]
    drawn = figure(f"Most often {verb} after {duration(top['start'])} to {duration(top['end'])}")
    # The width of a bar is in seconds; the bar is centred in its bin on the log axis.
    middle = np.sqrt(histogram["start"] * histogram["end"])
    drawn.add_scatter(
        x=np.repeat(np.r_[histogram["start"], histogram["end"].iloc[-1:]], 2)[1:-1],
        y=np.repeat(histogram["n"].to_numpy(), 2),
        mode="lines",
        line={"color": ACCENT, "width": 1.5},
        fill="tozeroy",
        fillcolor=ribbon(ACCENT, 0.35),
        hoverinfo="skip",
    )
    drawn.add_scatter(
        x=middle,
        y=histogram["n"],
        mode="markers",
        marker={"opacity": 0, "size": 14},
        text=[
            f"{duration(low)} to {duration(high)}<br>{count(n)} incidents"
            for low, high, n in histogram.itertuples(index=False)
        ],
        hovertemplate="%{text}<extra></extra>",
    )
    return lay_out(
        drawn,
        xaxis={
            **log_time(histogram["start"].min(), histogram["end"].max(), sparse=True),
            "tickangle": 0,
        },
        yaxis={"title": "incidents", "rangemode": "tozero"},
        showlegend=False,
    )


def plot_trend(
    trend: pd.DataFrame,
    verb: str = "acknowledged",
    *,
    levels: pd.DataFrame | None = None,
    period: tuple[datetime, datetime] | None = None,
) -> go.Figure:
    """Draw the weekly median with its interval.

    Parameters
    ----------
    trend
        week; n, n_done; p50, low, high in seconds; from durations.weekly_trend.
    levels
        start, end, value; the stretches between changes, from changes.segments.
    period
        Start and end, marked if the weeks extend beyond them.
    """
    known = trend.dropna(subset=["p50"])
    if known.empty:
        return nothing(_EMPTY)
    drawn = figure(_trend_title(known, verb, levels))
    banded = known.dropna(subset=["low", "high"])
    drawn.add_scatter(
        x=[*banded["week"], *banded["week"][::-1]],
        y=[*banded["high"], *banded["low"][::-1]],
        fill="toself",
        mode="lines",
        line={"width": 0},
        fillcolor=ribbon(ACCENT),
        hoverinfo="skip",
    )
    drawn.add_scatter(
        # Weeks without a value break the line.
        x=trend["week"],
        y=trend["p50"],
        mode="lines+markers",
        line={"color": ACCENT, "width": 2},
        marker={
            "size": 7,
            "color": ACCENT,
            "opacity": [_OPACITY[done >= ENOUGH] for done in trend["n_done"]],
        },
        text=[
            f"Week of {row.week.day} {row.week:%b}<br>median "
            f"{duration_range(row.p50, row.low, row.high)}<br>"
            f"n = {count(row.n_done)} of {count(row.n)}"
            for row in rows(trend)
        ],
        hovertemplate="%{text}<extra></extra>",
    )
    spread = known[["p50", "low", "high"]]
    lay_out(
        drawn,
        yaxis={"title": "median, log scale", **log_time(spread.min().min(), spread.max().max())},
    )
    if levels is not None and len(levels) > 1:
        _add_levels(drawn, levels)
    if period is not None:
        x0, x1 = (pd.Timestamp(edge).tz_localize(None).isoformat() for edge in period)
        if x0 > trend["week"].iloc[:2].max().isoformat() or x1 < known["week"].max().isoformat():
            drawn.add_vrect(x0=x0, x1=x1, fillcolor=ribbon(CONTEXT, 0.12), line_width=0)
    return lay_out(drawn, xaxis=week_axis(trend["week"]), showlegend=False)


def plot_breakdown(
    groups: pd.DataFrame, names: Mapping[str, str], verb: str = "acknowledged"
) -> go.Figure:
    """Draw each group's median with its interval; small samples are pale and last.

    Parameters
    ----------
    groups
        From durations.breakdown, in the order to draw; at most 25 are shown, the title says so.
    names
        Label of each id.
    """
    known = groups.dropna(subset=["p50"])
    shown = known.head(_MOST_GROUPS).iloc[::-1]
    if shown.empty:
        return nothing(_EMPTY)
    drawn = figure(_breakdown_title(known, names, verb), height=120 + max(26 * len(shown), 90))
    # Ids set the positions of the marks, so that two equal names are two rows.
    drawn.add_scatter(
        x=shown["p50"],
        y=shown["id"],
        customdata=shown["id"],
        mode="markers",
        marker={
            "size": 10,
            "color": ACCENT,
            "opacity": [_OPACITY[bool(enough)] for enough in shown["enough"]],
        },
        text=[
            f"<b>{safe(names.get(row.id, row.id))}</b><br>median "
            f"{duration_range(row.p50, row.low, row.high)}<br>n = {count(row.n_done)}, "
            f"{count(row.n_open)} open"
            for row in rows(shown)
        ],
        hovertemplate="%{text}<extra></extra>",
    )
    for enough, opacity in ((True, 0.7), (False, 0.3)):
        some = shown.loc[(shown["enough"] == enough) & shown["low"].notna() & shown["high"].notna()]
        gap = pd.Series(None, index=some.index, dtype="object")
        drawn.add_scatter(
            x=np.column_stack([some["low"], some["high"], np.full(len(some), np.nan)]).ravel(),
            y=np.column_stack([some["id"], some["id"], gap]).ravel(),
            mode="lines",
            line={"color": ACCENT, "width": 2.5},
            opacity=opacity,
            hoverinfo="skip",
        )
    spread = shown[["p50", "low", "high"]]
    return lay_out(
        drawn,
        xaxis=log_time(spread.min().min(), spread.max().max()),
        yaxis={
            "categoryorder": "array",
            "categoryarray": shown["id"],
            "tickmode": "array",
            "tickvals": shown["id"],
            "ticktext": [
                f"{short(names.get(row.id, row.id))}  ({count(row.n_done)})" for row in rows(shown)
            ],
            "showgrid": False,
        },
        showlegend=False,
        clickmode="event+select",
    )


def plot_hour_of_week(hours: pd.DataFrame, time_zone: str, verb: str = "acknowledged") -> go.Figure:
    """Draw the median of each hour of the week; hours with fewer than three incidents are blank.

    Parameters
    ----------
    hours
        weekday, hour, n, p50 in seconds, all 168 rows; from durations.hour_of_week.
    """
    told = hours.loc[hours["n"] >= 3]
    if told.empty:
        return nothing("Fewer than three incidents in every hour of the week")
    slowest = told.nlargest(1, "p50").iloc[0]
    drawn = figure(
        f"Slowest to be {verb}: {_DAYS[int(slowest['weekday'])]} "
        f"{int(slowest['hour']):02d}:00 ({duration(slowest['p50'])})",
        height=330,
    )
    grid = hours.assign(p50=hours["p50"].where(hours["n"] >= 3).clip(lower=1.0))
    p50 = grid["p50"].to_numpy(dtype=np.float64).reshape(7, 24)
    low, high = float(np.nanmin(p50)), float(np.nanmax(p50))
    scale = log_time(low, high)
    drawn.add_heatmap(
        x=[f"{hour:02d}" for hour in range(24)],
        y=_DAYS,
        z=np.log10(p50),
        zmin=math.log10(low),
        zmax=max(math.log10(high), math.log10(low) + 0.01),
        # From nearly transparent to the accent colour: readable on light and on dark.
        colorscale=[[0, ribbon(ACCENT, 0.08)], [1, ribbon(ACCENT, 1)]],
        xgap=2,
        ygap=2,
        colorbar={
            "tickvals": [math.log10(tick) for tick in _numbers(scale["tickvals"])],
            "ticktext": scale["ticktext"],
            "thickness": 12,
            "outlinewidth": 0,
            "title": {"text": "median"},
        },
        text=np.array(
            [
                f"{_DAYS[row.weekday]} {row.hour:02d}:00<br>"
                + (f"median {duration(row.p50)}" if row.n >= 3 else "not enough data")
                + f"<br>n = {count(row.n)}"
                for row in rows(grid)
            ]
        ).reshape(7, 24),
        hovertemplate="%{text}<extra></extra>",
    )
    return lay_out(
        drawn,
        yaxis={"autorange": "reversed", "showgrid": False},
        xaxis={"title": f"hour of creation, {time_zone}", "nticks": 24},
    )


def _add_levels(drawn: go.Figure, levels: pd.DataFrame) -> None:
    """Mark the changes, and the typical time before and after each."""
    for row in rows(levels):
        drawn.add_scatter(
            x=[row.start, row.end],
            y=[row.value, row.value],
            mode="lines",
            line={"color": CONTEXT, "width": 1.5, "dash": "dash"},
            hovertemplate=f"typically {duration(row.value)}<extra></extra>",
        )
    for at in levels["start"].iloc[1:]:
        drawn.add_vline(x=at.isoformat(), line={"dash": "dot", "color": CONTEXT, "width": 1.5})
    # Label only the last change: two labels above a chart of half the page would overlap.
    last, (before, since) = levels["start"].iloc[-1], levels["value"].iloc[-2:]
    is_late = last - levels["start"].iloc[0] > levels["end"].iloc[-1] - last
    drawn.add_annotation(
        text=f"{instant(last)}: {duration(before)} → {duration(since)}", x=last.isoformat(), y=1,
        yref="paper", xanchor="right" if is_late else "left", yanchor="bottom", showarrow=False,
    )  # fmt: skip


def _trend_title(known: pd.DataFrame, verb: str, levels: pd.DataFrame | None = None) -> str:
    if levels is not None and len(levels) > 1:
        *_, last = rows(levels)
        return f"Since {instant(last.start)}, {verb} {'later' if last.ratio > 1 else 'sooner'}"
    typical = duration(known["p50"].median())
    if levels is not None:
        return f"Weekly median until {verb}: about {typical}"
    half = len(known) // 2
    if half < 2:
        return f"Weekly median until {verb}"
    first, last = known["p50"].iloc[:half].median(), known["p50"].iloc[-half:].median()
    if first <= 0 or 0.9 <= last / first <= 1.1:
        return f"Weekly median until {verb}: about {typical} throughout"
    return f"Weekly median until {verb}: from about {duration(first)} to {duration(last)}"


def _breakdown_title(known: pd.DataFrame, names: Mapping[str, str], verb: str) -> str:
    enough = known.loc[known["enough"]]
    if enough.empty:
        return f"Median until {verb}: no group has ten incidents yet"
    top = enough.iloc[0]
    more = len(known) - _MOST_GROUPS
    rest = f" · {more} more in the table" if more > 0 else ""
    if len(enough) == 1:
        return f"Median until {verb}: {duration(top['p50'])}{rest}"
    return (
        f"{short(names.get(top['id'], top['id']))} is slowest: half {verb} within "
        f"{duration(top['p50'])}{rest}"
    )


def _numbers(values: object) -> list[float]:
    return [float(value) for value in values] if isinstance(values, list) else []
