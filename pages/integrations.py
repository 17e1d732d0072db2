"""Where the data comes from: connect PagerDuty, watch the collection, disconnect."""

import streamlit as st

from corvana.ui.access import require_access
from corvana.ui.integrations import connection, disconnect, notices

access = require_access()
st.title("Where does the data come from?", anchor=False)
st.markdown(
    "Corvana reads the metadata of how incidents are responded to from one PagerDuty account for "
    "each engagement."
)
notices.notices(access)
connection.card(access)
disconnect.receipt(access)
st.page_link(
    "../../pages/privacy.py",
    label="Every field that is kept, and why",
    icon=":material/shield_person:",
)
