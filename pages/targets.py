"""How often the client's targets are met, where they are not, and which incidents missed them."""

import streamlit as st

from corvana.analysis.answers import targets as answers
from corvana.charts.assessment.targets import plot_attained_weeks
from corvana.questions import labels, response
from corvana.questions.assessment import target_tables, targets, timeline
from corvana.questions.readable import missed
from corvana.ui import captions, components
from corvana.ui.access import require_access
from corvana.ui.assessment import attainment as shown
from corvana.ui.assessment import targets as fields
from corvana.ui.controls.active_filters import stop_when_empty
from corvana.ui.controls.choices import one_in_view
from corvana.ui.controls.dragging import period_on_drag
from corvana.ui.controls.filters import filters_row, time_zone
from corvana.ui.data import current_view
from corvana.ui.figures import draw_once
from corvana.ui.sections import page_header

access = require_access()
view = page_header.header("Are the targets met?", current_view(access), access)
answer = st.container()
filters = filters_row(view)
zone = time_zone()
fields.draw(view, access)
if not view.targets:
    st.stop()
stop_when_empty(view, response.selected(view, filters), filters)

attainment = targets.attainment(view, filters)
shown.draw_numbers(view, filters, attainment, zone)

with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    tab = one_in_view("Target", shown.TABS, "target")
    components.method("Response targets")
measure = shown.TABS[tab]
attained, verb = attainment.of(measure), answers.VERB[measure]
services = targets.by_group(view, filters, measure, "service", view.targets)
low = answers.standout(services, labels.names(view, "service"), measure)
selected = labels.selected(view, filters, zone)
components.tell(answers.answer(attainment, selected, low), answer)

weeks = targets.weeks(view, filters, measure, zone, view.targets)
marks = timeline.marks(view, filters)
components.chart(
    draw_once(
        plot_attained_weeks,
        weeks,
        verb,
        (filters.start, filters.end),
        marks,
    ),
    key=f"targets-{verb}-weeks",
    table=target_tables.WEEKS.of(view, filters, measure, zone),
    caption=f"All weeks collected, by creation, from Monday, {zone}. Ribbon: 95 % interval; fewer "
    "than ten are pale. A week has a share once all its targets have passed. "
    f"{captions.of_weeks(marks)}",
    on_drag=period_on_drag(f"targets-{verb}-weeks", view),
)

st.header("Where they are not met", anchor=False)
shown.draw_groups(view, filters, measure, attained)
components.rows(
    lambda: missed(view, filters, measure),
    target_tables.MISSED.of(view, filters, measure),
    attained.n_missed,
    f"missed-{verb}",
    f"The incidents not {verb} in time",
    which="newest",
)
