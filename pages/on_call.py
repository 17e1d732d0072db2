"""Who is interrupted when, how evenly, and who would answer if they did not."""

import streamlit as st

from corvana.ui.access import require_access
from corvana.ui.data import current_view
from corvana.ui.sections import page_header
from corvana.ui.selections import on_call

access = require_access()
view = page_header.header("Who carries the pager?", current_view(access), access)
on_call.draw(view, st.empty())
