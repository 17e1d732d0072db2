"""Who needs whom, what a failure could reach, and which services fail together."""

import streamlit as st

from corvana.ui.access import require_access
from corvana.ui.data import current_view
from corvana.ui.sections import page_header
from corvana.ui.selections import dependencies

access = require_access()
view = page_header.header("What fails together?", current_view(access), access)
dependencies.draw(view, st.empty())
