"""The link that an assessor sends to the client's PagerDuty admin."""

import streamlit as st

from corvana.store.people import audit, connect_links
from corvana.ui import process
from corvana.ui.access import Access, may_still_change
from corvana.ui.controls.clock import now_utc
from corvana.web import sign_in
from corvana.web.connect import LINK


def offer(access: Access) -> None:
    """Offer a link for somebody without an account here. Without sign-in everybody is here."""
    if not sign_in.auth_configured():
        return
    with st.popover("Let the client's admin connect", type="tertiary", icon=":material/link:"):
        st.markdown(
            "The link leads only to PagerDuty's consent page for this engagement. It works once, "
            "within 24 hours, and shows nothing of what is collected. Send it to an account owner "
            "or admin of the client."
        )
        if st.button("Make a link", icon=":material/add_link:") and may_still_change(access):
            st.code(_make(access), language=None, wrap_lines=True)
            st.caption("Copy it now: it cannot be shown again.")


def _make(access: Access) -> str:
    token = connect_links.make(process.engine(), access.engagement_id, access.by, now_utc())
    audit.record(
        process.engine(),
        "connect link made",
        access.by,
        now_utc(),
        engagement_id=access.engagement_id,
    )
    return f"{process.settings().base_url}{LINK}/{token}"
