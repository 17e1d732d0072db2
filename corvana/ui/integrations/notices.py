"""What came of the last attempt to connect, told once and only while it is so.

The connect route puts it into the address. It is taken out of there at once, so that neither a
reload nor the way back to this address tells it again.
"""

import streamlit as st

from corvana.store import connections
from corvana.ui import process, state
from corvana.ui.access import Access, show_reference
from corvana.web.refusals import REFUSALS


def notices(access: Access) -> None:
    """Tell of a refusal until another page is opened, and of a connection once."""
    connection = connections.of_engagement(process.engine(), access.engagement_id)
    is_connected = connection is not None and connection.status == "connected"
    told, reference = (st.query_params.pop(name, None) for name in ("refused", "reference"))
    if told is not None:
        st.session_state[state.ATTEMPT] = told
        st.session_state[state.REFERENCE] = reference
    if st.query_params.pop("connected", None):
        st.session_state.pop(state.ATTEMPT, None)
        if is_connected:
            st.toast("PagerDuty is connected.", icon=":material/check_circle:")
    refusal = REFUSALS.get(st.session_state.get(state.ATTEMPT, ""))
    if refusal is None:
        return
    if is_connected:
        st.info(
            f"{refusal.sentence} PagerDuty is connected.",
            icon=":material/info:",
        )
    else:
        st.warning(f"**{refusal.sentence}** {refusal.next_step}", icon=":material/block:")
    show_reference(st.session_state.get(state.REFERENCE))


def forget() -> None:
    """Another page was opened: what was told belongs to the visit before."""
    st.session_state.pop(state.ATTEMPT, None)
    st.session_state.pop(state.REFERENCE, None)
    st.session_state.pop(state.DETAILS, None)
