"""Which team to go to first, and one team beside the rest: its numbers, findings and questions."""

import streamlit as st

from corvana.ui.access import require_access
from corvana.ui.data import current_view
from corvana.ui.sections import page_header
from corvana.ui.selections import teams

access = require_access()
view = page_header.header("Which team first?", current_view(access), access, tells_findings=True)
teams.draw(view, st.empty())
