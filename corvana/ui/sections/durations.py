"""The numbers of a duration, its course over all weeks, and its spread."""

import pandas as pd
import streamlit as st

from corvana.analysis.account.selection import Filters
from corvana.analysis.answers.response import change
from corvana.analysis.response.durations import Measure
from corvana.analysis.wording import LEFT_OUT, plural
from corvana.charts.response import plot_distribution, plot_trend
from corvana.questions import response, tables
from corvana.questions.assessment import timeline
from corvana.questions.response import Compared
from corvana.questions.view import View
from corvana.ui import captions, components, layout
from corvana.ui.cards.response import cards_of_all, cards_of_done
from corvana.ui.controls.dragging import period_on_drag
from corvana.ui.figures import draw_once


def draw_numbers(compared: Compared, verb: str, weeks: pd.DataFrame) -> None:
    """Draw two blocks of numbers: of all incidents, and of those acknowledged or resolved only."""
    now = compared.now
    # Two cards and up to three, each as wide as the others.
    of_all, of_done = st.columns([2, 3], gap="medium")
    with of_all:
        components.cards(cards_of_all(compared, verb), "vs. before", of=_of_all(now.n))
    with of_done:
        components.cards(cards_of_done(now, verb, weeks), of=_of_done(now.n_done, verb))


def _of_all(n: int) -> str:
    if not n:
        return f"No incident is counted: {LEFT_OUT}"
    return f"Of the {plural(n, 'counted incident', 'counted incidents')} of this selection"


def _of_done(n: int, verb: str) -> str:
    if not n:
        return f"No {verb} incident in this selection"
    return f"Of the {plural(n, f'{verb} incident', f'{verb} incidents')} only"


def draw_course(view: View, filters: Filters, measure: Measure, verb: str, time_zone: str) -> None:
    """Draw the weekly medians of all weeks collected, and the distribution in the period."""
    left, right = layout.side_by_side()
    with left:
        course = response.course(view, filters, measure, time_zone)
        period, marks = (filters.start, filters.end), timeline.marks(view, filters)
        components.chart(
            draw_once(
                plot_trend,
                course.weeks,
                verb,
                levels=course.levels,
                period=period,
                marks=marks,
            ),
            key=f"{verb}-weeks",
            table=tables.COURSE.of(view, filters, measure, time_zone),
            caption=f"{change(course.levels, course.split, course.alike)} "
            f"{verb.capitalize()} incidents of all weeks collected, from Monday, {time_zone}. "
            f"{captions.of_weeks(marks)}",
            on_drag=period_on_drag(f"{verb}-weeks", view),
        )
    with right:
        bins = response.distribution(view, filters, measure)
        incidents = plural(int(bins["n"].sum()), f"{verb} incident", f"{verb} incidents")
        components.chart(
            draw_once(plot_distribution, bins, verb),
            key=f"{verb}-bins",
            table=tables.DISTRIBUTION.of(view, filters, measure),
            caption=f"{incidents}, {LEFT_OUT}.",
        )
