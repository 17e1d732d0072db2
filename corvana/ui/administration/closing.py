"""Closing an engagement: how long its data is kept after that, or its deletion at once."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from corvana import jobs
from corvana.errors import DeletionDelayed, NotFound
from corvana.store import connections, engagements
from corvana.store.models import Engagement
from corvana.store.people import audit
from corvana.ui import data, process, state

_DAYS: Final = "closing_days"
_LONGEST: Final = 3650

Note = Callable[[audit.Action, str, str], object]
"""Adds to the audit trail: what was done, in which engagement, and the detail."""

MayChange = Callable[[], bool]
"""Whether whoever is there may still do this; asked before each change."""


def draw(engagement: Engagement, note: Note, may_change: MayChange, by: str) -> None:
    """Draw what can be done about an engagement's end. `by` goes to the audit trail."""
    _days(engagement, note, may_change)
    if engagement.status != "active":
        st.caption(_closed(engagement))
        st.button(
            f"Reopen “{engagement.name}”", on_click=_reopen, args=(engagement.id, note, may_change)
        )
        return
    has_data = connections.of_engagement(process.engine(), engagement.id) is not None
    st.caption("Closing stops collection.")
    st.button(
        _close_and_keep(engagement) if has_data else f"Close “{engagement.name}”",
        on_click=_close,
        args=(engagement.id, note, may_change),
    )
    if has_data and st.button(
        f"Close “{engagement.name}” and delete now", icon=":material/delete:"
    ):
        st.dialog("Delete what was collected?")(_confirm)(engagement, note, may_change, by)


def _days(engagement: Engagement, note: Note, may_change: MayChange) -> None:
    key = f"{_DAYS} {engagement.id}"
    st.session_state[key] = engagement.delete_after_days
    st.number_input(
        "Delete what was collected so many days after closing",
        min_value=1,
        max_value=_LONGEST,
        step=1,
        placeholder="never by itself",
        key=key,
        on_change=_set_days,
        args=(engagement.id, key, note, may_change),
        help="Empty: it stays until somebody disconnects.",
    )


def _close_and_keep(engagement: Engagement) -> str:
    day = engagements.deletion_at(engagement, datetime.now(UTC))
    until = f"until {_day(day)}" if day else "until somebody disconnects"
    return f"Close “{engagement.name}” and keep the data {until}"


def _closed(engagement: Engagement) -> str:
    day = engagements.deletion_at(engagement)
    closed = "This engagement is closed: nothing can be connected or collected."
    if connections.of_engagement(process.engine(), engagement.id) is None:
        return closed
    if day is None:
        return f"{closed} What was collected stays until somebody disconnects."
    return f"{closed} What was collected will be deleted on {_day(day)}."


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y} (UTC)"


def _confirm(engagement: Engagement, note: Note, may_change: MayChange, by: str) -> None:
    st.markdown(
        f"This closes “{engagement.name}” and deletes everything that was collected in it, now and "
        "for good: the access tokens, the key behind the codes of people, the frames behind the "
        "charts, every row, and what assessors wrote. The card on *Integrations* shows a receipt."
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        keeps = st.button("Keep it")
        deletes = st.button("Delete for good", icon=":material/delete:")
    if deletes and may_change():
        close_and_delete(engagement.id, note, by)
    elif keeps or deletes:
        st.rerun()


def close_and_delete(engagement_id: str, note: Note, by: str) -> None:
    """Close the engagement and delete what was collected in it, now or as soon as possible."""
    engagements.close(process.engine(), engagement_id, datetime.now(UTC))
    note("engagement closed", engagement_id, "and deleted")
    connection = connections.of_engagement(process.engine(), engagement_id)
    try:
        if connection is not None:
            with st.spinner("Deleting …"):
                jobs.disconnect(connection.id, by)
                data.forget_everything()
                state.forget_what_was_typed()
    except NotFound:  # disconnected in another tab
        st.rerun()
    except DeletionDelayed:
        st.warning(
            "**It cannot be deleted at this moment.** Your wish is kept: everything is deleted as "
            "soon as that is possible.",
            icon=":material/hourglass_top:",
        )
    else:
        st.rerun()


def _set_days(engagement_id: str, key: str, note: Note, may_change: MayChange) -> None:
    if may_change():
        days = st.session_state[key]
        engagements.delete_after(process.engine(), engagement_id, days)
        kept = "never deleted by itself" if days is None else f"deleted {days} days after closing"
        note("settings changed", engagement_id, kept)


def _close(engagement_id: str, note: Note, may_change: MayChange) -> None:
    if may_change():
        engagements.close(process.engine(), engagement_id, datetime.now(UTC))
        note("engagement closed", engagement_id, "")


def _reopen(engagement_id: str, note: Note, may_change: MayChange) -> None:
    if may_change():
        engagements.reopen(process.engine(), engagement_id)
        note("engagement reopened", engagement_id, "")
