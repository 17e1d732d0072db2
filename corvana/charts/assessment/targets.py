"""Charts of response targets. Frames come from analysis.assessment.attainment."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.assessment.attainment import lowest
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.wording import count, percent, plural
from corvana.charts.assessment.event_lines import Mark, mark_weeks
from corvana.charts.labels import rows, safe, short, top_of
from corvana.charts.shapes.estimates_by_row import MOST, add_estimates, height, layout
from corvana.charts.shapes.weekly import add_line, add_ribbon, mark_period
from corvana.charts.theme import add_reference, figure, lay_out, nothing, week_axis

NONE_JUDGED: Final = "No incident of this selection has a target that has passed"
_SHARES: Final = {"tickformat": ".0%", "range": [-0.02, 1.05], "showgrid": True}


def plot_attained(
    groups: pd.DataFrame, names: Mapping[str, str], verb: str, kinds: str
) -> go.Figure:
    """Draw the share of each group that met its target, with its interval; small ones pale, last.

    Parameters
    ----------
    groups
        From attainment.by_group, in the order to draw; at most 25 are shown, the title says so.
    names
        Label of each id.
    verb
        "acknowledged" or "resolved".
    kinds
        The name of the groups, in the plural: "services".
    """
    known = groups[groups["n"].gt(0)]
    shown = known.head(MOST).iloc[::-1]
    if shown.empty:
        return nothing(NONE_JUDGED)
    drawn = figure(_groups_title(known, names, verb, kinds), height=height(shown))
    texts = [
        f"<b>{safe(names.get(row.id, row.id))}</b><br>{_told(row)}<br>{count(row.n_met)} of "
        f"{count(row.n)} {verb} in time"
        for row in rows(shown)
    ]
    add_estimates(drawn, shown, "value", texts)
    _add_whole(drawn, known)
    return lay_out(
        drawn,
        xaxis={**_SHARES, "title": f"share {verb} within the target"},
        **layout(shown, names, "n"),
    )


def plot_attained_weeks(
    weeks: pd.DataFrame,
    verb: str,
    period: tuple[datetime, datetime] | None = None,
    marks: Sequence[Mark] = (),
) -> go.Figure:
    """Draw the weekly share that met its target, with its interval as a ribbon.

    Parameters
    ----------
    weeks
        From attainment.weekly.
    verb
        "acknowledged" or "resolved".
    period
        Start and end, marked if the weeks extend beyond them.
    marks
        See `event_lines.mark_weeks`.
    """
    known = weeks.dropna(subset=["value"])
    if known.empty:
        return nothing("No week is over that has an incident with a target")
    drawn = figure(_weeks_title(known, verb))
    for run in _runs(weeks):
        add_ribbon(drawn, run)
    add_line(drawn, weeks, "value", "n", [_week(row, verb) for row in rows(weeks)])
    mark_period(drawn, weeks["week"], known["week"].max(), period)
    lay_out(
        drawn,
        xaxis=week_axis(weeks["week"]),
        yaxis={**_SHARES, "title": f"{verb} in time"},
        showlegend=False,
    )
    return mark_weeks(drawn, marks, weeks["week"])


def _runs(weeks: pd.DataFrame) -> list[pd.DataFrame]:
    """The stretches of weeks with a share: no ribbon crosses a week without one."""
    known = weeks["value"].notna()
    run = (known != known.shift()).cumsum()
    return [part for _, part in weeks[known].groupby(run[known])]


def _add_whole(drawn: go.Figure, groups: pd.DataFrame) -> None:
    """Draw the share of all groups together."""
    whole = float(groups["n_met"].sum() / groups["n"].sum())
    add_reference(drawn, whole, f"all together: {percent(whole)}")


def _week(row: Any, verb: str) -> str:
    name = f"Week of {row.week.day} {row.week:%b}"
    if not row.n + row.n_young:
        return f"{name}<br>no incident with a target"
    judged = plural(row.n, "judged incident", "judged incidents")
    met = f"<br>{count(row.n_met)} of {judged} {verb} in time" if row.n else ""
    rest = f"{count(row.n_young)} not judged yet" if row.n_young else _told(row)
    return f"{name}{met}<br>{rest}"


def _told(row: Any) -> str:
    return f"{percent(row.value)} ({percent(row.low).removesuffix(' %')} to {percent(row.high)})"


def _groups_title(known: pd.DataFrame, names: Mapping[str, str], verb: str, kinds: str) -> str:
    enough = known[known["enough"]]
    rest = top_of(MOST, len(known))
    if enough.empty:
        return f"None of the {kinds} has {ENOUGH} judged incidents"
    if len(enough) == 1:
        only = enough.iloc[0]
        name = short(names.get(only["id"], only["id"]))
        return f"{name}: {percent(only['value'])} {verb} in time, nothing to compare with{rest}"
    low = lowest(known)
    if low is not None:
        name = short(names.get(low["id"], low["id"]))
        return f"{name} is clearly lowest: {percent(low['value'])} {verb} in time{rest}"
    least, most = (percent(enough["value"].agg(each)) for each in ("min", "max"))
    shares = f"{least.removesuffix(' %')} to {most}" if least != most else f"all {least}"
    return f"None of {count(len(enough))} {kinds} is clearly lower: {shares} {verb} in time{rest}"


def _weeks_title(known: pd.DataFrame, verb: str) -> str:
    shares = known.loc[known["n"] >= ENOUGH, "value"]
    if len(shares) < 2:
        n = int(known["n"].sum())
        return f"{plural(n, 'judged incident', 'judged incidents')}, by week"
    which = f" (weeks with {ENOUGH} incidents or more)" if len(shares) < len(known) else ""
    least, most = percent(shares.min()), percent(shares.max())
    told = f"{least.removesuffix(' %')} to {most}" if least != most else least
    return f"{verb.capitalize()} in time, by week: {told}{which}"
