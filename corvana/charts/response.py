"""Charts of response times. Frames come from analysis.response."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.wording import between, count, duration, instant, plural
from corvana.charts.assessment.event_lines import Mark, mark_weeks
from corvana.charts.labels import duration_range, rows
from corvana.charts.shapes.weekly import add_line, add_ribbon, mark_period
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


def plot_distribution(histogram: pd.DataFrame, verb: str = "acknowledged") -> go.Figure:
    """Draw the histogram of a duration on log time.

    Parameters
    ----------
    histogram
        start, end (seconds), n; from breakdowns.distribution.
    verb
        The end of the duration: "acknowledged" or "resolved".
    """
    if histogram.empty:
        return nothing(none_done(verb))
    drawn = figure(_distribution_title(histogram, verb))
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
            f"{between(low, high)}<br>{plural(n, 'incident', 'incidents')}"
            for low, high, n in histogram.itertuples(index=False)
        ],
        hovertemplate="%{text}<extra></extra>",
    )
    return lay_out(
        drawn,
        xaxis={
            **log_time(histogram["start"].min(), histogram["end"].max(), sparse=True),
            "tickangle": 0,
            "title": f"time until {verb}, log scale",
        },
        yaxis={"title": f"{verb} incidents", "rangemode": "tozero"},
        showlegend=False,
    )


def none_done(verb: str) -> str:
    """Return what stands in the place of a chart of a duration that no incident has."""
    return f"No incident of this selection was {verb}"


def plot_trend(
    trend: pd.DataFrame,
    verb: str = "acknowledged",
    *,
    levels: pd.DataFrame | None = None,
    period: tuple[datetime, datetime] | None = None,
    marks: Sequence[Mark] = (),
) -> go.Figure:
    """Draw the weekly median with its interval.

    Parameters
    ----------
    trend
        week; n, n_done; p50, low, high in seconds; from breakdowns.weekly_trend.
    levels
        start, end, value; the stretches between changes, from changes.segments.
    period
        Start and end, marked if the weeks extend beyond them.
    marks
        See `event_lines.mark`.
    """
    known = trend.dropna(subset=["p50"])
    if known.empty:
        return nothing(none_done(verb))
    drawn = figure(_trend_title(known, verb, levels))
    add_ribbon(drawn, known.dropna(subset=["low", "high"]))
    texts = [
        f"Week of {row.week.day} {row.week:%b}<br>median "
        f"{duration_range(row.p50, row.low, row.high)}<br>"
        f"{count(row.n_done)} {verb} of {plural(row.n, 'incident', 'incidents')}"
        if row.n
        else f"Week of {row.week.day} {row.week:%b}<br>no incident"
        for row in rows(trend)
    ]
    add_line(drawn, trend, "p50", "n_done", texts)
    spread = known[["p50", "low", "high"]]
    lay_out(
        drawn,
        yaxis={"title": "median, log scale", **log_time(spread.min().min(), spread.max().max())},
    )
    if levels is not None and len(levels) > 1:
        _add_levels(drawn, levels)
    mark_period(drawn, trend["week"], known["week"].max(), period)
    lay_out(drawn, xaxis=week_axis(trend["week"]), showlegend=False)
    return mark_weeks(drawn, marks, trend["week"])


def _add_levels(drawn: go.Figure, levels: pd.DataFrame) -> None:
    """Mark the changes, and the typical time before and after each."""
    for row in rows(levels):
        drawn.add_scatter(
            x=[row.start, row.end],
            y=[row.value, row.value],
            mode="lines",
            line={"color": CONTEXT, "width": 1.5, "dash": "dash"},
            hovertemplate=f"geometric mean {duration(row.value)}<extra></extra>",
        )
    for at in levels["start"].iloc[1:]:
        drawn.add_vline(x=at.isoformat(), line={"dash": "dot", "color": CONTEXT, "width": 1.5})
    # Label only the last change: two labels above a chart of half the page would overlap.
    last, (before, since) = levels["start"].iloc[-1], levels["value"].iloc[-2:]
    is_late = last - levels["start"].iloc[0] > levels["end"].iloc[-1] - last
    drawn.add_annotation(
        text=f"{instant(last)}: geometric mean {duration(before)} → {duration(since)}",
        x=last.isoformat(), y=1, yref="paper", xanchor="right" if is_late else "left",
        yanchor="bottom", showarrow=False,
    )  # fmt: skip


def _distribution_title(histogram: pd.DataFrame, verb: str) -> str:
    n = int(histogram["n"].sum())
    if n < ENOUGH:
        return f"{plural(n, 'incident', 'incidents')} {verb}"
    top = histogram.nlargest(1, "n").iloc[0]
    # Bins differ in width: the fullest one may only be a wide one.
    widths = np.log(histogram["end"].to_numpy() / histogram["start"].to_numpy())
    densest = histogram.iloc[int(np.argmax(histogram["n"].to_numpy() / widths))]
    if (
        top["n"] < ENOUGH
        or top["start"] != densest["start"]
        or histogram["n"].eq(top["n"]).sum() > 1
    ):
        return f"Times until {verb} of {count(n)} incidents"
    return f"Most common time until {verb}: {between(top['start'], top['end'])}"


def _trend_title(known: pd.DataFrame, verb: str, levels: pd.DataFrame | None = None) -> str:
    if levels is not None and len(levels) > 1:
        *_, last = rows(levels)
        return f"Since {instant(last.start)}, {verb} {'later' if last.ratio > 1 else 'sooner'}"
    medians = known.loc[known["n_done"] >= ENOUGH, "p50"]
    if len(medians) < 2:
        n = int(known["n_done"].sum())
        return f"{plural(n, 'incident', 'incidents')} {verb}, by week"
    which = f" (weeks with {ENOUGH} incidents or more)" if len(medians) < len(known) else ""
    return f"Weekly median until {verb}{_course(medians, is_tested=levels is not None)}{which}"


def _course(medians: pd.Series, *, is_tested: bool) -> str:
    """The course of weekly medians; where it was tested and no change was found, the level."""
    typical, half = duration(medians.median()), len(medians) // 2
    if is_tested:
        return f": about {typical}"
    if half < 2:
        return ""
    first, last = medians.iloc[:half].median(), medians.iloc[-half:].median()
    if first <= 0 or 0.9 <= last / first <= 1.1:
        return f": about {typical} throughout"
    return f": from about {duration(first)} to {duration(last)}"
