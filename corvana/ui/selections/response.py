"""How fast incidents are acknowledged and resolved, and where it differs."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from corvana.analysis.answers import response as answers_response
from corvana.analysis.method.definitions import RESPONSE
from corvana.analysis.response.durations import Measure
from corvana.charts.stages import plot_stages
from corvana.charts.survival import plot_acknowledged_within, plot_resolved_within
from corvana.questions import labels, response, tables
from corvana.questions.readable import newest
from corvana.questions.view import View
from corvana.ui import components
from corvana.ui.controls.active_filters import stop_when_empty
from corvana.ui.controls.choices import one_in_view
from corvana.ui.controls.filters import filters_row, time_zone
from corvana.ui.figures import draw_once
from corvana.ui.open_page import redraw_when_replaced
from corvana.ui.sections import comparison, durations

TABS: Mapping[str, Measure] = {
    "Time to first ack": "seconds_to_first_ack",
    "Time to resolve": "seconds_to_resolve",
}


@st.fragment
def draw(view: View, answer: DeltaGenerator) -> None:
    """Draw the filters and what they select; a filter that changes draws only this part anew."""
    redraw_when_replaced(view)
    filters = filters_row(view)
    zone = time_zone()
    stop_when_empty(view, response.selected(view, filters), filters, answer)

    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        tab = one_in_view("Duration", TABS, "duration")
        components.definition(RESPONSE[TABS[tab]])
    measure = TABS[tab]
    verb = "acknowledged" if measure == "seconds_to_first_ack" else "resolved"
    compared = response.compared(view, filters, measure)
    now = compared.now
    services = response.breakdown(view, filters, measure, "service")
    standout = answers_response.standout(services, labels.names(view, "service"), now, verb)
    weeks = response.recent(view, filters, measure, zone)
    selected = labels.selected(view, filters, zone)
    told = answers_response.answer(now, verb, selected, standout, change=compared.change)
    components.tell(told, answer)

    durations.draw_numbers(compared, verb, weeks)
    plot = plot_acknowledged_within if verb == "acknowledged" else plot_resolved_within
    before = compared.before.curve if compared.before else None
    within = tables.WITHIN.of(view, filters, measure)
    drawn = draw_once(plot, now.curve, before, n=now.n, n_done=now.n_done)
    rests_on = answers_response.composition(now, verb)
    components.chart(drawn, key=f"{verb}-within", table=within, caption=rests_on)

    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.header("Where the time goes", anchor=False, width="content")
        components.method("Where the time goes")
    parts = response.stage_summary(view, filters)
    caption = (
        "Resolved incidents only. Without an acknowledgement, all time until the resolve counts as "
        "waiting for one."
    )
    components.chart(
        draw_once(plot_stages, parts),
        key="stages",
        table=tables.STAGES.of(view, filters),
        caption=caption,
    )

    st.header("Where it differs", anchor=False)
    comparison.draw(view, filters, measure, verb, zone)

    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.header("Over time, and its spread", anchor=False, width="content")
        components.method("Change over time")
    durations.draw_course(view, filters, measure, verb, zone)
    components.rows(
        lambda: newest(view, filters),
        tables.INCIDENTS.of(view, filters),
        now.n_all,
        "incidents",
        which="newest",
    )
