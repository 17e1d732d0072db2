"""Choosing, creating and closing engagements, in the sidebar."""

from datetime import UTC, datetime

import streamlit as st

from corvana.store import engagements
from corvana.store.models import Engagement
from corvana.store.people import audit
from corvana.ui import process, state
from corvana.ui.access import ENGAGEMENT_PARAMETER, Access, sign_out_link
from corvana.ui.administration import closing
from corvana.web import sign_in
from corvana.web.visitors import Visitor


def sidebar(visitor: Visitor, access: Access | None) -> None:
    """Draw the menu of the visitor's engagements, and without sign-in the actions on them.

    With sign-in, engagements are created and closed by administrators on a page of their own.
    """
    with st.sidebar:
        if access is not None:
            _picker(visitor, access)
        sign_out_link(visitor)


def _picker(visitor: Visitor, access: Access) -> None:
    listed = {
        engagement.id: engagement
        for engagement in engagements.listed(process.engine())
        if visitor.may_see(engagement.id)
    }
    st.session_state[state.ENGAGEMENT_PICKER] = access.engagement_id
    st.selectbox(
        "Engagement",
        list(listed),
        format_func=lambda one: _label(listed[one]),
        key=state.ENGAGEMENT_PICKER,
        on_change=_choose_picked,
    )
    if not sign_in.auth_configured():
        with st.popover("Manage engagements", type="tertiary", icon=":material/folder_open:"):
            _manage(listed[access.engagement_id])


def _label(engagement: Engagement) -> str:
    return engagement.name if engagement.status == "active" else f"{engagement.name} (closed)"


def _choose(engagement_id: str) -> None:
    st.session_state[state.ENGAGEMENT] = engagement_id
    st.query_params[ENGAGEMENT_PARAMETER] = engagement_id


def _choose_picked() -> None:
    _choose(st.session_state[state.ENGAGEMENT_PICKER])


def _manage(current: Engagement) -> None:
    with st.form("new engagement", clear_on_submit=True, border=False):
        st.text_input("New engagement", max_chars=80, key=state.NEW_ENGAGEMENT)
        st.form_submit_button("Create", on_click=_create)
    closing.draw(current, _note, lambda: True, audit.THIS_COMPUTER)


def _create() -> None:
    name = str(st.session_state[state.NEW_ENGAGEMENT])
    if not name.strip():
        st.toast("An engagement needs a name.")
        return
    engagement_id = engagements.create(process.engine(), name, datetime.now(UTC))
    _note("engagement created", engagement_id)
    _choose(engagement_id)


def _note(action: audit.Action, engagement_id: str, detail: str = "") -> None:
    audit.record(
        process.engine(),
        action,
        audit.THIS_COMPUTER,
        datetime.now(UTC),
        engagement_id=engagement_id,
        detail=detail,
    )
