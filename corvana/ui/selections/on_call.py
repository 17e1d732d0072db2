"""Who is interrupted when, how evenly, and who would answer if they did not."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from corvana.analysis.answers import on_call as answers
from corvana.charts import on_call as charts
from corvana.charts.bus_factor import plot_bus_factor, plot_if_one_leaves
from corvana.charts.covered_levels import plot_cover
from corvana.questions import labels, on_call, response, tables
from corvana.questions.view import View
from corvana.ui import captions, components, layout
from corvana.ui.cards.on_call import on_call_cards
from corvana.ui.controls.active_filters import limits, stop_when_empty
from corvana.ui.controls.choices import one_in_view
from corvana.ui.controls.filters import filters_row, time_zone
from corvana.ui.figures import draw_once
from corvana.ui.open_page import redraw_when_replaced
from corvana.ui.sections import evenness, schedules


@st.fragment
def draw(view: View, answer: DeltaGenerator) -> None:
    """Draw the filters and what they select; a filter that changes draws only this part anew."""
    redraw_when_replaced(view)
    filters = filters_row(view)
    narrowed = bool(filters.urgency or filters.of_times or filters.priorities)
    limits(captions.ON_CALL_FILTERS, is_shown=narrowed)
    stop_when_empty(view, response.selected(view, filters), filters, answer)

    policies = labels.names(view, "policy")
    totals = on_call.totals(view, filters)
    cover = on_call.cover(view, filters)
    few = view.is_recognisable(totals.responders)
    basis = view.settings.basis
    selected = labels.selected(view, filters, time_zone())
    components.tell(answers.answer(totals, cover.levels, policies, selected), answer)
    change = on_call.since_before(view, filters)
    components.cards(on_call_cards(totals, change, cover, basis), "vs. before")
    components.method("Interruptions", "Hours", "Time on call", "Burden on call")

    with st.container(horizontal=True):
        who = one_in_view("Burden of", (on_call.ROTATIONS, on_call.RESPONDERS), "who")
        measure = one_in_view("Burden", ("interruptions", "time on call"), "burden")
    if few and who == on_call.RESPONDERS:
        st.info(answers.recognisable(view.settings.smallest_group), icon=":material/shield_person:")
    else:
        burden = on_call.burdens(view, filters, who)
        names = on_call.names(view, who, burden["id"])
        plot = charts.plot_burden if measure == "interruptions" else charts.plot_time_on_call
        components.chart(
            draw_once(plot, burden, names, who, basis.norms),
            key=f"on-call-{who}-{measure}",
            table=tables.BURDEN.of(view, filters, who),
            caption=captions.burden(who, measure, basis.norms),
            largest="" if measure == "interruptions" else "on_call_share",
        )

    st.header("When people are interrupted", anchor=False)
    hours = on_call.hours(view, filters)
    drawn = draw_once(charts.plot_hours, hours, basis.hours)
    table = tables.INTERRUPTED.of(view, filters)
    components.chart(
        drawn,
        key="on-call-hours",
        table=table,
        caption=captions.hours(int(hours["n"].sum()), basis.hours),
    )

    st.header("How evenly it is shared", anchor=False)
    evenness.draw(view, filters, few=few)
    components.method("Fairness")

    st.header("Coverage of levels", anchor=False)
    drawn = draw_once(plot_cover, cover, policies, time_zone())
    table = tables.COVER.of(view, filters)
    components.chart(drawn, key="on-call-cover", table=table, caption=captions.cover(cover))

    schedules.draw(view, filters)

    st.header("If one person leaves", anchor=False)
    services, names = on_call.services(view, filters), labels.names(view, "service")
    table = tables.BUS_FACTOR.of(view, filters)
    left, right = layout.side_by_side()
    with left:
        components.chart(
            draw_once(plot_bus_factor, services, names),
            key="on-call-bus-factor",
            table=table,
            caption=captions.BUS_FACTOR,
            filters_by="service",
        )
    with right:
        components.chart(
            draw_once(plot_if_one_leaves, services, names),
            key="on-call-leaving",
            table=table,
            caption=captions.LEAVING,
            filters_by="service",
        )
    components.method("Coverage gaps", "Levels covered", "Fake redundancy", "Bus factor")
