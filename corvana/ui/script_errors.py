"""Errors of pages: the reader sees a reference, the log gets the place, nobody the message."""

import secrets
import traceback

import streamlit as st
import structlog

from corvana.errors import SnapshotsAway
from corvana.ui.sections import unavailable

_log = structlog.get_logger(__name__)


def show_reference(error: Exception) -> bool:
    """Log the place of the error with a reference and show the reference. The message is neither
    logged nor shown, because it may quote data. A store that cannot be reached is no such error:
    then say so."""
    if isinstance(error, SnapshotsAway):
        unavailable.tell_away()
        return True
    reference = secrets.token_hex(4)
    places = [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    _log.error("page failed", reference=reference, error=type(error).__name__, places=places[-8:])
    st.error(
        "**This page could not be drawn.** Your data is safe. Reload the page; if it happens "
        f"again, report reference `{reference}`, which finds the cause in the log.",
        icon=":material/error:",
    )
    return True
