"""The figures that show the evidence of a finding."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go

from corvana.analysis import wording
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.charts import rests_on as charts
from corvana.charts.findings import MOST_TESTED, plot_tested
from corvana.questions.rests_on import Course, Members, Shown, Tested, Timeline, Waits
from corvana.ui import components, layout
from corvana.ui.figures import draw_once


class Evidence(NamedTuple):
    """A figure with its name, its numbers and its caption."""

    name: str
    drawn: go.Figure
    table: pd.DataFrame
    caption: str


def draw(shown: Sequence[Shown]) -> None:
    """Draw figures side by side, two in a row."""
    figures = [evidence(one) for one in shown]
    for place in range(0, len(figures), 2):
        pair = figures[place : place + 2]
        for column, one in zip(layout.side_by_side(len(pair)), pair, strict=True):
            with column:
                components.chart(
                    one.drawn, key=f"finding-{one.name}", table=one.table, caption=one.caption
                )


def evidence(shown: Shown) -> Evidence:
    """Return the figure of one kind of numbers."""
    match shown:
        case Tested():
            return _tested(shown)
        case Waits():
            return _waits(shown)
        case Course(weeks, since, time_zone):
            return Evidence(
                "course",
                draw_once(charts.plot_course, weeks, since),
                weeks,
                f"Weeks from Monday, {time_zone}; the band is the 95 % interval.",
            )
        case Timeline(spans, as_of, time_zone, says):
            return Evidence(
                "timeline",
                draw_once(charts.plot_timeline, spans, as_of, time_zone, says),
                spans,
                "A column is a day; blue marks these times.",
            )
        case Members(members, what):
            return Evidence(
                "members",
                draw_once(charts.plot_members, members, what),
                members,
                "Responders appear as codes.",
            )


def _tested(shown: Tested) -> Evidence:
    few = wording.count(shown.few)
    left_out = f"; {few} with fewer than {ENOUGH} observations left out" if shown.few else ""
    return Evidence(
        "tested",
        draw_once(plot_tested, shown.tests, shown.finding, shown.unit, shown.where),
        shown.tests,
        f"Whiskers: 95 % interval. {wording.count(len(shown.tests))} tested, at most "
        f"{MOST_TESTED} drawn{left_out}.",
    )


def _waits(shown: Waits) -> Evidence:
    own, others = (wording.count(n) for n in shown.n)
    adjusted = " The curves are unadjusted; the effect compares like with like."
    return Evidence(
        "waits",
        draw_once(
            charts.plot_waits,
            shown.now,
            shown.usual,
            shown.circumstance,
            shown.otherwise,
            ended=shown.ended,
            halves=shown.halves,
        ),
        shown.now,
        f"n = {own} and {others}, those never acknowledged included."
        f"{'' if shown.halves else adjusted}",
    )
