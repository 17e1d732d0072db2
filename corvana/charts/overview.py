"""A chart of the collected incidents."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import plotly.graph_objects as go

from corvana.analysis import wording
from corvana.analysis.response.breakdowns import usual_week
from corvana.analysis.wording import count, instant, plural
from corvana.charts.assessment.event_lines import ROOM, Mark, mark, within
from corvana.charts.labels import rows
from corvana.charts.theme import ACCENT, CONTEXT, figure, lay_out, nothing, week_axis

_WEEK_MILLISECONDS = 7 * 86_400_000
_PALE = 0.4


def plot_volume(
    weeks: pd.DataFrame, start: datetime, end: datetime, marks: Sequence[Mark] = ()
) -> go.Figure:
    """Draw the incidents of every week collected; the period selected is marked by colour.

    A week belongs to the selection if most of it does. Weeks that are not whole are pale.

    Parameters
    ----------
    weeks
        week (midnight of its Monday, without zone), n, n_done; from breakdowns.weekly_trend;
        is_whole.
    start, end
        The period of the selection.
    marks
        See `event_lines.mark`.
    """
    if weeks.empty:
        return nothing("No incident of the collected time is counted")
    drawn = figure(_title(weeks), 400)
    first, last = (pd.Timestamp(edge).tz_localize(None) for edge in (start, end))
    middle = weeks["week"] + pd.Timedelta(days=3.5)
    chosen = (middle >= first) & (middle < last)
    drawn.add_bar(
        x=weeks["week"],
        y=weeks["n"],
        width=0.85 * _WEEK_MILLISECONDS,
        offset=0.075 * _WEEK_MILLISECONDS,
        marker={
            "color": [ACCENT if inside else CONTEXT for inside in chosen],
            "opacity": [1.0 if whole else _PALE for whole in weeks["is_whole"]],
        },
        text=[
            f"Week of {instant(row.week)}<br>{plural(row.n, 'incident', 'incidents')}, "
            f"{count(row.n_done)} acknowledged{'' if row.is_whole else '<br>not a whole week'}"
            for row in rows(weeks)
        ],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
    )
    known = within(marks, weeks["week"].min().date(), end.date())
    mark(drawn, known, weeks["week"].min().date(), end.date())
    room = {"range": [0, ROOM * max(weeks["n"].max(), 1)]} if known else {}
    return lay_out(
        drawn,
        yaxis={"title": "incidents a week", "rangemode": "tozero", "showgrid": True, **room},
        xaxis=week_axis(weeks["week"]),
    )


def _title(weeks: pd.DataFrame) -> str:
    whole = weeks[weeks["is_whole"]]
    if whole.empty:
        return "No whole week is collected yet"
    return wording.in_a_usual_week(usual_week(whole))
