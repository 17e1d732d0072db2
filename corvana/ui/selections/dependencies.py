"""Who needs whom, what a failure could reach, and which services fail together."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from corvana.analysis.answers import dependencies as answers
from corvana.charts import dependencies as charts
from corvana.charts.blast_radius import plot_blast_radius
from corvana.charts.dependency_graph import plot_graph
from corvana.questions import dependencies, tables
from corvana.questions.labels import services
from corvana.questions.view import View
from corvana.ui import captions, components
from corvana.ui.cards.dependencies import dependency_cards
from corvana.ui.controls.active_filters import limits, stop_when_empty
from corvana.ui.controls.filters import filters_row, one_of
from corvana.ui.figures import draw_once
from corvana.ui.open_page import redraw_when_replaced
from corvana.ui.sections import dependencies as sections


@st.fragment
def draw(view: View, answer: DeltaGenerator) -> None:
    """Draw the filters and what they select; a filter that changes draws only this part anew."""
    redraw_when_replaced(view)
    filters = filters_row(view)
    limits(captions.DEPENDENCY_FILTERS, is_shown=filters.narrows)
    stop_when_empty(view, dependencies.selected(view, filters), filters, answer)

    names = services(view)
    declared = dependencies.declared(view)
    every = dependencies.pairs(view, filters)
    chosen = dependencies.chosen(view, filters)
    pairs = dependencies.of_chosen(every, chosen)
    radius = dependencies.radius(view, filters)
    components.tell(dependencies.answer(view, filters), answer)
    if declared.empty:
        st.info(answers.NOTHING_DECLARED, icon=":material/hub:")
    often = dependencies.often(view, filters)
    circles, can_tell = dependencies.circles(view), dependencies.can_tell(often)
    components.cards(dependency_cards(radius, every, circles, names, can_tell=can_tell))
    components.method("The declared graph", "Blast radius", "Failing together")

    folded = dependencies.folded(view, filters)
    components.chart(
        draw_once(plot_graph, declared, every, radius, names, chosen),
        key="dependency-graph",
        table=tables.GRAPH.of(view),
        caption=captions.graph(folded),
        filters_by="service",
    )
    sections.draw_folded(folded, names)

    if len(declared):
        st.header("Exposure to failures", anchor=False)
        components.chart(
            draw_once(plot_blast_radius, radius, names, chosen),
            key="blast-radius",
            table=tables.RADIUS.of(view, filters),
            caption=captions.RADIUS,
            filters_by="service",
        )

    st.header("Which failure follows which", anchor=False)
    components.chart(
        draw_once(
            charts.plot_pairs,
            pairs,
            names,
            of_chosen=bool(chosen),
            can_tell=dependencies.can_tell(often, chosen),
        ),
        key="dependency-pairs",
        table=tables.PAIRS.of(view, filters),
        caption=captions.PAIRS,
    )

    labels = dependencies.choices(view, filters)
    pair = one_of("Pair", "pair", list(labels), labels)
    if pair is not None:
        found = dependencies.lags(view, filters, pair)
        components.chart(
            draw_once(charts.plot_lags, found, dependencies.of_pair(pairs, pair), names),
            key="dependency-lags",
            table=tables.LAGS.of(view, filters, pair),
            caption=captions.lags(len(found)),
        )
    components.method(
        "Services with a declared dependency fail together",
        "Services fail together without a declared dependency",
    )
