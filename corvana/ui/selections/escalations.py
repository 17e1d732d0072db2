"""How far incidents climb their policies, who answers, and what other delays would mean."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from corvana.analysis.answers.escalations import answer as sentence
from corvana.analysis.answers.escalations import back_test
from corvana.analysis.wording import LEFT_OUT, plain
from corvana.charts import escalations as charts
from corvana.charts.escalation_paths import plot_paths
from corvana.charts.what_if import plot_what_if
from corvana.questions import escalations, labels, response, tables
from corvana.questions.view import View
from corvana.ui import components, layout
from corvana.ui.cards.escalations import escalation_cards, what_if_cards
from corvana.ui.controls.active_filters import stop_when_empty
from corvana.ui.controls.filters import filters_row, one_of, time_zone
from corvana.ui.controls.what_if import delay_sliders
from corvana.ui.figures import draw_once
from corvana.ui.open_page import redraw_when_replaced
from corvana.ui.sections import who_is_paged


@st.fragment
def draw(view: View, answer: DeltaGenerator) -> None:
    """Draw the filters and what they select; a filter that changes draws only this part anew."""
    redraw_when_replaced(view)
    filters = filters_row(view)
    stop_when_empty(view, response.selected(view, filters), filters, answer)

    names = labels.names(view, "policy")
    summary = escalations.policies(view, filters)
    funnel = escalations.funnel(view, filters)
    undecided = escalations.undecided(view, filters)
    components.tell(
        sentence(summary, names, labels.selected(view, filters, time_zone()), undecided), answer
    )
    components.cards(escalation_cards(summary, funnel, undecided))
    components.method("The funnel", "Levels of a policy")

    who_is_paged.draw(view, filters.services)

    caption = (
        "High-urgency incidents paged through a policy, before the first ack; "
        f"{LEFT_OUT}. Whisker: 95 % interval."
    )
    drawn = draw_once(charts.plot_funnel, funnel, undecided)
    components.chart(
        drawn, key="escalation-funnel", table=tables.FUNNEL.of(view, filters), caption=caption
    )

    st.header("Where it differs", anchor=False)
    components.chart(
        draw_once(charts.plot_policies, summary, names),
        key="escalation-policies",
        table=tables.POLICIES.of(view, filters),
        caption="High-urgency incidents by their last policy, over their whole life, without "
        "those younger than their first level's delay. n in brackets; fewer than ten pale and "
        "last. Click one to highlight it.",
        filters_by="policy",
    )

    st.header("One policy, level by level", anchor=False)
    policy = one_of("Escalation policy", "chain", escalations.to_look_at(view, filters), names)
    if policy is None:
        st.caption("No policy paged anybody in this selection.")
        st.stop()
    chain = escalations.levels(view, filters, policy)
    delays = escalations.delays(view, policy)
    left, right = layout.side_by_side()
    with left:
        flows = escalations.paths(view, filters, policy)
        components.chart(
            draw_once(plot_paths, flows),
            key="escalation-paths",
            table=tables.PATHS.of(view, filters, policy),
            caption="Amber: by the timer, blue: by hand, green: acknowledged. Again: in a "
            "repetition of the policy.",
        )
    with right:
        curves = escalations.latencies(view, filters, policy)
        seconds = {level: minutes * 60.0 for level, minutes in delays.items()}
        components.chart(
            draw_once(charts.plot_latency, curves, seconds, escalations.pages(chain)),
            key="escalation-latency",
            table=tables.LEVELS.of(view, filters, policy),
            caption="All pages of this policy's levels; a repeated policy pages a level again.",
        )

    st.header(f"What if {plain(names.get(policy, policy))} had other delays?", anchor=False)
    components.method("What-if of delays", "How incidents are replayed")
    chosen = delay_sliders(policy, delays)
    minutes = tuple(chosen.items())
    predicted = escalations.what_if(view, filters, policy, minutes)
    components.cards(what_if_cards(predicted))
    components.chart(
        draw_once(plot_what_if, predicted),
        key="escalation-what-if",
        table=tables.WHAT_IF.of(view, filters, policy, minutes),
        caption=back_test(predicted),
    )
