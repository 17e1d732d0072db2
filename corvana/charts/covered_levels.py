"""A timeline of the levels: gaps, and times with the same person on two levels."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.staffing.covered_levels import GAP, NOT_NEEDED, SAME_PERSON, Cover
from corvana.analysis.statistics import time_intervals
from corvana.analysis.wording import count, duration, some_of
from corvana.charts.labels import rows, safe, short, top_of
from corvana.charts.theme import CONTEXT, PALETTE, figure, nothing, ribbon

_MOST: Final = 24
_LEAST: Final = 12
"""The least number of rows: with few faulty levels, levels without faults are drawn too."""
_MOST_STRETCHES: Final = 500
_COVERED: Final = "somebody on call"
_STATES: Final = {
    SAME_PERSON: (PALETTE[1], 0.34),
    NOT_NEEDED: (ribbon(CONTEXT, 0.75), 0.7),
    GAP: (PALETTE[3], 0.7),
}


def plot_cover(cover: Cover, names: Mapping[str, str], time_zone: str) -> go.Figure:
    """Draw a row a level: gaps, and time in which it has the same person as an earlier level.

    Parameters
    ----------
    cover
        From covered_levels.covered_levels; the worst levels are shown, 12 to 24 of them.
    names
        Label of each policy's id.
    time_zone
        The reader's IANA zone, in which times are drawn.
    """
    shown = cover.levels.head(max(_LEAST, min(_MOST, _amiss(cover.levels))))
    if shown.empty:
        return nothing("No schedules are known for the policies in use")
    drawn = figure(
        _title(cover.levels) + top_of(len(shown), len(cover.levels)), height=150 + 24 * len(shown)
    )
    labels = dict(zip(_keys(shown), _labels(shown, names), strict=True))
    begin = _local(pd.Series([cover.since]), time_zone).iloc[0]
    drawn.add_bar(
        base=[begin] * len(shown),
        x=[(cover.until - cover.since).total_seconds() * 1_000] * len(shown),
        y=list(labels),
        orientation="h",
        width=0.7,
        name=_COVERED,
        marker={"color": ribbon(PALETTE[2], 0.22)},
        hoverinfo="skip",
    )
    known = cover.stretches.assign(row=_keys(cover.stretches), seconds=time_intervals.lengths)
    # Leave out stretches thinner than a pixel; the table has all of them.
    kept = known[known["row"].isin(list(labels))].nlargest(_MOST_STRETCHES, "seconds")
    for state, (colour, width) in _STATES.items():
        some = kept[kept["state"].eq(state)]
        if some.empty:
            continue
        starts = _local(some["start"], time_zone)
        ends = _local(some["end"], time_zone)
        drawn.add_bar(
            base=starts,
            x=some["seconds"] * 1_000,
            y=some["row"],
            orientation="h",
            width=width,
            name=state,
            marker={"color": colour, "line": {"width": 0}},
            text=[
                f"<b>{labels[row.row]}</b><br>{_state(row)}<br>"
                f"{start:%-d %b %H:%M} to {end:%-d %b %H:%M} ({duration(row.seconds)})"
                for row, start, end in zip(rows(some), starts, ends, strict=True)
            ],
            textposition="none",
            hovertemplate="%{text}<extra></extra>",
        )
    if cover.until > cover.as_of:
        drawn.add_vline(
            x=_local(pd.Series([cover.as_of]), time_zone).iloc[0],
            line={"color": PALETTE[9], "width": 1.5, "dash": "dot"},
        )
        drawn.add_annotation(
            x=_local(pd.Series([cover.as_of]), time_zone).iloc[0],
            y=1,
            yref="paper",
            yanchor="top",
            text="← past · coming →",
            showarrow=False,
            font={"size": 12},
        )
    drawn.update_yaxes(
        categoryorder="array",
        categoryarray=list(labels)[::-1],
        tickmode="array",
        tickvals=list(labels),
        ticktext=list(labels.values()),
        # Leave room above the first row for the label of the line between past and future.
        range=[-0.6, len(shown) + 0.4],
        showgrid=False,
    )
    drawn.update_xaxes(
        type="date",
        title=time_zone,
        tickangle=0,
        nticks=8,
        showgrid=True,
        # The year stands below the first month of each, so that months do not touch on a phone.
        tickformatstops=[{"dtickrange": ["M1", None], "value": "%b\n%Y"}],
    )
    return drawn.update_layout(
        barmode="overlay",
        legend={"y": 1, "yanchor": "bottom", "orientation": "h", "traceorder": "normal"},
        margin={"t": drawn.room_above + 26},
    )


def _keys(frame: pd.DataFrame) -> list[str]:
    """A key for a policy's level, which sets the position of its row."""
    return [f"{row.escalation_policy_id} {row.level}" for row in rows(frame)]


def _labels(shown: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    return [
        f"{short(names.get(row.escalation_policy_id, row.escalation_policy_id), 26)} · {row.level}"
        for row in rows(shown)
    ]


def _state(row: Any) -> str:
    return safe(
        f"same person as level {row.other_level}" if row.state == SAME_PERSON else row.state
    )


def _local(instants: pd.Series, time_zone: str) -> pd.Series:
    """The local wall-clock time, because Plotly does not support time zones."""
    clock: pd.Series = instants.dt.tz_convert(time_zone).dt.tz_localize(None)
    return clock


def _amiss(levels: pd.DataFrame) -> int:
    return int((levels["gaps"].gt(0) | levels["doubled_seconds"].gt(0)).sum())


def _title(levels: pd.DataFrame) -> str:
    n, gaps = len(levels), int(levels["gaps"].gt(0).sum())
    doubled = int(levels["doubled_seconds"].gt(0).sum())
    first = f"{some_of(gaps, n, 'level has', 'levels have')} coverage gaps"
    repeat = "repeats a person" if doubled == 1 else "repeat a person"
    return f"{first}; {count(doubled)} {repeat}" if doubled else first
