"""Differences of a duration between groups: a ranking, a funnel or stages, by a chosen
dimension."""

from typing import Final

import streamlit as st

from corvana.analysis.account.selection import Filters
from corvana.analysis.response.breakdowns import Dimension
from corvana.analysis.response.durations import Measure
from corvana.analysis.wording import duration
from corvana.charts import breakdowns as charts
from corvana.charts.comparison import Unit, plot_funnel
from corvana.charts.stages import plot_stages_of
from corvana.questions import response, tables
from corvana.questions.labels import names as names_of
from corvana.questions.view import View
from corvana.ui import components
from corvana.ui.controls.choices import one_in_view
from corvana.ui.figures import draw_once

_PLURAL: Final[dict[Dimension, str]] = {
    "service": "services",
    "policy": "policies",
    "team": "teams",
    "urgency": "urgencies",
}
_HOURS: Final = "hour of week"
_TYPICAL: Final = "typical time"
_WAITS: Final[dict[Measure, tuple[float, ...]]] = {
    "seconds_to_first_ack": (300.0, 900.0, 3_600.0),
    "seconds_to_resolve": (3_600.0, 14_400.0, 86_400.0),
}


def draw(view: View, filters: Filters, measure: Measure, verb: str, time_zone: str) -> None:
    """Draw the section: the choice of dimension, the choice of view, and the chart."""
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        by = one_in_view("By", (*_PLURAL, _HOURS), "by")
        dimension = next((name for name in _PLURAL if name == by), None)
        shape = one_in_view("View", ("ranking", "funnel", "stages"), "view") if dimension else ""
    key = f"{verb}-{by}-{shape}"
    if dimension is None:
        hours = response.hours(view, filters, measure, time_zone)
        components.chart(
            draw_once(charts.plot_hour_of_week, hours, time_zone, verb),
            key=key,
            table=tables.HOURS_OF_WEEK.of(view, filters, measure, time_zone),
            caption=f"Of the {verb} incidents only. Hours with fewer than three are blank.",
        )
    elif shape == "funnel":
        _draw_funnel(view, filters, measure, dimension, key, verb)
    elif shape == "stages":
        names = names_of(view, dimension)
        parts = response.stage_summary_by(view, filters, dimension)
        components.chart(
            draw_once(plot_stages_of, parts, names),
            key=key,
            filters_by=dimension,
            table=tables.STAGES_OF.of(view, filters, dimension),
            caption="Resolved incidents only. Most time first; n in brackets, fewer than ten pale "
            "and last. Click one to highlight it.",
        )
    else:
        names = names_of(view, dimension)
        groups = response.breakdown(view, filters, measure, dimension)
        components.chart(
            draw_once(charts.plot_breakdown, groups, names, verb, _PLURAL[dimension]),
            key=key,
            filters_by=dimension,
            table=tables.GROUPS.of(view, filters, measure, dimension),
            caption=f"Of the {verb} incidents only. Whisker: 95 % interval; n in brackets; fewer "
            "than ten pale and last. Click one to highlight it.",
        )


def _draw_funnel(
    view: View, filters: Filters, measure: Measure, dimension: Dimension, key: str, verb: str
) -> None:
    waits = {f"waiting after {duration(seconds)}": seconds for seconds in _WAITS[measure]}
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        value = one_in_view("Value", (_TYPICAL, *waits), f"value_{measure}")
        components.method("Comparing groups")
    names = names_of(view, dimension)
    seconds = waits.get(value)
    found = response.funnel(view, filters, measure, dimension, seconds)
    unit: Unit = "seconds" if value == _TYPICAL else "share"
    whose = (
        f"Of the {verb} incidents only."
        if unit == "seconds"
        else "Of all incidents, without open ones that are younger."
    )
    components.chart(
        draw_once(plot_funnel, found, names, _PLURAL[dimension], unit),
        key=f"{key}-{value}",
        table=tables.GROUPS_FUNNEL.of(view, filters, measure, dimension, seconds),
        filters_by=dimension,
        caption=f"{whose} A value beyond the lines is more than chance alone explains; urgency and "
        "hours can explain it, too. Fewer than ten incidents are pale. Numbers has each value "
        "allowing for size. Click one to highlight it.",
    )
