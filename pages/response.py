"""How fast incidents are acknowledged and resolved, and where it differs."""

import streamlit as st

from corvana.analysis import wording
from corvana.charts import response as charts
from corvana.charts.survival import plot_acknowledged_within, plot_resolved_within
from corvana.ui import analyses, components
from corvana.ui.access import require_access
from corvana.ui.cards.response import response_cards
from corvana.ui.data import current_snapshot
from corvana.ui.definitions import RESPONSE
from corvana.ui.filters import filters_row, time_zone

TABS = {"Time to first ack": "seconds_to_first_ack", "Time to resolve": "seconds_to_resolve"}
DIMENSIONS = ("service", "policy", "team", "urgency", "hour of week")

access = require_access()
snapshot = components.header("How fast do we respond?", current_snapshot(access), access)
answer = st.container()
filters = filters_row(snapshot)
zone = time_zone()
components.stop_when_empty(len(analyses.incidents(snapshot, filters)), filters)

with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    tab = st.segmented_control(
        "Duration", TABS, default="Time to first ack", required=True, key="duration",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    components.definition(RESPONSE[TABS[tab]])
measure = TABS[tab]
verb = "acknowledged" if measure == "seconds_to_first_ack" else "resolved"
view = analyses.compared(snapshot, filters, measure)
now = view.now
services = analyses.breakdown(snapshot, filters, measure, "service")
standout = wording.standout(services, analyses.names(snapshot, "service"))
weeks = analyses.trend(snapshot, filters, measure, zone)
answer.markdown(wording.answer(now, verb, standout, change=view.change))

components.cards(response_cards(view, verb, weeks), "vs. before")
plot = plot_acknowledged_within if verb == "acknowledged" else plot_resolved_within
drawn = plot(now.curve, view.before.curve if view.before else None)
rests_on = wording.composition(now, verb)
components.chart(drawn, key=f"{verb}-within", table=now.curve, caption=rests_on)

st.subheader("Where it differs", anchor=False)
by = st.segmented_control(
    "By", DIMENSIONS, default="service", required=True, key="by", bind="query-params",
    label_visibility="collapsed",
)  # fmt: skip
if by == "hour of week":
    table, click = analyses.hours(snapshot, filters, measure, zone), ""
    drawn = charts.plot_hour_of_week(table, zone, verb)
    caption = "Hours with fewer than three incidents are blank."
else:
    names = analyses.names(snapshot, by)
    table, click = analyses.breakdown(snapshot, filters, measure, by), by
    drawn = charts.plot_breakdown(table, names, verb)
    table = table.assign(label=table["id"].map(names))
    caption = "95 % interval; n in brackets; fewer than ten pale and last. Click one to filter."
components.chart(drawn, key=f"{verb}-{by}", table=table, caption=caption, filters_by=click)

left, right = st.columns(2, gap="large")
with left:
    caption = f"Weeks from Monday, {zone}; first and last may be partial."
    drawn = charts.plot_trend(weeks, verb)
    components.chart(drawn, key=f"{verb}-weeks", table=weeks, caption=caption)
with right:
    bins = analyses.distribution(snapshot, filters, measure)
    caption = f"{wording.count(now.n_done)} {verb} incidents."
    drawn = charts.plot_distribution(bins, verb)
    components.chart(drawn, key=f"{verb}-bins", table=bins, caption=caption)
components.rows(
    analyses.table(snapshot, filters, zone),
    lambda: analyses.incidents(snapshot, filters),
    now.n + now.n_merged,
    "incidents",
)
