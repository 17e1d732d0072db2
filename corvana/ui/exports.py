"""The exports: the report and the evidence pack."""

import streamlit as st

from corvana.questions.view import View
from corvana.ui import downloads
from corvana.ui.access import Access
from corvana.web import files, general_files


def report(view: View, access: Access, label: str) -> None:
    """Draw the link to the report, which opens without Corvana and names no person."""
    downloads.of_account(label, files.REPORT.of(view), access)


def deck(view: View, access: Access) -> None:
    """Draw the links to the deck and to the one page, for readers who may export."""
    downloads.of_account("Download deck", files.DECK.of(view), access)
    downloads.of_account("Download one page", files.ONE_PAGE.of(view), access)


def method() -> None:
    """Draw the link to the method, a file of its own that goes with the report."""
    downloads.link("Download method", files.general_address(general_files.METHOD_PAGE))


def offer(view: View, access: Access) -> None:
    """Draw the links to the report and the evidence pack, for readers who may take them."""
    if not access.may_take_report:
        return
    with st.container(key="exports"):
        with st.container(horizontal=True):
            report(view, access, "Download report")
            deck(view, access)
            method()
            downloads.of_account("Download evidence pack", files.EVIDENCE.of(view), access)
        st.caption(_about(access))


def _about(access: Access) -> str:
    if not access.may_export:
        return "Report and method are files to pass on; no responder is named in them."
    return (
        "Report, deck (PowerPoint), one page (A4) and method are files to pass on; no responder is "
        "named in them. The evidence pack holds every table, the findings and the method, with "
        "people as codes: keep it within the assessment."
    )
