"""Stand-ins on schedules, and PagerDuty's own coverage of them beside ours."""

import streamlit as st

from corvana.analysis.account.selection import Filters
from corvana.analysis.answers import schedules as words
from corvana.questions import labels, on_call
from corvana.questions.view import View
from corvana.ui import components


def draw(view: View, filters: Filters) -> None:
    """Draw the sentences, and tables where there is something to show."""
    names = labels.schedules(view)
    st.header("Stand-ins", anchor=False)
    found = on_call.stand_ins(view, filters)
    components.tell(words.stood_in(found, names))
    table = words.stand_ins(found, names)
    if len(table):
        st.table(table, border="horizontal", hide_index=True, alt="Stand-ins by rotation")
        st.caption(words.not_shown(found))
    st.header("PagerDuty's own coverage", anchor=False)
    compared = on_call.coverage_compared(view, filters)
    components.tell(words.their_coverage(compared))
    differing = words.differences(compared, names)
    if len(differing):
        st.table(differing, border="horizontal", hide_index=True, alt="Coverage that differs")
    components.method("Stand-ins", "PagerDuty's own coverage")
