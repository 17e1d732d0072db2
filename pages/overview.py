"""The account in one screen: how it stands, what is stuck, the numbers, and the data."""

import streamlit as st

from corvana.questions import findings
from corvana.questions.labels import subjects
from corvana.questions.scorecard import scores
from corvana.ui.access import require_access
from corvana.ui.data import current_view
from corvana.ui.sections import findings as shown
from corvana.ui.sections import often_asked, page_header, scorecard
from corvana.ui.selections import overview

access = require_access()
view = page_header.header(
    "How well are incidents answered?", current_view(access), access, tells_findings=True
)
answer = st.empty()
# In one container, however much is found, so that the filters below keep their place.
with st.container():
    if findings.is_analysed(view):
        often_asked.draw(findings.listed(view))
        scorecard.draw(scores(view), shown.basis(view))
        shown.foremost(view, findings.listed(view), subjects(view))
    else:
        shown.follow_later(view, "The scorecard and the findings")
st.header("The numbers of a period", anchor=False)
overview.draw(view, answer)
