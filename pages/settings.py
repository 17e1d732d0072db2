"""What an assessor decides about the assessment; viewers read it."""

import streamlit as st

from corvana.analysis.answers import settings as words
from corvana.questions.assessment import settings as questions
from corvana.store.written import settings as written
from corvana.ui import process
from corvana.ui.access import require_access
from corvana.ui.assessment import settings_forms, settings_holidays, settings_logo
from corvana.ui.data import current_view
from corvana.ui.sections import page_header, settings_state

access = require_access()
view = current_view(access)
page_header.title("What does this assessment rest on?", view, access)
st.markdown(
    "Figures and findings of all pages and files follow these settings. The defaults are the hours "
    "of PagerDuty's Responder Insights and the norms named below. All settings are deleted when "
    "PagerDuty is disconnected."
)
read = written.read(process.engine(), access.engagement_id)
settings_state.draw(access, view, read)
if view is not None:
    page_header.refresh(access, view)

st.header("The assessment", anchor=False)
st.markdown(
    "These go into the files that are handed over: they stand on the first page of report and "
    "deck, and the scope in the report's appendix."
)
settings_forms.assessment(access, read)
settings_logo.draw(access)

st.header("Hours", anchor=False)
st.markdown(
    "Hours are told by each responder's own clock. Where sleep hours and business hours overlap, "
    "they are sleep hours. All other hours are off hours, and so is the weekend outside sleep "
    "hours."
)
settings_forms.hours(access, read)
settings_state.beside_pagerduty(view, read)

st.header("Holidays", anchor=False)
st.markdown(
    "Public holidays count as weekend for the responders of a time zone. You choose the country, "
    "because a time zone does not tell it."
)
clocks = questions.clocks(view) if view is not None and view.version else {}
settings_holidays.draw(access, read, clocks, process.account_now())

st.header("Norms", anchor=False)
st.markdown(words.SOURCES)
settings_forms.norms(access, read)

st.header("Readers", anchor=False)
settings_forms.readers(access, read)
