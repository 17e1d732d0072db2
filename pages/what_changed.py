"""What changed between two times: since a baseline, or between two periods."""

import streamlit as st

from corvana.questions.assessment import changed
from corvana.questions.assessment.points import NotComparable
from corvana.ui import components
from corvana.ui.access import require_access
from corvana.ui.assessment import baselines, two_times
from corvana.ui.assessment import what_changed as shown
from corvana.ui.data import current_view
from corvana.ui.sections import page_header

access = require_access()
view = page_header.header("What changed?", current_view(access), access)
answer = st.empty()
chosen = two_times.choose(view)
if chosen is None:
    baselines.draw(view, access)
    st.stop()
before, after = chosen
try:
    compared = changed.compared(view, before, after, concludes=False)
except NotComparable as error:
    shown.not_comparable(error)
    baselines.draw(view, access)
    st.stop()

shown.answer(compared, answer)
shown.sides(compared)
shown.measures(view, compared, before, after)
components.method("What changed")
if changed.has_conclusions(view, before, after):
    shown.conclusions(view, before, after)
    shown.answer(compared, answer, changed.concluded(view, before, after))
else:
    shown.no_conclusions(before)
baselines.draw(view, access)
