"""Charts of interruptions: who, how often and when. Frames come from analysis.burden."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.on_call.hours import HOURS_CLASSES
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.wording import count, percent, plural, some_of
from corvana.assessment.settings import DEFAULT_BASIS, DEFAULT_NORMS, Hours, Norms
from corvana.charts.labels import rows, safe, short, top_of
from corvana.charts.theme import (
    ACCENT,
    CONTEXT,
    PALETTE,
    add_norm,
    add_reference,
    figure,
    lay_out,
    nothing,
    ribbon,
)

_NOBODY: Final = "Nobody was on call by schedule in this selection"
_CLASS_COLOURS: Final = dict(
    zip(HOURS_CLASSES, (PALETTE[7], PALETTE[5], ribbon(CONTEXT, 0.38)), strict=True)
)
_CLASS_NAMES: Final = {
    "sleep": "in sleep hours",
    "off": "in off hours",
    "business": "in business hours",
}
_MOST: Final = 25
_OPACITY: Final = {True: 1.0, False: 0.4}
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def plot_burden(
    burden: pd.DataFrame, names: Mapping[str, str], who: str, norms: Norms = DEFAULT_NORMS
) -> go.Figure:
    """Draw interruptions per on-call hour by hours of the day, with the interval of their sum.

    Parameters
    ----------
    burden
        id, n, hours, enough; per_hour with _low and _high; sleep, off, business; from
        rates.by_responder or rates.by_schedule, in the order to draw; at most 25 are shown.
    names
        Label of each id.
    who
        The name of the rows, in the plural: "responders" or "rotations".
    norms
        The norms of the assessment.
    """
    shown = burden.head(_MOST)
    if shown.empty:
        return nothing(_NOBODY)
    drawn = figure(_burden_title(burden, who, norms), height=150 + 26 * len(shown))
    opacity = [_OPACITY[bool(enough)] for enough in shown["enough"]]
    text = [_told(row, names) for row in rows(shown)]
    for name, colour in _CLASS_COLOURS.items():
        drawn.add_bar(
            x=shown[name],
            y=shown["id"],
            orientation="h",
            name=_CLASS_NAMES[name],
            # The pale fill lets the whisker be seen; the line lets the bar be seen.
            marker={
                "color": colour,
                "opacity": opacity,
                "line": {"color": CONTEXT, "width": 1 if name == "business" else 0},
            },
            text=text,
            textposition="none",
            hovertemplate="%{text}<extra></extra>",
        )
    _add_interval(drawn, shown, "per_hour")
    _add_whole(drawn, burden, who)
    label = f"norm: {norms.incidents_per_shift} in {norms.shift_hours} h"
    add_norm(drawn, norms.incidents_per_shift / norms.shift_hours, label)
    _name_rows(drawn, shown, names)
    drawn.update_xaxes(title="interruptions per on-call hour", rangemode="tozero", showgrid=True)
    return drawn.update_layout(
        barmode="stack",
        bargap=0.3,
        legend={"y": 1, "yanchor": "bottom", "orientation": "h", "traceorder": "normal"},
        margin={"t": drawn.room_above + 26},
    )


def plot_time_on_call(
    burden: pd.DataFrame, names: Mapping[str, str], who: str, norms: Norms = DEFAULT_NORMS
) -> go.Figure:
    """Draw the share of all time on call beside the norm; a rotation shows its members' mean.

    Parameters
    ----------
    burden, names, who, norms
        As in `plot_burden`, with on_call_share.
    """
    ordered = burden.sort_values(["on_call_share", "id"], ascending=[False, True])
    shown = ordered.head(_MOST)
    if shown.empty:
        return nothing(_NOBODY)
    over = int(burden["on_call_share"].gt(norms.on_call_share).sum())
    drawn = figure(_time_title(over, len(burden), who, norms), height=130 + 26 * len(shown))
    drawn.add_bar(
        x=shown["on_call_share"],
        y=shown["id"],
        orientation="h",
        marker={"color": ACCENT},
        text=[_told(row, names) for row in rows(shown)],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )
    add_norm(drawn, norms.on_call_share, f"norm: {percent(norms.on_call_share)}")
    if len(burden) > 1:
        mean = float(burden["on_call_share"].mean())
        add_reference(drawn, mean, f"mean of all {who}: {percent(mean)}")
    _name_rows(drawn, shown, names)
    drawn.update_xaxes(
        title="share of the period on call", tickformat=".0%", rangemode="tozero", showgrid=True
    )
    return drawn.update_layout(
        bargap=0.3,
        legend={"y": 1, "yanchor": "bottom", "orientation": "h"},
        margin={"t": drawn.room_above + 26},
    )


def plot_hours(hours: pd.DataFrame, windows: Hours = DEFAULT_BASIS.hours) -> go.Figure:
    """Draw how many interruptions a week each hour of the week brings, on responders' own clocks.

    Parameters
    ----------
    hours
        weekday, hour, n, asleep, on_days_off, per_week, all 168 rows; from burden.hour_of_week. The
        frame is empty if the group is too small to show its hours.
    windows
        The hours of the assessment.
    """
    if hours.empty:
        return nothing("Fewer people were interrupted than can be shown: each is recognisable")
    if not hours["n"].sum():
        return nothing("Nobody was interrupted in this selection")
    drawn = figure(_hours_title(hours, windows), height=350)
    drawn.add_heatmap(
        x=list(range(24)),
        y=_DAYS,
        z=hours["per_week"].to_numpy(dtype=np.float64).reshape(7, 24),
        zmin=0,
        zmax=hours["per_week"].max(),
        colorscale=[[0, ribbon(ACCENT, 0.04)], [1, ribbon(ACCENT, 1)]],
        xgap=2,
        ygap=2,
        colorbar={"thickness": 12, "outlinewidth": 0, "title": {"text": "a week"}},
        text=np.array(
            [
                f"{_DAYS[row.weekday]} {row.hour:02d}:00<br>{row.per_week:.1f} interruptions a week"
                f"<br>n = {count(row.n)}"
                for row in rows(hours)
            ]
        ).reshape(7, 24),
        hovertemplate="%{text}<extra></extra>",
    )
    for edge in _edges(windows):
        drawn.add_vline(x=edge - 0.5, line={"color": PALETTE[7], "width": 2, "dash": "dot"})
    return lay_out(
        drawn,
        yaxis={"autorange": "reversed", "showgrid": False},
        xaxis={
            "title": "responder's own clock"
            + ("; dotted: sleep hours" if windows.has_sleep else ""),
            "tickvals": list(range(0, 24, 3)),
            "ticktext": [f"{hour:02d}" for hour in range(0, 24, 3)],
            "tickangle": 0,
        },
    )


def _add_interval(drawn: go.Figure, shown: pd.DataFrame, name: str) -> None:
    drawn.add_scatter(
        x=shown[name],
        y=shown["id"],
        mode="markers",
        marker={"size": 1, "color": PALETTE[9]},
        error_x={
            "type": "data",
            "array": shown[f"{name}_high"] - shown[name],
            "arrayminus": shown[name] - shown[f"{name}_low"],
            "thickness": 1.5,
            "width": 3,
            "color": PALETTE[9],
        },
        showlegend=False,
        hoverinfo="skip",
    )


def _add_whole(drawn: go.Figure, burden: pd.DataFrame, who: str) -> None:
    """Draw the rate of all rows together, also of those that are not drawn."""
    hours = float(burden["hours"].sum())
    if not hours:
        return
    rate = float(burden["n"].sum()) / hours
    add_reference(drawn, rate, f"all {who} together: {rate:.2g}")


def _name_rows(drawn: go.Figure, shown: pd.DataFrame, names: Mapping[str, str]) -> None:
    """Ids set the positions of the marks, so that two equal names are two rows."""
    drawn.update_yaxes(
        categoryorder="array",
        categoryarray=shown["id"][::-1],
        tickmode="array",
        tickvals=shown["id"],
        ticktext=[f"{short(names.get(row.id, row.id))}  ({count(row.n)})" for row in rows(shown)],
        # Leave room above the first row for the norm's name.
        range=[-0.6, len(shown) + 0.3],
        showgrid=False,
    )


def _told(row: Any, names: Mapping[str, str]) -> str:
    return (
        f"<b>{safe(names.get(row.id, row.id))}</b><br>"
        f"{row.per_hour:.2g} interruptions per on-call hour "
        f"({row.per_hour_low:.2g} to {row.per_hour_high:.2g})<br>"
        f"sleep {row.sleep:.2g}, off {row.off:.2g}, business {row.business:.2g}<br>"
        f"n = {count(row.n)} in {count(row.hours)} h on call, "
        f"{percent(row.on_call_share)} of the time"
    )


def _burden_title(burden: pd.DataFrame, who: str, norms: Norms) -> str:
    """The number of rows surely above the norm's rate; it names nobody."""
    enough = burden[burden["enough"]]
    if enough.empty:
        return f"{_some_are(0, len(burden), who)} interrupted {ENOUGH} times or more on call"
    above = int(enough["per_hour_low"].gt(norms.incidents_per_shift / norms.shift_hours).sum())
    return (
        f"{_some_are(above, len(burden), who)} clearly interrupted more than "
        f"{_times(norms.incidents_per_shift)} in {norms.shift_hours} h on call"
        f"{top_of(_MOST, len(burden))}"
    )


def _time_title(over: int, n: int, who: str, norms: Norms) -> str:
    """A rotation is always on call; its members take turns, so the title is of them."""
    long = f"on call for more than {percent(norms.on_call_share)} of the period{top_of(_MOST, n)}"
    if who != "rotations":
        return f"{_some_are(over, n, who)} {long}"
    rotations = "rotation" if n == 1 else "rotations"
    return f"In {count(over)} of {count(n)} {rotations}, a member is on average {long}"


def _some_are(number: int, n: int, who: str) -> str:
    return some_of(number, n, f"{who.removesuffix('s')} is", f"{who} are")


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _edges(windows: Hours) -> list[float]:
    """Where sleep hours end and start, as hours of the day."""
    edges = (windows.sleep_end, windows.sleep_start) if windows.has_sleep else ()
    return [edge.hour + edge.minute / 60 for edge in edges]


def _hours_title(hours: pd.DataFrame, windows: Hours) -> str:
    """The shares of two parts of the week, because single hours vary mostly by chance; counts if
    there are few interruptions. Holidays are no part of every week, so of days off with holidays
    the share of the week is not told."""
    n = int(hours["n"].sum())
    days_off = "at weekends and on holidays" if windows.holidays else "at weekends"
    of_the_week = "" if windows.holidays else f" ({percent(len(windows.weekend) / 7)} of the week)"
    parts = (
        ("in sleep hours", "asleep", f" ({percent(windows.sleep_share)} of the week)"),
        (days_off, "on_days_off", of_the_week),
    )
    inside = {name: int(hours[column].sum()) for name, column, _ in parts}
    if n < ENOUGH:
        told = ", ".join(f"{count(some)} {name}" for name, some in inside.items())
        return f"{plural(n, 'interruption', 'interruptions')}: {told}"
    sleep, off = (
        f"{percent(inside[name] / n)} {verb}{name}{week}"
        for (name, _, week), verb in zip(parts, ("of interruptions fall ", ""), strict=True)
    )
    return f"{sleep}, {off}"
