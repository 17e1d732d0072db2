"""Engagements as an administrator sees them: name and state, never what was collected."""

from datetime import UTC, datetime
from typing import Final

import streamlit as st

from corvana.store import engagements
from corvana.store.models import Engagement
from corvana.ui import process
from corvana.ui.access import administrator, is_still_administrator
from corvana.ui.administration import closing
from corvana.ui.administration.people import note

_NAME: Final = "administration_engagement"
_CHOSEN: Final = "administration_chosen"
_REPORT: Final = "administration_report"


def create() -> None:
    """Draw the form for a new engagement."""
    with st.form("engagement", clear_on_submit=True, border=False):
        st.text_input("Name", key=_NAME, max_chars=80)
        st.form_submit_button("Create engagement", on_click=_create)


def choose() -> Engagement:
    """Draw the menu of all engagements and return the chosen one."""
    listed = {one.id: one for one in engagements.listed(process.engine())}
    chosen = st.selectbox(
        "Engagement", list(listed), format_func=lambda one: listed[one].name, key=_CHOSEN
    )
    return listed[chosen]


def state(engagement: Engagement) -> None:
    """Draw what can be changed about an engagement itself."""
    key = f"{_REPORT} {engagement.id}"
    st.session_state[key] = engagement.viewers_take_report
    st.toggle(
        "Viewers may download the report",
        key=key,
        on_change=_let_viewers_take_report,
        args=(engagement.id, key),
        help="The report names nobody. Viewers can download nothing else.",
    )
    closing.draw(engagement, note, is_still_administrator, administrator().by)


def _create() -> None:
    name = str(st.session_state[_NAME])
    if not is_still_administrator():
        return
    if not name.strip():
        st.toast("An engagement needs a name.")
        return
    created = engagements.create(process.engine(), name, datetime.now(UTC))
    st.session_state[_CHOSEN] = created
    note("engagement created", created)


def _let_viewers_take_report(engagement_id: str, key: str) -> None:
    if is_still_administrator():
        allowed = bool(st.session_state[key])
        engagements.let_viewers_take_report(process.engine(), engagement_id, allowed=allowed)
        note("settings changed", engagement_id, "report for viewers" if allowed else "no report")
