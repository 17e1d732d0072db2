"""Who is interrupted when, how evenly, and who would answer if they did not."""

import streamlit as st

from corvana.analysis.answers import on_call as answers
from corvana.analysis.people import is_recognisable
from corvana.analysis.staffing.burden import SHARED
from corvana.charts import on_call as charts
from corvana.charts.bus_factor import plot_bus_factor, plot_if_one_leaves
from corvana.charts.covered_levels import plot_cover
from corvana.charts.fairness import plot_lorenz
from corvana.questions import labels, on_call, response, tables
from corvana.ui import captions, components, layout
from corvana.ui.access import require_access
from corvana.ui.cards.on_call import on_call_cards
from corvana.ui.controls.choices import one_in_view
from corvana.ui.controls.filters import filters_row, time_zone
from corvana.ui.data import current_view
from corvana.ui.figures import draw_once

access = require_access()
view = components.header("Who carries the pager?", current_view(access), access)
answer = st.container()
filters = filters_row(view)
components.stop_when_empty(response.selected(view, filters), filters)

policies = labels.names(view, "policy")
totals = on_call.totals(view, filters)
cover = on_call.cover(view, filters)
few = is_recognisable(totals.responders)
selected = labels.selected(view, filters)
components.tell(answers.answer(totals, cover.levels, policies, selected), answer)
change = on_call.since_before(view, filters)
components.cards(on_call_cards(totals, change, cover), "vs. before")
components.method("Interruptions", "Hours", "Time on call", "Burden on call")

with st.container(horizontal=True):
    who = one_in_view("Burden of", (on_call.RESPONDERS, on_call.ROTATIONS), "who")
    measure = one_in_view("Burden", ("interruptions", "time on call"), "burden")
if few and who == on_call.RESPONDERS:
    st.info(answers.RECOGNISABLE, icon=":material/shield_person:")
else:
    burden = on_call.burdens(view, filters, who)
    names = on_call.names(view, who, burden["id"])
    plot = charts.plot_burden if measure == "interruptions" else charts.plot_time_on_call
    components.chart(
        draw_once(plot, burden, names, who),
        key=f"on-call-{who}-{measure}",
        table=tables.BURDEN.of(view, filters, who),
        caption=captions.burden(who, measure),
    )

st.subheader("When people are interrupted", anchor=False)
hours = on_call.hours(view, filters)
drawn = draw_once(charts.plot_hours, hours)
table = tables.INTERRUPTED.of(view, filters)
components.chart(drawn, key="on-call-hours", table=table, caption=captions.HOURS)

st.subheader("How evenly it is shared", anchor=False)
what = one_in_view("What is shared", SHARED, "shared")
if few:
    st.info(answers.RECOGNISABLE, icon=":material/shield_person:")
else:
    shared = on_call.shared(view, filters, what)
    components.tell(answers.evenness(shared, what))
    drawn = draw_once(plot_lorenz, shared, what)
    table = tables.LORENZ.of(view, filters, what)
    components.chart(drawn, key="on-call-lorenz", table=table, caption=captions.EVEN)
components.method("Fairness")

st.subheader("Coverage of levels", anchor=False)
drawn = draw_once(plot_cover, cover, policies, time_zone())
table = tables.COVER.of(view, filters)
components.chart(drawn, key="on-call-cover", table=table, caption=captions.cover(cover))

st.subheader("If one person leaves", anchor=False)
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
