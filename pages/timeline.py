"""What happened when: changes of settings, findings that were done, and dates of one's own."""

import streamlit as st

from corvana.questions.assessment import timeline as questions
from corvana.ui import captions, components
from corvana.ui.access import require_access
from corvana.ui.assessment import own_dates, timeline
from corvana.ui.controls.active_filters import chips_elsewhere
from corvana.ui.data import current_view
from corvana.ui.sections import page_header

access = require_access()
view = page_header.header("What happened when?", current_view(access), access)
chips_elsewhere(view, captions.FINDINGS_FILTERS)
events = questions.events(view)
components.tell(timeline.answer(view, events))
opened = timeline.opened(events)
if opened is not None:
    timeline.choose(events, str(opened["key"]))
own_dates.draw(view, access)
if opened is not None:
    timeline.before_after(view, opened)
timeline.did_it_help(view)
st.caption(
    "Lines on the charts of weeks show these days. A change of a setting was made between the "
    "collection that saw it and the one before."
)
