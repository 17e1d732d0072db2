"""What an open page looks at: parts of it run by themselves, with what the page had in hand."""

from typing import Final

import streamlit as st

from corvana.questions.view import View
from corvana.store.models import Connection
from corvana.ui.access import Access
from corvana.ui.data import current_connection

_LOOKED_AT: Final = "looked_at"


def looks_at(access: Access, view: View | None) -> None:
    """Note whose account the page that is drawn now shows."""
    st.session_state[_LOOKED_AT] = (access, view.connection_id) if view else None


def is_deleted() -> bool:
    """Tell whether the account was disconnected since the page was drawn: then nobody must get what
    the page has in hand any more."""
    looked_at = _looked_at()
    return looked_at is not None and _connection(*looked_at) is None


def redraw_when_replaced(view: View) -> None:
    """Draw the whole page anew when its data is not the newest any more, or deleted."""
    looked_at = _looked_at()
    if looked_at is None:
        return
    connection = _connection(*looked_at)
    if connection is None or connection.data_version != view.version:
        st.rerun()


def _looked_at() -> tuple[Access, str] | None:
    found: tuple[Access, str] | None = st.session_state.get(_LOOKED_AT)
    return found


def _connection(access: Access, connection_id: str) -> Connection | None:
    """The engagement's connection, unless it is another one by now."""
    connection = current_connection(access)
    return connection if connection and connection.id == connection_id else None
