"""Charts of teams. Frames come from analysis.teams."""

from collections.abc import Mapping
from typing import Final

import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.wording import count, duration, plural
from corvana.charts.labels import rows, safe, short, top_of
from corvana.charts.theme import ACCENT, CONTEXT, PALETTE, figure, lay_out, nothing

_MOST: Final = 25
_PARTS: Final = (("waiting", "incidents wait", ACCENT), ("work", "people's time", PALETTE[1]))
_DAY: Final = 86_400


def plot_teams(ranking: pd.DataFrame, names: Mapping[str, str]) -> go.Figure:
    """Draw each team's avoidable time a month, counted once, with a whisker up to its findings
    added up.

    Parameters
    ----------
    ranking
        From avoidable.by_team, in the order to draw; at most 25 are shown, the title says so.
    names
        Label of each team's id.
    """
    if not ranking["findings"].sum():
        return nothing("No finding belongs to a team")
    shown = ranking.head(_MOST)
    drawn = figure(_title(ranking, names), height=150 + 30 * len(shown))
    text = [
        f"<b>{safe(names.get(row.team, row.team))}</b><br>counted once: {_told(row.once)} a month"
        f"<br>added up: {_told(row.added)}<br>{plural(row.findings, 'finding', 'findings')}"
        for row in rows(shown)
    ]
    for column, name, colour in _PARTS:
        drawn.add_bar(
            x=shown[column] * 60 / _DAY,
            y=shown["team"],
            customdata=shown["team"],
            orientation="h",
            name=name,
            marker={"color": colour},
            text=text,
            textposition="none",
            hovertemplate="%{text}<extra></extra>",
        )
    drawn.add_scatter(
        x=shown["once"] * 60 / _DAY,
        y=shown["team"],
        customdata=shown["team"],
        mode="markers",
        name="up to all added up",
        marker={"color": CONTEXT, "size": 1},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": (shown["added"] - shown["once"]).clip(lower=0) * 60 / _DAY,
            "arrayminus": [0.0] * len(shown),
            "thickness": 1.5,
            "width": 4,
            "color": CONTEXT,
        },
        hoverinfo="skip",
        showlegend=False,
    )
    return lay_out(
        drawn,
        yaxis={
            "categoryorder": "array",
            "categoryarray": shown["team"][::-1],
            "tickmode": "array",
            "tickvals": shown["team"],
            "ticktext": [
                f"{short(names.get(row.team, row.team))}  ({count(row.findings)})"
                for row in rows(shown)
            ],
            "showgrid": False,
        },
        xaxis={"title": "avoidable days a month", "rangemode": "tozero", "showgrid": True},
        barmode="stack",
        bargap=0.35,
        clickmode="event+select",
        legend={"y": 1, "yanchor": "bottom", "orientation": "h", "traceorder": "normal"},
    )


def _title(ranking: pd.DataFrame, names: Mapping[str, str]) -> str:
    top = ranking.iloc[0]
    name = short(names.get(top["team"], top["team"]))
    if not top["once"] > 0:
        return f"No avoidable time is measured; {name} has most findings"
    worth = f"up to {_told(float(top['once']))} a month"
    return f"{name} has most avoidable time: {worth}{top_of(_MOST, len(ranking))}"


def _told(minutes: float) -> str:
    return duration(minutes * 60) if minutes > 0 else "not measured"
