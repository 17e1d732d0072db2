"""How fast incidents are acknowledged and resolved, and where it differs."""

import streamlit as st

from corvana.ui.access import require_access
from corvana.ui.data import current_view
from corvana.ui.sections import page_header
from corvana.ui.selections import response

access = require_access()
view = page_header.header("How fast do we respond?", current_view(access), access)
response.draw(view, st.empty())
