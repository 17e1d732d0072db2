"""The figures that show the evidence of a finding."""

from typing import NamedTuple

import plotly.graph_objects as go

from corvana.analysis import wording
from corvana.analysis.answers import findings as words
from corvana.analysis.findings.kind import Finding
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.charts import rests_on as charts
from corvana.charts.findings import MOST_TESTED, plot_tested
from corvana.questions.rests_on import (
    Course,
    Members,
    Shown,
    Tested,
    Timeline,
    Waits,
    name_of,
    rests_on,
)
from corvana.questions.tables import FINDING_FIGURE
from corvana.questions.view import View
from corvana.ui import components, layout
from corvana.ui.figures import draw_once


class Evidence(NamedTuple):
    """A figure with its caption."""

    drawn: go.Figure
    caption: str


def draw(view: View, finding: Finding, time_zone: str) -> None:
    """Draw the figures of a finding side by side, two in a row."""
    shown = rests_on(view, finding, time_zone)
    for place in range(0, len(shown), 2):
        pair = shown[place : place + 2]
        for column, one in zip(layout.side_by_side(len(pair)), pair, strict=True):
            with column:
                name, drawn = name_of(one), evidence(one)
                components.chart(
                    drawn.drawn,
                    key=f"finding-{name}",
                    table=FINDING_FIGURE.of(view, words.key(finding), name, time_zone),
                    caption=drawn.caption,
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
                draw_once(charts.plot_course, weeks, since),
                f"Weeks from Monday, {time_zone}; the band is the 95 % interval.",
            )
        case Timeline(spans, as_of, time_zone, says):
            return Evidence(
                draw_once(charts.plot_timeline, spans, as_of, time_zone, says),
                "A column is a day; blue marks these times.",
            )
        case Members(members, what):
            return Evidence(
                draw_once(charts.plot_members, members, what),
                "Responders appear as codes.",
            )


def _tested(shown: Tested) -> Evidence:
    few = wording.count(shown.few)
    left_out = f"; {few} with fewer than {ENOUGH} observations left out" if shown.few else ""
    return Evidence(
        draw_once(plot_tested, shown.tests, shown.finding, shown.unit, shown.where),
        f"Whiskers: 95 % interval. {wording.count(len(shown.tests))} tested, at most "
        f"{MOST_TESTED} drawn{left_out}.",
    )


def _waits(shown: Waits) -> Evidence:
    own, others = (wording.count(n) for n in shown.n)
    adjusted = " The curves are unadjusted; the effect compares like with like."
    return Evidence(
        draw_once(
            charts.plot_waits,
            shown.now,
            shown.usual,
            shown.circumstance,
            shown.otherwise,
            ended=shown.ended,
            halves=shown.halves,
        ),
        f"n = {own} and {others}, those never acknowledged included."
        f"{'' if shown.halves else adjusted}",
    )
