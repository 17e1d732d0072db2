"""The account that an open page shows: parts of a page rerun alone, with the page's old data."""

from typing import Final

import streamlit as st

from corvana.questions.view import View
from corvana.store.models import Connection
from corvana.store.written import settings
from corvana.ui import process, state
from corvana.ui.access import Access, may_still_see
from corvana.ui.data import current_connection

_LOOKED_AT: Final = "looked_at"


def looks_at(access: Access, view: View | None) -> None:
    """Remember the connection whose account the present page shows, and the clock of its pages.

    What was typed about another account, or one that is deleted, is forgotten.
    """
    before = _looked_at()
    if before is not None and (view is None or view.connection_id != before[1]):
        state.forget_what_was_typed()
    st.session_state[state.READING_ZONE] = view.settings.reading_zone if view else ""
    st.session_state[_LOOKED_AT] = (access, view.connection_id) if view else None


def access() -> Access | None:
    """Return the rights in the engagement whose account the present page shows."""
    looked_at = _looked_at()
    return looked_at[0] if looked_at else None


def is_deleted() -> bool:
    """Return whether the account was disconnected since the page was drawn, or may not be seen
    any more. If so, the page must not give out its data."""
    looked_at = _looked_at()
    return looked_at is not None and _connection(*looked_at) is None


def redraw_when_replaced(view: View) -> None:
    """Draw the whole page again if its data is deleted or no longer what pages show, or if somebody
    changed the settings of the assessment."""
    looked_at = _looked_at()
    if looked_at is None:
        return
    connection = _connection(*looked_at)
    if (
        connection is None
        or connection.shown_version != view.version
        or settings.of(process.engine(), connection.engagement_id) != view.settings
    ):
        st.rerun()


def _looked_at() -> tuple[Access, str] | None:
    found: tuple[Access, str] | None = st.session_state.get(_LOOKED_AT)
    return found


def _connection(access: Access, connection_id: str) -> Connection | None:
    """The engagement's connection; None if it is now a different one or may not be seen."""
    if not may_still_see(access):
        return None
    connection = current_connection(access)
    return connection if connection and connection.id == connection_id else None
