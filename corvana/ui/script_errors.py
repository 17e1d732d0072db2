"""Errors of pages: the reader sees a reference, the log gets the place, nobody the message."""

import streamlit as st
import structlog

from corvana import logs, trace
from corvana.errors import SnapshotsAway
from corvana.ui.sections import unavailable

_log = structlog.get_logger(__name__)


def show_reference(error: Exception) -> bool:
    """Log the place of the error, and show the id of this run of the page, which its log lines
    have. The message is neither logged nor shown, because it may quote data. A store that cannot
    be reached is no such error: then say so."""
    if isinstance(error, SnapshotsAway):
        unavailable.tell_away()
        return True
    reference = trace.request_id()
    _log.error(
        "page failed",
        request=reference,
        error=type(error).__name__,
        places=logs.places_of(error),
    )
    st.error(
        "**This page could not be drawn.** Your data is safe. Reload the page; if it happens "
        f"again, report reference `{reference}`, which finds the cause in the log.",
        icon=":material/error:",
    )
    return True
