"""The account in one sentence, a few numbers and one picture."""

import streamlit as st

from corvana.analysis import wording
from corvana.charts.response import plot_breakdown
from corvana.charts.survival import plot_acknowledged_within
from corvana.ui import analyses, components
from corvana.ui.access import require_access
from corvana.ui.cards.response import overview_cards
from corvana.ui.data import current_snapshot
from corvana.ui.filters import filters_row, time_zone

access = require_access()
snapshot = components.header("How well are incidents answered?", current_snapshot(access), access)
answer = st.container()
filters = filters_row(snapshot)
zone = time_zone()

acks = analyses.compared(snapshot, filters, "seconds_to_first_ack")
resolves = analyses.compared(snapshot, filters, "seconds_to_resolve")
components.stop_when_empty(acks.now.n + acks.now.n_merged, filters)
services = analyses.breakdown(snapshot, filters, "seconds_to_first_ack", "service")
policies = analyses.breakdown(snapshot, filters, "seconds_to_first_ack", "policy")
names = analyses.names(snapshot, "service")
ack_weeks = analyses.trend(snapshot, filters, "seconds_to_first_ack", zone)
resolve_weeks = analyses.trend(snapshot, filters, "seconds_to_resolve", zone)

answer.markdown(
    wording.answer(acks.now, "acknowledged", wording.standout(services, names), change=acks.change)
)
components.cards(overview_cards(acks, resolves, ack_weeks, resolve_weeks, filters), "vs. before")
rests_on = wording.composition(acks.now, "acknowledged")
components.chart(
    plot_acknowledged_within(acks.now.curve, acks.before.curve if acks.before else None),
    key="overview-acknowledged-within",
    table=acks.now.curve,
    caption=rests_on,
)
st.subheader("Where it differs", anchor=False)
for column, groups, labels, dimension in zip(
    st.columns(2, gap="large"),
    (services, policies),
    (names, analyses.names(snapshot, "policy")),
    ("service", "policy"),
    strict=True,
):
    with column:
        components.chart(
            plot_breakdown(groups.head(8), labels),
            key=f"overview-{dimension}",
            table=groups.assign(label=groups["id"].map(labels)),
            caption="Eight slowest; n in brackets. Click one to filter.",
            filters_by=dimension,
        )
