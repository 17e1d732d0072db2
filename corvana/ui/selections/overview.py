"""The numbers of a period on the overview: a part of the page that reruns alone."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from corvana.analysis.answers import response as answers_response
from corvana.charts.overview import plot_volume
from corvana.charts.survival import plot_acknowledged_within
from corvana.questions import overview, response, tables
from corvana.questions.assessment import timeline
from corvana.questions.view import View
from corvana.ui import captions, components, layout
from corvana.ui.cards.response import overview_cards
from corvana.ui.controls.active_filters import limits, stop_when_empty
from corvana.ui.controls.dragging import period_on_drag
from corvana.ui.controls.filters import filters_row, time_zone
from corvana.ui.figures import draw_once
from corvana.ui.open_page import redraw_when_replaced


@st.fragment
def draw(view: View, answer: DeltaGenerator) -> None:
    """Draw the filters and the numbers of the selection; the answer is drawn in the given place.

    A change of the period does not redraw the scorecard and the findings, which do not depend on
    it.
    """
    redraw_when_replaced(view)
    zone = time_zone()
    filters = filters_row(view)
    limits(captions.OVERVIEW_FILTERS, is_shown=filters.narrows)
    acks = response.compared(view, filters, "seconds_to_first_ack")
    resolves = response.compared(view, filters, "seconds_to_resolve")
    components.tell(overview.answer(view, filters, zone), answer)
    stop_when_empty(view, acks.now.n_all, filters)
    ack_weeks = response.recent(view, filters, "seconds_to_first_ack", zone)
    resolve_weeks = response.recent(view, filters, "seconds_to_resolve", zone)
    numbers = overview_cards(
        acks,
        resolves,
        response.unresolved(view, filters),
        ack_weeks,
        resolve_weeks,
        overview.usual_weeks(view, filters),
    )
    components.cards(numbers, "vs. before")
    before = acks.before.curve if acks.before else None
    left, right = layout.side_by_side()
    with left:
        components.chart(
            draw_once(
                plot_acknowledged_within,
                acks.now.curve,
                before,
                n=acks.now.n,
                n_done=acks.now.n_done,
                sparse=True,
            ),
            key="overview-acknowledged-within",
            table=tables.WITHIN.of(view, filters, "seconds_to_first_ack"),
            caption=answers_response.composition(acks.now, "acknowledged"),
        )
    with right:
        weeks, marks = overview.weeks(view), timeline.marks(view, filters)
        components.chart(
            draw_once(plot_volume, weeks, filters.start, filters.end, marks),
            key="overview-volume",
            table=tables.VOLUME.of(view),
            caption=f"{overview.collected(view)} {captions.of_weeks(marks)}",
            on_drag=period_on_drag("overview-volume", view),
        )
