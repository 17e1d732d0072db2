"""Links from the overview to the answers that are asked for most often."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from corvana.analysis.answers import findings as words
from corvana.analysis.findings.kind import Finding
from corvana.questions.findings import for_nothing
from corvana.ui.sections.findings import OPENED, PAGE

_ON_CALL: Final = "../../pages/on_call.py"


def draw(found: Sequence[Finding]) -> None:
    """Draw a link a question. Pages for nothing lead to their largest finding; without one, to all
    findings, where it stands what was looked for."""
    nothing = for_nothing(found)
    with st.container(horizontal=True, key="often-asked"):
        st.page_link(
            _ON_CALL, label="Who is overloaded in which hours?", icon=":material/schedule:"
        )
        st.page_link(
            PAGE,
            label="Which pages are for nothing?",
            icon=":material/notifications_off:",
            query_params=None if nothing is None else {OPENED: words.key(nothing)},
        )
