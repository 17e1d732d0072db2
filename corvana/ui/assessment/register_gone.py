"""What was decided about findings that the present data do not show."""

from typing import Final

import streamlit as st

from corvana.questions.assessment import register, timeline
from corvana.questions.view import View
from corvana.ui.access import Access
from corvana.ui.assessment import finding_decision
from corvana.ui.assessment import timeline as shown

_CHOSEN: Final = "register gone"


def draw(view: View, access: Access) -> None:
    """Draw the decision on one of them, which can be changed, and whether it helped; nothing if
    the data show every finding of the register."""
    gone = {
        one.entry.key: timeline.title_of(view, one)
        for one in register.registered(view)
        if one.finding is None and not one.entry.is_from_interview
    }
    if not gone:
        return
    st.header("Not in the present data", anchor=False)
    st.markdown(
        "These findings were decided, but the present data do not show them. Set a finding whose "
        "advice was carried out to *done*, with its day."
    )
    chosen = st.selectbox(
        "Finding that is not in the data", list(gone), format_func=lambda key: gone[key],
        key=_CHOSEN,
    )  # fmt: skip
    if chosen in gone:
        finding_decision.draw(view, access, chosen, None)
        shown.of_finding(view, chosen)
