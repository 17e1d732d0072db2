"""How far incidents climb their policies, who answers, and what other delays would mean."""

import streamlit as st

from corvana.ui.access import require_access
from corvana.ui.data import current_view
from corvana.ui.sections import page_header
from corvana.ui.selections import escalations

access = require_access()
view = page_header.header("Who answers when we escalate?", current_view(access), access)
escalations.draw(view, st.empty())
