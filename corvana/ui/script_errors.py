"""A page that failed: a reference for the reader, the place for the log, the message for nobody."""

import secrets
import traceback

import streamlit as st
import structlog

_log = structlog.get_logger(__name__)


def show_reference(error: Exception) -> bool:
    """Log where it happened under a reference and show that; the message may quote data."""
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
