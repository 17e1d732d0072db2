"""How evenly the burden is shared: within each rotation, or over all people together."""

from typing import Final

import streamlit as st

from corvana.analysis.account.selection import Filters
from corvana.analysis.answers import on_call as answers
from corvana.analysis.staffing.burden import SHARED
from corvana.charts.fairness import plot_evenness, plot_lorenz
from corvana.questions import labels, on_call, tables
from corvana.questions.view import View
from corvana.ui import captions, components
from corvana.ui.controls.choices import one_in_view
from corvana.ui.figures import draw_once

_EACH: Final = "each rotation"
_TOGETHER: Final = "all people together"


def draw(view: View, filters: Filters, *, few: bool) -> None:
    """Draw the choice and the chart. `few`: the group of people is too small to show."""
    with st.container(horizontal=True):
        of = one_in_view("Evenness of", (_EACH, _TOGETHER), "evenness")
        what = one_in_view("What is shared", SHARED, "shared") if of == _TOGETHER else ""
    if of == _EACH:
        components.chart(
            draw_once(plot_evenness, on_call.evenness(view), labels.schedules(view)),
            key="on-call-evenness",
            table=tables.EVENNESS.of(view),
            caption=captions.EVEN_ROTATIONS,
        )
    elif few:
        st.info(answers.recognisable(view.settings.smallest_group), icon=":material/shield_person:")
    else:
        shared = on_call.shared(view, filters, what)
        components.tell(answers.evenness(shared, what))
        components.chart(
            draw_once(plot_lorenz, shared, what),
            key="on-call-lorenz",
            table=tables.LORENZ.of(view, filters, what),
            caption=captions.EVEN,
        )
