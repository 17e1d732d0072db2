"""How fast incidents are acknowledged and resolved, and where it differs."""

from collections.abc import Mapping

import streamlit as st

from corvana.analysis import wording
from corvana.analysis.answers import response as answers_response
from corvana.analysis.answers.response import change as changed
from corvana.analysis.method.definitions import RESPONSE
from corvana.analysis.response.durations import Measure
from corvana.charts import response as charts
from corvana.charts.stages import plot_stages
from corvana.charts.survival import plot_acknowledged_within, plot_resolved_within
from corvana.questions import labels, response
from corvana.ui import components, layout
from corvana.ui.access import require_access
from corvana.ui.cards.response import cards_of_all, cards_of_done
from corvana.ui.controls.choices import one_in_view
from corvana.ui.controls.filters import filters_row, time_zone
from corvana.ui.data import current_view
from corvana.ui.figures import draw_once
from corvana.ui.sections import comparison

TABS: Mapping[str, Measure] = {
    "Time to first ack": "seconds_to_first_ack",
    "Time to resolve": "seconds_to_resolve",
}

access = require_access()
view = components.header("How fast do we respond?", current_view(access), access)
answer = st.container()
filters = filters_row(view)
zone = time_zone()
components.stop_when_empty(response.selected(view, filters), filters)

with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    tab = one_in_view("Duration", TABS, "duration")
    components.definition(RESPONSE[TABS[tab]])
measure = TABS[tab]
verb = "acknowledged" if measure == "seconds_to_first_ack" else "resolved"
compared = response.compared(view, filters, measure)
now = compared.now
services = response.breakdown(view, filters, measure, "service")
standout = answers_response.standout(services, labels.names(view, "service"), now, verb)
weeks = response.trend(view, filters, measure, zone)
selected = labels.selected(view, filters)
told = answers_response.answer(now, verb, selected, standout, change=compared.change)
components.tell(told, answer)

left, right = layout.side_by_side()
with left:
    of_all = f"Of all {wording.count(now.n)} incidents, merged ones left out"
    components.cards(cards_of_all(compared, verb), "vs. before", of=of_all)
with right:
    of_done = f"Of the {wording.count(now.n_done)} {verb} incidents only"
    components.cards(cards_of_done(now, verb, weeks), of=of_done)
plot = plot_acknowledged_within if verb == "acknowledged" else plot_resolved_within
before = compared.before.curve if compared.before else None
drawn = draw_once(plot, now.curve, before, n=now.n, n_done=now.n_done)
rests_on = answers_response.composition(now, verb)
components.chart(drawn, key=f"{verb}-within", table=now.curve, caption=rests_on)

with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.subheader("Where the time goes", anchor=False, width="content")
    components.method("Where the time goes")
parts = response.stage_summary(view, filters)
caption = "Resolved incidents only. A stage that did not happen, such as an ack, takes no time."
components.chart(draw_once(plot_stages, parts), key="stages", table=parts, caption=caption)

st.subheader("Where it differs", anchor=False)
comparison.draw(view, filters, measure, verb, zone)

with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.subheader("Over time, and its spread", anchor=False, width="content")
    components.method("Change over time")
left, right = layout.side_by_side()
with left:
    course = response.course(view, filters, measure, zone)
    period = (filters.start, filters.end)
    drawn = draw_once(charts.plot_trend, course.weeks, verb, levels=course.levels, period=period)
    caption = (
        f"{changed(course.levels, course.split)} {verb.capitalize()} incidents of all weeks "
        f"collected, from Monday, {zone}."
    )
    components.chart(drawn, key=f"{verb}-weeks", table=course.weeks, caption=caption)
with right:
    bins = response.distribution(view, filters, measure)
    caption = f"{wording.plural(now.n_done, f'{verb} incident', f'{verb} incidents')}."
    drawn = draw_once(charts.plot_distribution, bins, verb)
    components.chart(drawn, key=f"{verb}-bins", table=bins, caption=caption)
components.rows(
    lambda: response.table(view, filters, zone),
    lambda: response.incidents(view, filters),
    now.n + now.n_merged,
    "incidents",
)
